package proa.config.text;

import com.typesafe.config.ConfigValue;

import proa.config.BackendTls;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendTls;
import proa.config.FrontendTls.Identity;
import proa.config.HttpOptions.Version;
import proa.config.TlsCipher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code tls} of frontends and of backends. */
final class TlsReader {

    private static final Identity NOBODY = new Identity(Path.of(""), Path.of(""));

    private final ClusterReader.Folder folder;

    TlsReader(ClusterReader.Folder folder) {
        this.folder = folder;
    }

    Optional<FrontendTls> withClients(Section frontend, Mode mode, List<Version> versions) {
        return frontend.child(FrontendKeys.Frontend.TLS, TlsKeys.Clients.SHAPE)
                .map(tls -> clients(tls, mode, versions));
    }

    private FrontendTls clients(Section tls, Mode mode, List<Version> versions) {
        List<TlsCipher> ciphers = tls.all(TlsKeys.Clients.CIPHERS, TlsKeys.cipher());
        List<String> alpn = tls.all(TlsKeys.Clients.ALPN, TlsKeys.protocol());
        boolean usual = mode == Mode.HTTP && !tls.has(TlsKeys.Clients.ALPN);
        return new FrontendTls(
                certificates(tls),
                tls.get(TlsKeys.Clients.MIN_VERSION),
                ciphers.isEmpty() ? TlsCipher.DEFAULTS : ciphers,
                usual ? versions.stream().map(Version::word).toList() : alpn,
                tls.child(TlsKeys.Clients.CLIENTS, TlsKeys.Clients.SIGNERS).map(this::signers),
                tickets(tls.childOrEmpty(TlsKeys.Clients.TICKETS, TlsKeys.Clients.RESUMPTION)),
                handshakes(
                        tls.childOrEmpty(TlsKeys.Clients.HANDSHAKES, TlsKeys.Clients.HALF_OPEN)));
    }

    private List<Identity> certificates(Section tls) {
        boolean one = tls.has(TlsKeys.Clients.CERTIFICATE);
        boolean several = tls.has(TlsKeys.Clients.CERTIFICATES);
        if (one == several
                || (several && (tls.has(TlsKeys.Clients.KEY) || tls.has(TlsKeys.Clients.OCSP)))) {
            tls.report()
                    .error(
                            tls.path(),
                            "`tls` needs either `certificates`, or `certificate` and perhaps `key`"
                                    + " and `ocsp`",
                            "certificates = [\"certs/shop.example.pem\"]");
            return List.of(NOBODY);
        }
        if (one) {
            return List.of(identity(tls, TlsKeys.Clients.CERTIFICATE));
        }
        List<Identity> found = new ArrayList<>();
        for (Section.Item item : tls.items(TlsKeys.Clients.CERTIFICATES)) {
            found.add(element(tls, item));
        }
        if (found.isEmpty()) {
            tls.report()
                    .conflict(
                            tls.path(TlsKeys.Clients.CERTIFICATES),
                            "no certificate: nobody could be served",
                            "certificates = [\"certs/shop.example.pem\"]");
            return List.of(NOBODY);
        }
        return found;
    }

    private Identity element(Section tls, Section.Item item) {
        return switch (item.value().valueType()) {
            case OBJECT ->
                    tls.open(item, TlsKeys.Clients.IDENTITY)
                            .map(each -> identity(each, TlsKeys.Clients.OWN_CERTIFICATE))
                            .orElse(NOBODY);
            case STRING, NUMBER, BOOLEAN, LIST, NULL ->
                    tls.read(Kinds.file(), item)
                            .map(name -> folder.path(tls, TlsKeys.Clients.CERTIFICATES, name))
                            .map(bundle -> new Identity(bundle, bundle))
                            .orElse(NOBODY);
        };
    }

    /** Certificate and key of a section that has no more than these. */
    Identity own(Section section) {
        return identity(section, TlsKeys.Clients.OWN_CERTIFICATE);
    }

    /** The key is in the certificate's file unless it has one of its own. */
    private Identity identity(Section section, Key<String> certificate) {
        if (!section.has(certificate)) {
            section.get(certificate);
            return NOBODY;
        }
        Path chain = folder.path(section, certificate, section.find(certificate).orElse(""));
        Path key =
                section.find(TlsKeys.Clients.KEY)
                        .map(name -> folder.path(section, TlsKeys.Clients.KEY, name))
                        .orElse(chain);
        Optional<Path> ocsp =
                section.find(TlsKeys.Clients.OCSP)
                        .map(name -> folder.path(section, TlsKeys.Clients.OCSP, name));
        return new Identity(chain, key, ocsp);
    }

    private FrontendTls.Clients signers(Section section) {
        return new FrontendTls.Clients(
                authorities(section, TlsKeys.Clients.AUTHORITIES),
                section.get(TlsKeys.Clients.REQUIRE));
    }

    private List<Path> authorities(Section section, Key<ConfigValue> key) {
        List<String> names = section.all(key, Kinds.file());
        if (key.presence() == Key.Presence.REQUIRED && !section.has(key)) {
            section.get(key);
        } else if (section.has(key) && names.isEmpty()) {
            section.report()
                    .conflict(
                            section.path(key),
                            "no authority: nobody could be trusted",
                            "authorities = [\"certs/ca.pem\"]");
        }
        return names.stream().map(name -> folder.path(section, key, name)).toList();
    }

    private FrontendTls.Tickets tickets(Section section) {
        return new FrontendTls.Tickets(
                section.find(TlsKeys.Clients.SECRET)
                        .map(name -> folder.path(section, TlsKeys.Clients.SECRET, name)),
                section.get(TlsKeys.Clients.ROTATE));
    }

    private static FrontendTls.Handshakes handshakes(Section section) {
        return new FrontendTls.Handshakes(
                section.get(TlsKeys.Clients.TIMEOUT), section.get(TlsKeys.Clients.OPEN));
    }

    Optional<BackendTls> withServers(Section backend) {
        return backend.child(BackendKeys.Backend.TLS, TlsKeys.Servers.SHAPE).map(this::servers);
    }

    private BackendTls servers(Section tls) {
        if (tls.has(TlsKeys.Clients.KEY) && !tls.has(TlsKeys.Servers.CERTIFICATE)) {
            tls.report()
                    .error(
                            tls.path(TlsKeys.Clients.KEY),
                            "`key` without `certificate`",
                            "certificate = \"certs/proxy.pem\"");
        }
        return new BackendTls(
                tls.get(TlsKeys.Servers.VERIFY),
                authorities(tls, TlsKeys.Servers.AUTHORITIES),
                tls.find(TlsKeys.Servers.SERVER_NAME),
                tls.has(TlsKeys.Servers.CERTIFICATE)
                        ? Optional.of(identity(tls, TlsKeys.Servers.CERTIFICATE))
                        : Optional.empty(),
                tls.get(TlsKeys.Servers.MIN_VERSION),
                tls.all(TlsKeys.Servers.CIPHERS, TlsKeys.cipher()));
    }
}
