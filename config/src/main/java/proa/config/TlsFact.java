package proa.config;

/** What a handshake that ended here has told of a client; empty when it has not. */
public enum TlsFact {
    /** As {@link TlsVersion#word()} writes it. */
    VERSION("tls-version"),
    /** OpenSSL's name of the cipher suite. */
    CIPHER("tls-cipher"),
    /** Distinguished name of the client's certificate (RFC 2253). */
    SUBJECT("certificate-subject"),
    /** Distinguished name of who signed it (RFC 2253). */
    ISSUER("certificate-issuer"),
    /** Its serial number, hexadecimal, lower case. */
    SERIAL("certificate-serial"),
    /** SHA-256 of it, hexadecimal, lower case. */
    FINGERPRINT("certificate-fingerprint");

    private final String word;

    TlsFact(String word) {
        this.word = word;
    }

    /** As it is called in templates. */
    public String word() {
        return word;
    }

    /** Whether only a client that shows a certificate has it. */
    public boolean ofCertificate() {
        return switch (this) {
            case VERSION, CIPHER -> false;
            case SUBJECT, ISSUER, SERIAL, FINGERPRINT -> true;
        };
    }

    /** The fact that {@link #word()} names. */
    public static TlsFact named(String word) {
        for (TlsFact fact : values()) {
            if (fact.word.equals(word)) {
                return fact;
            }
        }
        throw new IllegalArgumentException(word);
    }
}
