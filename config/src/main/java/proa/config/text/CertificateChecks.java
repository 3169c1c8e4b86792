package proa.config.text;

import java.nio.file.Path;
import java.util.List;

/**
 * Looks into the certificate files that a configuration names. Whoever reads a configuration says
 * whether that is wanted: the files of another machine, or of another process, are not ours to
 * judge.
 */
public interface CertificateChecks {

    /** Looks at nothing. */
    CertificateChecks NONE =
            new CertificateChecks() {
                @Override
                public List<Finding> identity(Path certificate, Path key) {
                    return List.of();
                }

                @Override
                public List<Finding> authorities(Path file) {
                    return List.of();
                }

                @Override
                public List<Finding> ticketSecret(Path file) {
                    return List.of();
                }
            };

    /** What is wrong with a certificate and its key, which may be in the same file. */
    List<Finding> identity(Path certificate, Path key);

    /** What is wrong with a file of authorities. */
    List<Finding> authorities(Path file);

    /** What is wrong with the secret of session tickets. */
    List<Finding> ticketSecret(Path file);

    /** What is wrong with an OCSP response about a certificate. */
    default List<Finding> ocsp(Path response, Path certificate) {
        return List.of();
    }

    /**
     * One thing that is wrong.
     *
     * @param fatal whether it could not be served with
     * @param message one line
     * @param suggestion what to do
     */
    record Finding(boolean fatal, String message, String suggestion) {}
}
