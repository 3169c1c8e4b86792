package proa.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * A cipher suite of TLS 1.2. Those of TLS 1.3 are three, all of them good, and cannot be chosen.
 *
 * <p>The modern ones keep what was recorded secret when the key leaks later, and authenticate what
 * they encrypt; the others are there for old clients.
 */
public enum TlsCipher {
    ECDHE_ECDSA_AES128_GCM("ECDHE-ECDSA-AES128-GCM-SHA256", true),
    ECDHE_RSA_AES128_GCM("ECDHE-RSA-AES128-GCM-SHA256", true),
    ECDHE_ECDSA_AES256_GCM("ECDHE-ECDSA-AES256-GCM-SHA384", true),
    ECDHE_RSA_AES256_GCM("ECDHE-RSA-AES256-GCM-SHA384", true),
    ECDHE_ECDSA_CHACHA20("ECDHE-ECDSA-CHACHA20-POLY1305", true),
    ECDHE_RSA_CHACHA20("ECDHE-RSA-CHACHA20-POLY1305", true),
    ECDHE_ECDSA_AES128_CBC("ECDHE-ECDSA-AES128-SHA", false),
    ECDHE_RSA_AES128_CBC("ECDHE-RSA-AES128-SHA", false),
    ECDHE_ECDSA_AES256_CBC("ECDHE-ECDSA-AES256-SHA", false),
    ECDHE_RSA_AES256_CBC("ECDHE-RSA-AES256-SHA", false),
    RSA_AES128_GCM("AES128-GCM-SHA256", false),
    RSA_AES256_GCM("AES256-GCM-SHA384", false);

    /** What is offered when nothing is written: the modern ones, cheapest first. */
    public static final List<TlsCipher> DEFAULTS =
            Stream.of(values()).filter(TlsCipher::modern).toList();

    private final String word;
    private final boolean modern;

    TlsCipher(String word, boolean modern) {
        this.word = word;
        this.modern = modern;
    }

    /** OpenSSL's name, as HAProxy and nginx know it. */
    public String word() {
        return word;
    }

    /** Whether the server's RSA key alone keeps what is said secret. */
    public boolean ofRsaAlone() {
        return this == RSA_AES128_GCM || this == RSA_AES256_GCM;
    }

    /** Whether it is forward secret and authenticates what it encrypts. */
    public boolean modern() {
        return modern;
    }
}
