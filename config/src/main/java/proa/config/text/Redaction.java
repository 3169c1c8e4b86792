package proa.config.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of a text what might be a secret, so that it can be sent to somebody who helps: values
 * of keys that are named like secrets, what probes send, passwords in URLs, credentials of HTTP,
 * private keys, and, of a configuration, all comments. It rather takes too much. Works on
 * configurations and on JSON.
 */
public final class Redaction {

    private static final String GONE = "\"***\"";

    /** A key that sounds like a secret, up to its value. */
    private static final String KEY =
            "(?i)(\"?[\\w.-]*(?:passw|secret|token|credential|authorization|api-?key|[\\w]-key"
                    + "|webhook|send)[\\w.-]*\"?\\s*(?:\\+?=|:)\\s*)";

    private static final String VALUE =
            "(?:\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\])*\"|\\[[^\\]]*\\]|[^\\s,{}\\[\\]]+)";

    private static final Pattern NAMED = Pattern.compile(KEY + VALUE);
    private static final Pattern IN_URL = Pattern.compile("://[^/@\\s\"]+@");

    /** Where somebody's data goes; collectors take a token in the path. */
    private static final Pattern PATH_OF_URL =
            Pattern.compile("(?i)(\\burl\"?\\s*[=:]\\s*\"?https?://[^/?\"\\s]+)[/?][^\"\\s]+");

    private static final Pattern OF_HTTP =
            Pattern.compile("(?i)\\b(basic|bearer)\\s+[A-Za-z0-9+/=._~-]{4,}");
    private static final Pattern PRIVATE =
            Pattern.compile(
                    "-----BEGIN [A-Z ]*PRIVATE KEY-----[\\s\\S]*?(?:-----END [A-Z ]*PRIVATE"
                            + " KEY-----|\\z)");
    private static final Pattern HASH = Pattern.compile("pbkdf2-[a-z0-9]+\\$[^\\s\"]*");

    private Redaction() {}

    /** A configuration without comments and without what might be a secret. */
    public static String ofConfiguration(String text) {
        return of(withoutComments(text));
    }

    /** Any text without what might be a secret. */
    public static String of(String text) {
        String left = PRIVATE.matcher(text).replaceAll("***");
        left = OF_HTTP.matcher(left).replaceAll(found -> quoted(found.group(1)) + " ***");
        left = NAMED.matcher(left).replaceAll(found -> quoted(found.group(1)) + GONE);
        left = IN_URL.matcher(left).replaceAll("://***@");
        left = PATH_OF_URL.matcher(left).replaceAll(found -> quoted(found.group(1)) + "/***");
        return HASH.matcher(left).replaceAll("***");
    }

    private static String quoted(String text) {
        return Matcher.quoteReplacement(text);
    }

    /** Comments may say anything. Quotation marks keep what looks like one. */
    private static String withoutComments(String text) {
        StringBuilder out = new StringBuilder();
        boolean quoted = false;
        int at = 0;
        while (at < text.length()) {
            char character = text.charAt(at);
            boolean comment = character == '#' || text.startsWith("//", at);
            if (!quoted && comment) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
                continue;
            }
            if (character == '"') {
                quoted = !quoted;
            } else if (character == '\n') {
                quoted = false;
            } else if (quoted && character == '\\' && at + 1 < text.length()) {
                out.append(character);
                at++;
            }
            out.append(text.charAt(at));
            at++;
        }
        return out.toString();
    }
}
