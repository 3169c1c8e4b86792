package proa.config.tls;

import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.SingleResp;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * What an authority says of a certificate (RFC 6960), to be shown to clients that ask in the
 * handshake (RFC 6066 §8). Whether it is signed well is for them to judge.
 *
 * @param der as it is sent
 * @param good whether the certificate is neither revoked nor unknown
 * @param from when it begins to count
 * @param until when it no longer counts; without a word of the authority, a week later
 */
public record OcspResponse(byte[] der, boolean good, Instant from, Instant until) {

    /** The authority's clock may be ahead of ours. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final Duration UNSAID = Duration.ofDays(7);

    /**
     * The response in a file.
     *
     * @param file DER
     * @param certificate that it must be about
     * @throws GeneralSecurityException with a message for the operator
     */
    public static OcspResponse of(byte[] file, X509Certificate certificate)
            throws GeneralSecurityException {
        try {
            OCSPResp response = new OCSPResp(file);
            if (response.getStatus() != OCSPResp.SUCCESSFUL
                    || !(response.getResponseObject() instanceof BasicOCSPResp basic)) {
                throw new CertificateException("an OCSP response that says only an error");
            }
            for (SingleResp each : basic.getResponses()) {
                if (each.getCertID().getSerialNumber().equals(certificate.getSerialNumber())) {
                    return of(file, each);
                }
            }
            throw new CertificateException("an OCSP response about another certificate");
        } catch (IOException | OCSPException | IllegalArgumentException | ClassCastException bad) {
            throw new CertificateException("not an OCSP response in DER", bad);
        }
    }

    private static OcspResponse of(byte[] der, SingleResp about) {
        Instant from = about.getThisUpdate().toInstant();
        Instant until =
                about.getNextUpdate() == null
                        ? from.plus(UNSAID)
                        : about.getNextUpdate().toInstant();
        boolean good = about.getCertStatus() == null; // the library's CertificateStatus.GOOD
        return new OcspResponse(der, good, from, until);
    }

    /** Whether clients may be shown it now. */
    public boolean counts(Instant now) {
        return good && !now.isBefore(from.minus(SKEW)) && now.isBefore(until);
    }
}
