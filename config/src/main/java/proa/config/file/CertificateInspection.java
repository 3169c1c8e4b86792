package proa.config.file;

import proa.config.text.CertificateChecks;
import proa.config.tls.Expiry;
import proa.config.tls.OcspResponse;
import proa.config.tls.PemFiles;
import proa.config.tls.ServerIdentity;
import proa.config.tls.TicketSecret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Judges the certificate files of this machine. Any thread; blocks on the disk. */
public final class CertificateInspection implements CertificateChecks {

    private static final String RENEW = "replace the file; it is read again without a restart";

    private final Instant now;
    private final boolean missingIsFatal;

    /**
     * Judges as of now.
     *
     * @param missingIsFatal whether this is the machine that needs the files
     */
    public CertificateInspection(Instant now, boolean missingIsFatal) {
        this.now = now;
        this.missingIsFatal = missingIsFatal;
    }

    /** What one file must be. */
    private interface Judgement {
        List<Finding> of(byte[] content) throws GeneralSecurityException;
    }

    @Override
    public List<Finding> identity(Path certificate, Path key) {
        return read(
                certificate,
                chain -> {
                    X509Certificate own = PemFiles.certificates(chain).getFirst();
                    List<Finding> findings = new ArrayList<>(expiry(certificate, own));
                    findings.addAll(read(key, secret -> fits(chain, secret)));
                    return findings;
                });
    }

    @Override
    public List<Finding> authorities(Path file) {
        return read(
                file,
                content -> {
                    List<Finding> findings = new ArrayList<>();
                    for (X509Certificate authority : PemFiles.certificates(content)) {
                        findings.addAll(expiry(file, authority));
                    }
                    return findings;
                });
    }

    @Override
    public List<Finding> ticketSecret(Path file) {
        return read(
                file,
                content -> {
                    TicketSecret.of(content);
                    return List.of();
                });
    }

    @Override
    public List<Finding> ocsp(Path response, Path certificate) {
        return notFatal(ofResponse(response, certificate));
    }

    /** Clients do without the response; that is no reason to do without the certificate. */
    private static List<Finding> notFatal(List<Finding> findings) {
        return findings.stream()
                .map(each -> new Finding(false, each.message(), each.suggestion()))
                .toList();
    }

    private List<Finding> ofResponse(Path response, Path certificate) {
        return read(
                response,
                content -> {
                    if (!Files.exists(certificate)) {
                        return List.of(); // which is said already
                    }
                    X509Certificate own = readable(certificate);
                    if (OcspResponse.of(content, own).counts(now)) {
                        return List.of();
                    }
                    return List.of(
                            new Finding(
                                    false,
                                    response
                                            + ": the certificate is not good by it, or it is out"
                                            + " of date; clients do not get it",
                                    "ask the authority again: openssl ocsp -respout …"));
                });
    }

    private static X509Certificate readable(Path certificate) throws GeneralSecurityException {
        try {
            return PemFiles.certificates(PlainFiles.read(certificate)).getFirst();
        } catch (IOException unreadable) {
            throw new CertificateException(certificate + " cannot be read", unreadable);
        }
    }

    private static List<Finding> fits(byte[] chain, byte[] secret) throws GeneralSecurityException {
        ServerIdentity.of(chain, secret); // throws what is wrong
        return List.of();
    }

    private List<Finding> read(Path file, Judgement judgement) {
        if (!Files.exists(file)) {
            String where = missingIsFatal ? "" : " on this machine";
            return List.of(
                    new Finding(
                            missingIsFatal, file + ": no such file" + where, "is it named right?"));
        }
        try {
            return judgement.of(PlainFiles.read(file));
        } catch (GeneralSecurityException wrong) {
            return List.of(new Finding(true, file + ": " + wrong.getMessage(), "a PEM file"));
        } catch (IOException unreadable) {
            return List.of(
                    new Finding(
                            missingIsFatal,
                            file + " cannot be read: " + unreadable.getMessage(),
                            "look at its owner and mode"));
        }
    }

    /**
     * Never fatal: it is served with all the same, and one that is over, or a clock that was wrong
     * at boot, should not keep the rest from being served.
     */
    private List<Finding> expiry(Path file, X509Certificate certificate) {
        return Expiry.of(certificate, now)
                .message()
                .map(message -> List.of(new Finding(false, file + ": " + message, RENEW)))
                .orElse(List.of());
    }
}
