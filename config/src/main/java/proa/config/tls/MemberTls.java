package proa.config.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * Mutual TLS 1.3 among the members of one cluster (the JDK's provider).
 *
 * <p>A peer is accepted when one of the given authorities signed its certificate, it is in its
 * time, allows both directions of a connection, its organisation is this cluster and the protocol
 * is TLS 1.3. Whether its node name is a member's is for the caller, who knows the configuration:
 * {@link #nodeName}. The returned context is safe from any thread.
 */
public final class MemberTls {

    /** The only protocol members speak (RFC 8446). */
    public static final String PROTOCOL = "TLSv1.3";

    private static final char[] NO_PASSWORD = {};

    /**
     * For a store that never leaves memory: PKCS12 would derive a key from the empty password by
     * ten thousand rounds, twice.
     */
    private static final String CHEAP = "JKS";

    private MemberTls() {}

    /**
     * The context of a member.
     *
     * @param certificate PEM, this node's certificate, then any intermediate
     * @param key PEM, PKCS#8, its private key
     * @param authorities PEM, the authorities that sign members; two while one is being replaced
     * @throws GeneralSecurityException with a message for the operator
     */
    public static SSLContext context(byte[] certificate, byte[] key, List<byte[]> authorities)
            throws GeneralSecurityException {
        requireFit(certificate, key);
        return untried(certificate, key, authorities);
    }

    /**
     * The same before it is known whether the key fits the certificate; with one that does not,
     * every handshake fails. For programs that find that out while they start: {@link #requireFit}.
     */
    public static SSLContext untried(byte[] certificate, byte[] key, List<byte[]> authorities)
            throws GeneralSecurityException {
        List<X509Certificate> chain = PemFiles.certificates(certificate);
        X509Certificate own = chain.getFirst();
        if (clusterName(own).isEmpty() || nodeName(own).isEmpty()) {
            throw new CertificateException(
                    "the certificate's subject must be CN=<node>,O=<cluster>, it is "
                            + own.getSubjectX500Principal());
        }
        PrivateKey secret = PemFiles.plainKey(key, own.getPublicKey());
        SSLContext context = SSLContext.getInstance(PROTOCOL);
        TrustManager trust = new ClusterTrust(clusterName(own), roots(authorities));
        context.init(identity(secret, chain), new TrustManager[] {trust}, null);
        return context;
    }

    /**
     * Whether the private key belongs to the first certificate of that text.
     *
     * @throws GeneralSecurityException with a message for the operator: it does not
     */
    public static void requireFit(byte[] certificate, byte[] key) throws GeneralSecurityException {
        PrivateKey _ =
                PemFiles.key(key, PemFiles.certificates(certificate).getFirst().getPublicKey());
    }

    /**
     * Whether one of these authorities has signed that certificate, and both are in their time now.
     *
     * @throws GeneralSecurityException with a message for the operator: a member that trusts the
     *     same authorities would refuse it
     */
    public static void requireTrusted(byte[] certificate, List<byte[]> authorities)
            throws GeneralSecurityException {
        ClusterTrust.require(PemFiles.certificates(certificate), roots(authorities));
    }

    /**
     * What every engine and socket of members is set to: TLS 1.3 only, both sides show a
     * certificate.
     */
    public static SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {PROTOCOL});
        parameters.setNeedClientAuth(true);
        return parameters;
    }

    /** The node a certificate names: its common name; empty when there is not exactly one. */
    public static String nodeName(X509Certificate certificate) {
        return only(certificate, "CN");
    }

    /**
     * The cluster a certificate belongs to: its organisation; empty when there is not exactly one.
     */
    public static String clusterName(X509Certificate certificate) {
        return only(certificate, "O");
    }

    private static String only(X509Certificate certificate, String part) {
        List<Object> found = new ArrayList<>();
        for (Rdn names : subject(certificate).getRdns()) {
            Attribute named = names.toAttributes().get(part);
            try {
                found.addAll(named == null ? List.of() : Collections.list(named.getAll()));
            } catch (NamingException impossible) {
                throw new IllegalStateException("a name that was read", impossible);
            }
        }
        return found.size() == 1 && found.getFirst() instanceof String name ? name : "";
    }

    private static LdapName subject(X509Certificate certificate) {
        try {
            return new LdapName(
                    certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
        } catch (InvalidNameException impossible) {
            throw new IllegalStateException("the JDK's own form of a name", impossible);
        }
    }

    private static List<X509Certificate> roots(List<byte[]> authorities)
            throws GeneralSecurityException {
        List<X509Certificate> roots = new ArrayList<>();
        for (byte[] authority : authorities) {
            roots.addAll(PemFiles.certificates(authority));
        }
        if (roots.isEmpty()) {
            throw new CertificateException("no authority: nobody could be trusted");
        }
        return roots;
    }

    private static KeyManager[] identity(PrivateKey key, List<X509Certificate> chain)
            throws GeneralSecurityException {
        KeyStore store = emptyStore(CHEAP);
        store.setKeyEntry("member", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    static KeyStore emptyStore() throws GeneralSecurityException {
        return emptyStore("PKCS12");
    }

    private static KeyStore emptyStore(String type) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(type);
        try {
            store.load(null, null);
        } catch (IOException impossible) {
            throw new IllegalStateException("an empty store reads nothing", impossible);
        }
        return store;
    }
}
