package proa.node.tls;

import org.jspecify.annotations.Nullable;

import proa.config.TlsFact;
import proa.node.exchange.Handshake;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What the TLS layer of a connection knows after its handshake. Nothing is looked up before it is
 * asked for, and then once. On the connection's event loop.
 */
final class EngineHandshake implements Handshake {

    private final SSLEngine engine;
    private final Map<TlsFact, String> known = new EnumMap<>(TlsFact.class);
    private @Nullable X509Certificate certificate;
    private boolean looked;

    EngineHandshake(SSLEngine engine) {
        this.engine = engine;
    }

    @Override
    public boolean certified() {
        return certificate() != null;
    }

    @Override
    public String of(TlsFact fact) {
        return known.computeIfAbsent(fact, this::find);
    }

    private String find(TlsFact fact) {
        SSLSession session = engine.getSession();
        return switch (fact) {
            case VERSION -> session.getProtocol();
            case CIPHER -> ClientContexts.opensslName(session.getCipherSuite());
            case SUBJECT, ISSUER, SERIAL, FINGERPRINT -> {
                X509Certificate shown = certificate();
                yield shown == null ? "" : of(shown, fact);
            }
        };
    }

    private static String of(X509Certificate shown, TlsFact fact) {
        return switch (fact) {
            case VERSION, CIPHER -> throw new IllegalStateException("not of a certificate");
            case SUBJECT -> shown.getSubjectX500Principal().getName();
            case ISSUER -> shown.getIssuerX500Principal().getName();
            case SERIAL -> shown.getSerialNumber().toString(16);
            case FINGERPRINT -> fingerprint(shown);
        };
    }

    private static String fingerprint(X509Certificate shown) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(shown.getEncoded());
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a certificate that was read", impossible);
        }
    }

    /** A bad one ends the handshake, so that whoever has shown one has shown a good one. */
    private @Nullable X509Certificate certificate() {
        if (!looked) {
            looked = true;
            certificate = shown();
        }
        return certificate;
    }

    private @Nullable X509Certificate shown() {
        try {
            return engine.getSession().getPeerCertificates()[0] instanceof X509Certificate own
                    ? own
                    : null;
        } catch (SSLPeerUnverifiedException _) {
            return null;
        }
    }
}
