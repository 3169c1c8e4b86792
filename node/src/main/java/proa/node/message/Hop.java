package proa.node.message;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/** One element of X-Forwarded-For as proxies write it: an address, perhaps with a port. */
final class Hop {

    /** {@code [2001:db8:…]:65535}, the longest that is one. */
    private static final int CHARACTERS_MAX = 64;

    private Hop() {}

    /** The address, or null when it is none; names are not looked up. */
    static @Nullable InetAddress address(String text) {
        if (text.isEmpty() || text.length() > CHARACTERS_MAX) {
            return null;
        }
        String bare = bare(text);
        if (!looksLikeOne(bare)) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(bare);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static String bare(String text) {
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            return close < 0 ? "" : text.substring(1, close);
        }
        int colon = text.indexOf(':');
        boolean port = colon >= 0 && colon == text.lastIndexOf(':');
        return port ? text.substring(0, colon) : text;
    }

    /** The library would take {@code 1} or {@code 10.1} for an address too, and scopes. */
    private static boolean looksLikeOne(String text) {
        int dots = 0;
        boolean colons = false;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            dots += c == '.' ? 1 : 0;
            colons |= c == ':';
            if (c != '.' && c != ':' && Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return colons || dots == 3;
    }
}
