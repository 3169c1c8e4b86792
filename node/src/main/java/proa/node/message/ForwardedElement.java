package proa.node.message;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/**
 * One element of Forwarded (RFC 7239 §4), which is what one proxy says. A line is read from its
 * end, where the nearest proxy has added its own: an open quotation mark further left, which is the
 * client's, does not swallow it. Stateless.
 */
final class ForwardedElement {

    private static final String FOR = "for";

    private ForwardedElement() {}

    /** Where the last element begins of what stands before {@code end}. */
    static int start(String line, int end) {
        boolean quoted = false;
        for (int at = end - 1; at >= 0; at--) {
            char c = line.charAt(at);
            if (c == '"' && !escaped(line, at)) {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                return at + 1;
            }
        }
        return 0;
    }

    private static boolean escaped(String text, int at) {
        int before = at;
        while (before > 0 && text.charAt(before - 1) == '\\') {
            before--;
        }
        return (at - before) % 2 == 1;
    }

    /**
     * The address of {@code for}; null when it has none, or several, or one that is hidden ({@code
     * _name}), unknown or malformed, and when the element is malformed.
     */
    static @Nullable InetAddress address(String element) {
        InetAddress found = null;
        int at = 0;
        while (at < element.length()) {
            int equals = element.indexOf('=', at);
            int end = equals < 0 ? -1 : valueEnd(element, equals + 1);
            if (end < 0) {
                return null;
            }
            if (element.substring(at, equals).strip().equalsIgnoreCase(FOR)) {
                if (found != null) {
                    return null;
                }
                found = Hop.address(unquoted(element.substring(equals + 1, end).strip()));
                if (found == null) {
                    return null;
                }
            }
            at = end + 1;
        }
        return found;
    }

    /** Where the value ends: at a semicolon or the element's end; -1 when a quotation is open. */
    private static int valueEnd(String element, int from) {
        boolean quoted = false;
        for (int at = from; at < element.length(); at++) {
            char c = element.charAt(at);
            if (quoted && c == '\\') {
                at++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ';' && !quoted) {
                return at;
            }
        }
        return quoted ? -1 : element.length();
    }

    /** A value without its quotation marks. No address has a mark or a backslash in it. */
    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
