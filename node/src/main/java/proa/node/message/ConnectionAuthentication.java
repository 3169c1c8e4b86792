package proa.node.message;

/**
 * The schemes that prove who a connection is, not who asks (NTLM; Negotiate, RFC 4559 §4): once one
 * of them has been spoken, a server may take all that comes on the connection for its client's.
 */
final class ConnectionAuthentication {

    private static final String[] SCHEMES = {"NTLM", "Negotiate"};

    private ConnectionAuthentication() {}

    /** Whether a server asks for one. */
    static boolean isOffered(FieldLines fields) {
        return isIn(fields, "WWW-Authenticate") || isIn(fields, "Proxy-Authenticate");
    }

    /** Whether a client speaks one. */
    static boolean isSpoken(FieldLines fields) {
        return isIn(fields, "Authorization") || isIn(fields, "Proxy-Authorization");
    }

    private static boolean isIn(FieldLines fields, String name) {
        for (int line = fields.find(name, 0); line >= 0; line = fields.find(name, line + 1)) {
            int end = fields.valueEnd(line);
            for (int at = fields.valueStart(line); at < end; at = next(fields.bytes(), at, end)) {
                if (isScheme(fields.bytes(), at, end)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A line may have several challenges; a comma in a quoted text costs no more than reuse. */
    private static int next(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] != ',') {
            at++;
        }
        at++;
        while (at < end && Ascii.isWhite(bytes[at])) {
            at++;
        }
        return at;
    }

    private static boolean isScheme(byte[] bytes, int from, int end) {
        for (String scheme : SCHEMES) {
            int behind = from + scheme.length();
            if (behind <= end
                    && Ascii.equalsIgnoreCase(bytes, from, behind, scheme)
                    && (behind == end || bytes[behind] == ' ' || bytes[behind] == ',')) {
                return true;
            }
        }
        return false;
    }
}
