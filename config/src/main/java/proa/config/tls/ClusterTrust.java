package proa.config.tls;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Accepts members of one cluster: the JDK's path validation over the cluster's authorities, then
 * the organisation and the protocol. Its refusals say which of these failed.
 */
final class ClusterTrust extends X509ExtendedTrustManager {

    private final String cluster;
    private final X509ExtendedTrustManager path;

    ClusterTrust(String cluster, List<X509Certificate> authorities)
            throws GeneralSecurityException {
        this.cluster = cluster;
        this.path = pathValidation(authorities);
    }

    /** The path validation alone, for a certificate that nobody has shown yet. */
    static void require(List<X509Certificate> certificates, List<X509Certificate> authorities)
            throws GeneralSecurityException {
        X509Certificate[] chain = certificates.toArray(X509Certificate[]::new);
        try {
            pathValidation(authorities)
                    .checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
        } catch (CertificateException refused) {
            throw new CertificateException(
                    reason(chain[0], MemberTls.nodeName(chain[0]), refused), refused);
        }
    }

    private static X509ExtendedTrustManager pathValidation(List<X509Certificate> authorities)
            throws GeneralSecurityException {
        KeyStore store = MemberTls.emptyStore();
        for (int at = 0; at < authorities.size(); at++) {
            store.setCertificateEntry("authority-" + at, authorities.get(at));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(
                chain,
                engine.getHandshakeSession(),
                () -> path.checkClientTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(
                chain,
                engine.getHandshakeSession(),
                () -> path.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        check(chain, session(socket), () -> path.checkClientTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        check(chain, session(socket), () -> path.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        check(chain, null, () -> path.checkClientTrusted(chain, type));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        check(chain, null, () -> path.checkServerTrusted(chain, type));
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return path.getAcceptedIssuers();
    }

    private interface Validation {
        void run() throws CertificateException;
    }

    private void check(X509Certificate[] chain, @Nullable SSLSession session, Validation validation)
            throws CertificateException {
        String who = MemberTls.nodeName(chain[0]);
        try {
            validation.run();
        } catch (CertificateException refused) {
            throw new CertificateException(reason(chain[0], who, refused), refused);
        }
        String organisation = MemberTls.clusterName(chain[0]);
        if (!organisation.equals(cluster)) {
            throw new CertificateException(
                    "\""
                            + who
                            + "\" is a member of cluster \""
                            + organisation
                            + "\", not of \""
                            + cluster
                            + "\"");
        }
        if (session == null || !session.getProtocol().equals(MemberTls.PROTOCOL)) {
            throw new CertificateException("members speak " + MemberTls.PROTOCOL + " only");
        }
    }

    private static @Nullable SSLSession session(Socket socket) {
        return socket instanceof SSLSocket secure ? secure.getHandshakeSession() : null;
    }

    private static String reason(
            X509Certificate certificate, String who, CertificateException refused) {
        String subject = "the certificate of \"" + who + "\" ";
        if (has(refused, CertificateExpiredException.class)) {
            return subject + "expired on " + certificate.getNotAfter().toInstant();
        }
        if (has(refused, CertificateNotYetValidException.class)) {
            Instant begins = certificate.getNotBefore().toInstant();
            return subject + "is not valid before " + begins + ": compare the clocks";
        }
        if (has(refused, CertPathBuilderException.class) || noAnchor(refused)) {
            return subject + "is not signed by an authority of this cluster";
        }
        return subject + "is refused: " + refused.getMessage();
    }

    private static boolean has(Throwable top, Class<? extends Throwable> type) {
        return causes(top).anyMatch(type::isInstance);
    }

    private static boolean noAnchor(Throwable top) {
        return causes(top)
                .anyMatch(
                        cause ->
                                cause instanceof CertPathValidatorException failed
                                        && failed.getReason() == PKIXReason.NO_TRUST_ANCHOR);
    }

    private static Stream<Throwable> causes(Throwable top) {
        return Stream.<@Nullable Throwable>iterate(
                        top, Objects::nonNull, cause -> cause == null ? null : cause.getCause())
                .flatMap(Stream::ofNullable);
    }
}
