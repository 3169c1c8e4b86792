package proa.config;

/** A version of TLS that is still in use; older ones are refused (RFC 8996). */
public enum TlsVersion {
    /** RFC 5246. */
    TLS_1_2("TLSv1.2"),
    /** RFC 8446. */
    TLS_1_3("TLSv1.3");

    private final String word;

    TlsVersion(String word) {
        this.word = word;
    }

    /** As it is written in the file, and as TLS libraries call it. */
    public String word() {
        return word;
    }
}
