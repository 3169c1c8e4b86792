package proa.node.http2;

/**
 * The cipher suites of TLS 1.2 that HTTP/2 allows (RFC 9113 §9.2.2). Appendix A forbids, by name,
 * all that lack an ephemeral key exchange or encrypt in streams or blocks without authentication;
 * this is that rule. Those of TLS 1.3 are all allowed.
 */
public final class CipherSuites {

    private static final String JAVA_PREFIX = "TLS_";

    private CipherSuites() {}

    /**
     * Whether a connection of HTTP/2 may be in this.
     *
     * @param version as TLS libraries name it: {@code TLSv1.3}
     * @param suite as OpenSSL names it, or as the IANA does
     */
    public static boolean allows(String version, String suite) {
        if (version.equals("TLSv1.3")) {
            return true;
        }
        String name = suite.startsWith(JAVA_PREFIX) ? suite.substring(JAVA_PREFIX.length()) : suite;
        boolean ephemeral = name.startsWith("ECDHE") || name.startsWith("DHE");
        boolean authenticated =
                name.contains("GCM") || name.contains("CCM") || name.contains("CHACHA20");
        return version.equals("TLSv1.2") && ephemeral && authenticated;
    }
}
