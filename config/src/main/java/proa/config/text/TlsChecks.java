package proa.config.text;

import proa.config.AdminConfig;
import proa.config.BackendConfig;
import proa.config.BackendTls;
import proa.config.BackendTls.Verify;
import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendTls;
import proa.config.HttpOptions.Version;
import proa.config.ProaConfig;
import proa.config.TlsCipher;
import proa.config.TlsFact;
import proa.config.TlsVersion;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What TLS settings get wrong together, and what is wrong with the files they name. */
final class TlsChecks {

    private final Report report;
    private final CertificateChecks files;

    private TlsChecks(Report report, CertificateChecks files) {
        this.report = report;
        this.files = files;
    }

    static void check(ProaConfig config, Report report, CertificateChecks files) {
        TlsChecks checks = new TlsChecks(report, files);
        for (FrontendConfig frontend : config.frontends()) {
            String where = "frontends." + frontend.name() + ".tls";
            frontend.tls().ifPresent(tls -> checks.clients(frontend, tls, where));
            frontend.tls()
                    .filter(_ -> config.cluster().nodes().size() > 1)
                    .filter(_ -> config.cluster().tls().isEmpty())
                    .ifPresent(tls -> checks.afterFailover(frontend, tls, where));
        }
        config.admin()
                .flatMap(AdminConfig::tls)
                .ifPresent(own -> checks.identity(own, "admin.tls.certificate"));
        for (BackendConfig backend : config.backends()) {
            String where = "backends." + backend.name() + ".tls";
            backend.tls().ifPresent(tls -> checks.servers(tls, where));
            backend.tls().ifPresent(tls -> checks.ciphers(backend, tls, where + ".ciphers"));
        }
    }

    private void clients(FrontendConfig frontend, FrontendTls tls, String where) {
        alpn(frontend, tls, where + ".alpn");
        ciphers(tls, where + ".ciphers");
        for (int at = 0; at < tls.certificates().size(); at++) {
            FrontendTls.Identity identity = tls.certificates().get(at);
            String element = where + ".certificates[" + at + "]";
            String place = report.has(element) ? element : where + ".certificate";
            identity(identity, place);
        }
        tls.clients()
                .ifPresent(
                        clients ->
                                authorities(clients.authorities(), where + ".clients.authorities"));
        tls.tickets()
                .secret()
                .ifPresent(secret -> say(files.ticketSecret(secret), where + ".tickets.secret"));
    }

    /**
     * Who takes over an address should know the sessions that began with whoever had it. Members
     * tell each other the secret of tickets, but not in clear.
     */
    private void afterFailover(FrontendConfig frontend, FrontendTls tls, String where) {
        if (frontend.bind() instanceof FrontendConfig.Bind.Floating
                && tls.tickets().secret().isEmpty()) {
            report.warn(
                    where + ".tickets",
                    "members that speak in clear (`insecure`) share no ticket keys: after a"
                            + " failover every client makes a whole handshake",
                    "cluster.tls, or the file that `proa cert tickets` makes, on every node:"
                            + " tickets { secret = \"certs/tickets.secret\" }");
        }
    }

    private void alpn(FrontendConfig frontend, FrontendTls tls, String where) {
        List<String> spoken = frontend.http().versions().stream().map(Version::word).toList();
        for (String protocol : tls.alpn()) {
            if (frontend.mode() == Mode.HTTP && !spoken.contains(protocol)) {
                report.conflict(
                        where,
                        "this frontend does not speak \"" + protocol + "\"",
                        "leave `alpn` out: `protocols` says what is offered");
            } else if (frontend.mode() == Mode.SESSIONS) {
                report.conflict(where, "`alpn` has no meaning in mode sessions", "remove it");
            }
        }
    }

    private void useless(TlsVersion min, String where) {
        if (min == TlsVersion.TLS_1_3 && report.has(where)) {
            report.conflict(
                    where,
                    "`ciphers` are those of TLS 1.2, which `min-version` refuses",
                    "remove one of the two");
        }
    }

    private void ciphers(BackendConfig backend, BackendTls tls, String where) {
        useless(tls.minVersion(), where);
        List<TlsCipher> chosen = tls.ciphers();
        if (chosen.isEmpty()) {
            return;
        }
        if (chosen.stream().allMatch(TlsCipher::ofRsaAlone)
                && backend.check().filter(BackendConfig.Check::secured).isPresent()) {
            report.warn(
                    where,
                    "Java, which makes the checks, does not do these any more: checks in TLS 1.2"
                            + " fail",
                    "add ECDHE-RSA-AES128-GCM-SHA256, or check { tls = false, port = … }");
        }
        if (chosen.stream().noneMatch(TlsCipher::modern)) {
            String wrong =
                    backend.protocol() == Version.HTTP_2
                            ? "HTTP/2 forbids all of these in TLS 1.2 (RFC 9113 §9.2.2)"
                            : "none of these is forward secret and safe from padding attacks";
            report.warn(where, wrong, "add ECDHE-RSA-AES128-GCM-SHA256");
        }
    }

    private void ciphers(FrontendTls tls, String where) {
        useless(tls.minVersion(), where);
        List<String> old =
                tls.ciphers().stream()
                        .filter(cipher -> !cipher.modern())
                        .map(TlsCipher::word)
                        .toList();
        if (!old.isEmpty() && old.size() == tls.ciphers().size() && tls.alpn().contains("h2")) {
            report.warn(
                    where,
                    "HTTP/2 forbids all of these in TLS 1.2 (RFC 9113 §9.2.2), so its clients are"
                            + " turned away",
                    "add ECDHE-RSA-AES128-GCM-SHA256, or protocols = [\"http/1.1\"]");
        }
        if (!old.isEmpty()) {
            report.warn(
                    where,
                    String.join(", ", old) + ": not forward secret, or open to padding attacks",
                    "only for clients that know nothing better");
        }
    }

    private void servers(BackendTls tls, String where) {
        if (tls.verify() == Verify.NONE) {
            report.warn(
                    where + ".verify",
                    "nobody is verified: whoever is on the way can answer for the servers",
                    "authorities = [\"certs/servers-ca.pem\"], server-name = shop.internal");
            if (!tls.authorities().isEmpty()) {
                report.conflict(
                        where + ".verify",
                        "`verify = none` together with `authorities`",
                        "verify = name");
            }
        }
        if (tls.serverName().filter(name -> name.startsWith("*")).isPresent()) {
            report.conflict(
                    where + ".server-name",
                    "a pattern cannot be asked for",
                    "server-name = shop.internal");
        }
        authorities(tls.authorities(), where + ".authorities");
        tls.identity().ifPresent(identity -> identity(identity, where + ".certificate"));
    }

    private void identity(FrontendTls.Identity identity, String where) {
        if (!report.isWrong(where) && !identity.certificate().toString().isEmpty()) {
            say(files.identity(identity.certificate(), identity.key()), where);
            identity.ocsp().ifPresent(ocsp -> say(files.ocsp(ocsp, identity.certificate()), where));
        }
    }

    private void authorities(List<Path> authorities, String where) {
        for (int at = 0; at < authorities.size(); at++) {
            String element = where + "[" + at + "]";
            say(files.authorities(authorities.get(at)), report.has(element) ? element : where);
        }
    }

    private void say(List<CertificateChecks.Finding> findings, String where) {
        for (CertificateChecks.Finding finding : findings) {
            if (finding.fatal()) {
                report.error(where, finding.message(), finding.suggestion());
            } else {
                report.warn(where, finding.message(), finding.suggestion());
            }
        }
    }

    /** A condition on TLS must be able to hold in a frontend. */
    static void condition(
            Condition condition, FrontendConfig frontend, String where, Report report) {
        boolean certificate =
                switch (condition) {
                    case Condition.Secure(boolean certified) -> certified;
                    case Condition.TlsIs(TlsFact fact, _) -> fact.ofCertificate();
                    case Condition.Matches(var part, String name, _) ->
                            part == Condition.Part.TLS && TlsFact.named(name).ofCertificate();
                    case Condition _ -> false;
                };
        if (certificate && frontend.tls().flatMap(FrontendTls::clients).isEmpty()) {
            report.conflict(
                    where,
                    "no client is asked for a certificate: this never holds",
                    "tls { clients { authorities = [ … ] } }");
        }
        boolean handshake =
                switch (condition) {
                    case Condition.TlsIs(TlsFact fact, _) -> !fact.ofCertificate();
                    case Condition.Matches(var part, String name, _) ->
                            part == Condition.Part.TLS && !TlsFact.named(name).ofCertificate();
                    case Condition _ -> false;
                };
        if (handshake && frontend.tls().isEmpty()) {
            report.conflict(
                    where,
                    "TLS does not end here: its version and cipher are not known, this never holds",
                    "tls { certificates = [ … ] }");
        }
        if (condition instanceof Condition.ServerName
                && frontend.tls().isEmpty()
                && frontend.mode() != Mode.TCP) {
            report.conflict(
                    where,
                    "a client in clear asks for no server name: `sni` never holds in mode "
                            + frontend.mode().name().toLowerCase(Locale.ROOT)
                            + " without `tls`",
                    "tls { certificates = [ … ] }");
        }
    }
}
