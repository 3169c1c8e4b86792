package proa.config.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What proves to the other side who we are: a certificate with its chain, and its key.
 *
 * @param chain the certificate, then any intermediate
 * @param key fits the certificate
 * @param names host names of the certificate, lower case, perhaps with {@code *} as the first
 *     label; empty when it names only addresses
 */
public record ServerIdentity(List<X509Certificate> chain, PrivateKey key, List<String> names) {

    /** {@code dNSName} of RFC 5280 §4.2.1.6. */
    private static final int DNS_NAME = 2;

    private static final Pattern COMMON_NAME =
            Pattern.compile("(?:^|,)CN=([A-Za-z0-9*_-]+(?:\\.[A-Za-z0-9_-]+)+)(?:,|$)");

    public ServerIdentity {
        chain = List.copyOf(chain);
        names = List.copyOf(names);
    }

    /**
     * Takes an identity from its files.
     *
     * @param certificate PEM, the certificate, then any intermediate
     * @param key PEM, PKCS#8, PKCS#1 or SEC 1, not encrypted; may be the same bytes
     * @throws GeneralSecurityException with a message for the operator
     */
    public static ServerIdentity of(byte[] certificate, byte[] key)
            throws GeneralSecurityException {
        List<X509Certificate> chain = PemFiles.certificates(certificate);
        X509Certificate own = chain.getFirst();
        PrivateKey secret = PemFiles.anyKey(key, own.getPublicKey());
        return new ServerIdentity(chain, secret, names(own));
    }

    /** The certificate itself. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** The common name counts only where there is no alternative name (RFC 6125 §6.4.4). */
    private static List<String> names(X509Certificate certificate)
            throws CertificateParsingException {
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        List<String> names = new ArrayList<>();
        if (alternatives == null) {
            Matcher common =
                    COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName("RFC2253"));
            if (common.find()) {
                names.add(common.group(1).toLowerCase(Locale.ROOT));
            }
            return names;
        }
        for (List<?> alternative : alternatives) {
            if (alternative.getFirst().equals(DNS_NAME)) {
                names.add(String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }
}
