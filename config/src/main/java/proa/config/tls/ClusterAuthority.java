package proa.config.tls;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/**
 * The authority of one cluster: makes itself and the certificates of nodes (X.509 v3, RFC 5280),
 * keys on P-256.
 *
 * <p>Stateless but for its own certificate and key; safe from any thread. The time and the source
 * of randomness come in.
 */
public final class ClusterAuthority {

    /** An authority lasts ten years: replacing it touches every member. */
    public static final Duration AUTHORITY_LIFE = Duration.ofDays(3_650);

    /**
     * A node certificate lasts two years and three months, so that a yearly habit has a year to
     * spare.
     */
    public static final Duration NODE_LIFE = Duration.ofDays(825);

    /** Certificates begin this much earlier, for members whose clocks are behind. */
    public static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private static final int SERIAL_BITS = 127;

    private final X509Certificate certificate;
    private final PrivateKey key;

    /**
     * A certificate with its key, both PEM.
     *
     * @param certificate may be read by anyone
     * @param key PKCS#8; whoever has it is that node, or makes nodes
     */
    public record Issued(byte[] certificate, byte[] key) {}

    private ClusterAuthority(X509Certificate certificate, PrivateKey key) {
        this.certificate = certificate;
        this.key = key;
    }

    /**
     * Makes the authority of a new cluster.
     *
     * @param cluster the cluster's name, the organisation of every certificate
     * @param now the moment of issue
     * @param random keys and serial numbers come from here
     */
    public static Issued create(String cluster, Instant now, SecureRandom random)
            throws GeneralSecurityException {
        KeyPair pair = pair(random);
        X500Name self = name(cluster + " authority", cluster);
        var builder =
                new JcaX509v3CertificateBuilder(
                        self,
                        serial(random),
                        begin(now),
                        Date.from(now.plus(AUTHORITY_LIFE)),
                        self,
                        pair.getPublic());
        JcaX509ExtensionUtils keys = new JcaX509ExtensionUtils();
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    keys.createSubjectKeyIdentifier(pair.getPublic()));
        } catch (CertIOException defect) {
            throw new IllegalStateException(defect);
        }
        return new Issued(sign(builder, pair.getPrivate(), random), keyPem(pair));
    }

    /**
     * Takes an authority from its files.
     *
     * @throws GeneralSecurityException when they are damaged, do not belong together or are no
     *     authority
     */
    public static ClusterAuthority of(byte[] certificate, byte[] key)
            throws GeneralSecurityException {
        X509Certificate authority = PemFiles.certificates(certificate).getFirst();
        if (authority.getBasicConstraints() < 0) {
            throw new CertificateException("the certificate is not that of an authority");
        }
        return new ClusterAuthority(authority, PemFiles.key(key, authority.getPublicKey()));
    }

    /** The authority's own certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The cluster it signs for. */
    public String cluster() {
        return MemberTls.clusterName(certificate);
    }

    /**
     * Makes a node's certificate; it ends with the authority if that comes first.
     *
     * @param node the node's name
     * @param addresses its addresses, which the certificate names too
     * @param now the moment of issue
     * @param life how long it lasts
     * @param random keys and serial numbers come from here
     * @throws GeneralSecurityException when the authority is not in its time
     */
    public Issued issue(
            String node,
            List<InetAddress> addresses,
            Instant now,
            Duration life,
            SecureRandom random)
            throws GeneralSecurityException {
        certificate.checkValidity(Date.from(now));
        KeyPair pair = pair(random);
        Instant ends = now.plus(life);
        Instant last = certificate.getNotAfter().toInstant();
        var builder =
                new JcaX509v3CertificateBuilder(
                        X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                        serial(random),
                        begin(now),
                        Date.from(ends.isBefore(last) ? ends : last),
                        name(node, cluster()),
                        pair.getPublic());
        extend(builder, pair, node, addresses);
        return new Issued(sign(builder, key, random), keyPem(pair));
    }

    private void extend(
            JcaX509v3CertificateBuilder builder,
            KeyPair pair,
            String node,
            List<InetAddress> addresses)
            throws GeneralSecurityException {
        JcaX509ExtensionUtils keys = new JcaX509ExtensionUtils();
        KeyPurposeId[] bothWays = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(bothWays));
            builder.addExtension(Extension.subjectAlternativeName, false, names(node, addresses));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    keys.createSubjectKeyIdentifier(pair.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    keys.createAuthorityKeyIdentifier(certificate.getPublicKey()));
        } catch (CertIOException defect) {
            throw new IllegalStateException(defect);
        }
    }

    private static GeneralNames names(String node, List<InetAddress> addresses) {
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.dNSName, node));
        addresses.forEach(
                address ->
                        names.add(
                                new GeneralName(GeneralName.iPAddress, address.getHostAddress())));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static X500Name name(String common, String organisation) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, organisation)
                .addRDN(BCStyle.CN, common)
                .build();
    }

    private static KeyPair pair(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
    }

    private static Date begin(Instant now) {
        return Date.from(now.minus(CLOCK_SKEW));
    }

    private static byte[] sign(
            JcaX509v3CertificateBuilder builder, PrivateKey key, SecureRandom random)
            throws GeneralSecurityException {
        try {
            var signer =
                    new JcaContentSignerBuilder("SHA256withECDSA")
                            .setSecureRandom(random)
                            .build(key);
            return PemFiles.pem("CERTIFICATE", builder.build(signer).getEncoded());
        } catch (OperatorCreationException | java.io.IOException failure) {
            throw new GeneralSecurityException("cannot sign with the authority's key", failure);
        }
    }

    private static byte[] keyPem(KeyPair pair) {
        return PemFiles.pem("PRIVATE KEY", pair.getPrivate().getEncoded());
    }
}
