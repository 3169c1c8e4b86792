package proa.node.tls;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.tls.OcspResponse;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;

/**
 * What authorities say of the certificates of one frontend (OCSP). Clients that are told nothing
 * ask for themselves: a response that cannot be used costs no certificate. One thread at a time.
 */
final class Responses {

    private static final Logger LOG = LoggerFactory.getLogger(Responses.class);

    private record Said(X509Certificate of, OcspResponse response) {}

    private final Map<Path, Said> last = new HashMap<>();
    private final String frontend;
    private final boolean warns;

    Responses(String frontend, boolean warns) {
        this.frontend = frontend;
        this.warns = warns;
    }

    /** The one in a file; if it cannot be used the last one that could, or null. */
    @Nullable OcspResponse of(Path file, X509Certificate certificate) {
        try {
            OcspResponse now = TlsFiles.ocsp(file, certificate);
            last.put(file, new Said(certificate, now));
            return now;
        } catch (IOException wrong) {
            Said before = last.get(file);
            OcspResponse left =
                    before != null && before.of().equals(certificate) ? before.response() : null;
            if (warns) {
                String get = left == null ? "none" : "the one before";
                LOG.warn("frontend {}: clients get {}: {}", frontend, get, wrong.getMessage());
            }
            return left;
        }
    }
}
