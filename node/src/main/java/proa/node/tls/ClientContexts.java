package proa.node.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import proa.config.FrontendTls;
import proa.config.TlsCipher;
import proa.config.TlsVersion;
import proa.config.tls.OcspResponse;
import proa.config.tls.ServerIdentity;
import proa.config.tls.ServerNames;
import proa.config.tls.TicketSecrets;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;

/**
 * What one reading of a frontend's files gave: a context for each certificate. Contexts are native
 * memory: {@link #release()} when no event loop can still be about to use one.
 */
final class ClientContexts {

    /** They cannot be chosen, but must be named for TLS 1.3 to be on. */
    private static final List<String> SUITES_OF_1_3 =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256");

    /**
     * For the exchange of keys, the best first: what is recorded today and opened by a quantum
     * computer one day needs the hybrid (draft-ietf-tls-ecdhe-mlkem). Clients that do not know it
     * have one of the others.
     */
    static final List<String> GROUPS =
            List.of("X25519MLKEM768", "X25519", "P-256", "P-384", "P-521");

    private static final Map<String, String> OPENSSL_NAMES =
            Stream.of(TlsCipher.values())
                    .collect(Collectors.toUnmodifiableMap(ClientContexts::suite, TlsCipher::word));

    /**
     * A certificate's context, the purpose of its tickets, and what its authority says of it.
     *
     * @param ocsp null: nothing
     */
    private record Certified(SslContext context, String purpose, @Nullable OcspResponse ocsp) {}

    private final List<ServerIdentity> identities;
    private final List<Certified> contexts;
    private final ServerNames<Certified> names;

    private ClientContexts(List<ServerIdentity> identities, List<Certified> contexts) {
        this.identities = List.copyOf(identities);
        this.contexts = List.copyOf(contexts);
        List<ServerNames.Entry<Certified>> entries = new ArrayList<>();
        for (int at = 0; at < contexts.size(); at++) {
            entries.add(new ServerNames.Entry<>(contexts.get(at), identities.get(at).names()));
        }
        names = new ServerNames<>(entries);
    }

    /**
     * Reads the files and makes a context for each certificate.
     *
     * @throws IOException with a message for the operator; nothing is left behind
     */
    static ClientContexts read(String frontend, FrontendTls tls, Responses responses)
            throws IOException {
        List<ServerIdentity> identities = new ArrayList<>();
        for (FrontendTls.Identity files : tls.certificates()) {
            identities.add(TlsFiles.identity(files));
        }
        List<X509Certificate> signers =
                tls.clients().isEmpty()
                        ? List.of()
                        : TlsFiles.authorities(tls.clients().get().authorities());
        List<Certified> contexts = new ArrayList<>();
        try {
            for (int at = 0; at < identities.size(); at++) {
                ServerIdentity identity = identities.get(at);
                String purpose = purpose(frontend, tls, identity, signers);
                Optional<Path> ocsp = tls.certificates().get(at).ocsp();
                OcspResponse response =
                        ocsp.isEmpty() ? null : responses.of(ocsp.get(), identity.certificate());
                contexts.add(
                        new Certified(
                                context(tls, identity, signers, response != null),
                                purpose,
                                response));
            }
        } catch (IOException | IllegalArgumentException wrong) {
            contexts.forEach(each -> ReferenceCountUtil.release(each.context()));
            throw new IOException("frontend " + frontend + ": " + wrong.getMessage(), wrong);
        }
        return new ClientContexts(identities, contexts);
    }

    private static SslContext context(
            FrontendTls tls,
            ServerIdentity identity,
            List<X509Certificate> signers,
            boolean staples)
            throws SSLException {
        PrivateKey key = identity.key();
        X509Certificate[] chain = identity.chain().toArray(X509Certificate[]::new);
        SslContextBuilder builder =
                SslContextBuilder.forServer(key, chain)
                        .sslProvider(Provider.CHOSEN)
                        .protocols(versions(tls.minVersion()))
                        .ciphers(suites(tls.minVersion(), tls.ciphers()))
                        .enableOcsp(staples && OpenSsl.isOcspSupported());
        tls.clients()
                .ifPresent(
                        clients ->
                                builder.trustManager(signers)
                                        .clientAuth(
                                                clients.require()
                                                        ? ClientAuth.REQUIRE
                                                        : ClientAuth.OPTIONAL));
        if (!tls.alpn().isEmpty()) {
            builder.applicationProtocolConfig(offer(tls.alpn()));
        }
        if (Provider.CHOSEN == SslProvider.OPENSSL_REFCNT) {
            builder.option(OpenSslContextOption.GROUPS, GROUPS.toArray(String[]::new));
        }
        return builder.build();
    }

    /** Protocols of ALPN; who knows none of them goes on without. */
    static ApplicationProtocolConfig offer(List<String> alpn) {
        return new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                alpn);
    }

    static List<String> versions(TlsVersion min) {
        return Stream.of(TlsVersion.values())
                .filter(version -> version.compareTo(min) >= 0)
                .map(TlsVersion::word)
                .toList();
    }

    /** What is offered: those of TLS 1.3, and of TLS 1.2 these where that is spoken. */
    static List<String> suites(TlsVersion min, List<TlsCipher> ciphers) {
        List<String> suites = new ArrayList<>(SUITES_OF_1_3);
        if (min == TlsVersion.TLS_1_2) {
            ciphers.stream().map(ClientContexts::suite).forEach(suites::add);
        }
        return suites;
    }

    /** OpenSSL's name of a suite by its registered one. */
    static String opensslName(String registered) {
        return OPENSSL_NAMES.getOrDefault(registered, registered);
    }

    /** The registered name, which both implementations know. */
    private static String suite(TlsCipher cipher) {
        return switch (cipher) {
            case ECDHE_ECDSA_AES128_GCM -> "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
            case ECDHE_RSA_AES128_GCM -> "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
            case ECDHE_ECDSA_AES256_GCM -> "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
            case ECDHE_RSA_AES256_GCM -> "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
            case ECDHE_ECDSA_CHACHA20 -> "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
            case ECDHE_RSA_CHACHA20 -> "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";
            case ECDHE_ECDSA_AES128_CBC -> "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA";
            case ECDHE_RSA_AES128_CBC -> "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA";
            case ECDHE_ECDSA_AES256_CBC -> "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA";
            case ECDHE_RSA_AES256_CBC -> "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA";
            case RSA_AES128_GCM -> "TLS_RSA_WITH_AES_128_GCM_SHA256";
            case RSA_AES256_GCM -> "TLS_RSA_WITH_AES_256_GCM_SHA384";
        };
    }

    /**
     * A ticket made for one purpose is no use for another: else a client could take one that it got
     * without a certificate of its own to a frontend that asks for one.
     */
    private static String purpose(
            String frontend,
            FrontendTls tls,
            ServerIdentity identity,
            List<X509Certificate> signers) {
        StringBuilder purpose = new StringBuilder(frontend);
        identity.names().stream().sorted().forEach(name -> purpose.append(' ').append(name));
        tls.clients().ifPresent(clients -> purpose.append(" clients ").append(clients.require()));
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (X509Certificate signer : signers) {
                digest.update(signer.getEncoded());
            }
            return purpose + " " + HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a certificate that was read", impossible);
        }
    }

    /** The TLS layer for a client that asks for this name. */
    SslHandler layer(String serverName, ByteBufAllocator allocator, Instant now) {
        Certified chosen = names.find(serverName);
        SslHandler layer = chosen.context().newHandler(allocator);
        OcspResponse ocsp = chosen.ocsp();
        if (ocsp != null
                && ocsp.counts(now)
                && layer.engine() instanceof ReferenceCountedOpenSslEngine engine) {
            engine.setOcspResponse(ocsp.der());
        }
        return layer;
    }

    /** Tells of every handshake's secrets from now on; whether it can. */
    boolean tell(KeyLog log) {
        return contexts.stream().allMatch(each -> KeyLogHook.tell(each.context(), log));
    }

    /** Every certificate with its chain and names. */
    List<ServerIdentity> identities() {
        return identities;
    }

    /** Makes and understands tickets by the keys of this time. */
    void tickets(TicketSecrets secrets, Instant now, Duration rotate) {
        for (Certified each : contexts) {
            if (each.context().sessionContext() instanceof OpenSslSessionContext sessions) {
                sessions.setTicketKeys(
                        secrets.keys(each.purpose(), now, rotate).stream()
                                .map(
                                        key ->
                                                new OpenSslSessionTicketKey(
                                                        key.name(), key.mac(), key.cipher()))
                                .toArray(OpenSslSessionTicketKey[]::new));
            }
        }
    }

    void release() {
        contexts.forEach(each -> ReferenceCountUtil.release(each.context()));
    }
}
