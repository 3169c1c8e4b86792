package proa.config.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PEM (RFC 7468) ↔ certificates and private keys. Every exception's message is for the operator.
 */
public final class PemFiles {

    /** Larger texts are not certificates of ours. */
    public static final int BYTES_MAX = 1 << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

    /** Labels that keys have when they are not plain PKCS#8. */
    private static final Set<String> OTHER_KEYS =
            Set.of("EC PRIVATE KEY", "RSA PRIVATE KEY", "DSA PRIVATE KEY");

    private PemFiles() {}

    private record Block(String label, byte[] content) {}

    /**
     * The certificates of a PEM text, in order.
     *
     * @throws GeneralSecurityException when there is none, or one that cannot be read
     */
    public static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (Block block : blocks(pem)) {
            if (block.label().equals("CERTIFICATE")) {
                certificates.add(certificate(factory, block.content()));
            }
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate in it (-----BEGIN CERTIFICATE-----)");
        }
        return certificates;
    }

    private static X509Certificate certificate(CertificateFactory factory, byte[] content)
            throws CertificateException {
        try {
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(content));
        } catch (CertificateException broken) {
            throw new CertificateException("a certificate in it is damaged", broken);
        }
    }

    /**
     * The private key of a PEM text.
     *
     * @param pem PKCS#8, not encrypted
     * @param belongsTo the public key it must fit, which also names the algorithm
     * @throws GeneralSecurityException when there is none, it is of another form, or it belongs to
     *     another certificate
     */
    public static PrivateKey key(byte[] pem, PublicKey belongsTo) throws GeneralSecurityException {
        return fitting(plainKey(pem, belongsTo), belongsTo);
    }

    /** The same, but whether the key fits is not looked at: {@link #fitting}. */
    static PrivateKey plainKey(byte[] pem, PublicKey belongsTo) throws GeneralSecurityException {
        for (Block block : blocks(pem)) {
            if (block.label().equals("PRIVATE KEY")) {
                return read(block.content(), belongsTo);
            }
            if (block.label().equals("ENCRYPTED PRIVATE KEY")) {
                throw new InvalidKeySpecException(
                        "the key is encrypted; remove the password: openssl pkcs8 -in KEY");
            }
            if (OTHER_KEYS.contains(block.label())) {
                throw new InvalidKeySpecException(
                        "the key is not PKCS#8; convert it: openssl pkcs8 -topk8 -nodes -in KEY");
            }
        }
        throw new InvalidKeySpecException("no private key in it (-----BEGIN PRIVATE KEY-----)");
    }

    /**
     * The private key of a PEM text, in any of the forms that are in use.
     *
     * @param pem PKCS#8, PKCS#1 (RSA) or SEC 1 (EC), not encrypted; other blocks are passed over
     * @param belongsTo the public key it must fit
     * @throws GeneralSecurityException when there is none, it is encrypted, or it belongs to
     *     another certificate
     */
    static PrivateKey anyKey(byte[] pem, PublicKey belongsTo) throws GeneralSecurityException {
        for (Block block : blocks(pem)) {
            switch (block.label()) {
                case "RSA PRIVATE KEY" -> {
                    return fitting(
                            read(KeyForms.pkcs8OfPkcs1(block.content()), belongsTo), belongsTo);
                }
                case "EC PRIVATE KEY" -> {
                    return fitting(
                            read(KeyForms.pkcs8OfSec1(block.content()), belongsTo), belongsTo);
                }
                case "PRIVATE KEY", "ENCRYPTED PRIVATE KEY" -> {
                    return key(pem, belongsTo);
                }
                default -> {} // a certificate, parameters of a curve
            }
        }
        return key(pem, belongsTo);
    }

    private static PrivateKey read(byte[] content, PublicKey belongsTo)
            throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance(belongsTo.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(content));
        } catch (InvalidKeySpecException broken) {
            throw new InvalidKeySpecException(
                    "the key is damaged, or not "
                            + belongsTo.getAlgorithm()
                            + " as its certificate",
                    broken);
        }
    }

    /**
     * The key itself, if it belongs to the public key: it signs something, which in a program that
     * has just started takes a fifth of a second.
     */
    static PrivateKey fitting(PrivateKey key, PublicKey belongsTo) throws GeneralSecurityException {
        if (!fits(key, belongsTo)) {
            throw new InvalidKeySpecException("the key belongs to another certificate");
        }
        return key;
    }

    private static boolean fits(PrivateKey key, PublicKey belongsTo)
            throws GeneralSecurityException {
        String algorithm =
                switch (belongsTo.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> belongsTo.getAlgorithm();
                };
        byte[] probe = "proa".getBytes(StandardCharsets.US_ASCII);
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(probe);
        byte[] signature = signing.sign();
        Signature verifying = Signature.getInstance(algorithm);
        verifying.initVerify(belongsTo);
        verifying.update(probe);
        return verifying.verify(signature);
    }

    private static List<Block> blocks(byte[] pem) throws GeneralSecurityException {
        if (pem.length > BYTES_MAX) {
            throw new CertificateException("larger than " + BYTES_MAX + " bytes");
        }
        List<Block> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        while (block.find()) {
            try {
                blocks.add(
                        new Block(block.group(1), Base64.getMimeDecoder().decode(block.group(2))));
            } catch (IllegalArgumentException broken) {
                throw new CertificateException(
                        "the base64 of its " + block.group(1) + " is damaged", broken);
            }
        }
        return blocks;
    }

    /** One PEM block. */
    static byte[] pem(String label, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        String text = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
