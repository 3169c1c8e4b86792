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

    /**
     * A word and what stands between it and its value. A word is looked at once, from its
     * beginning, and nothing is tried twice: the time is linear in the length of the text.
     */
    private static final Pattern KEY =
            Pattern.compile("(?<![\\w.-])([\\w.-]++)\"?+\\s*+(?:\\+?=|:)\\s*+");

    /** In a key that sounds like a secret. */
    private static final Pattern SECRET =
            Pattern.compile(
                    "(?i)passw|secret|token|credential|authorization|api-?key|\\w-key|webhook|send");

    private static final String QUOTES = "\"\"\"";
    private static final String ENDS_WORD = ",{}[]";

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
        left = withoutNamed(left);
        left = IN_URL.matcher(left).replaceAll("://***@");
        left = PATH_OF_URL.matcher(left).replaceAll(found -> quoted(found.group(1)) + "/***");
        return HASH.matcher(left).replaceAll("***");
    }

    private static String withoutNamed(String text) {
        StringBuilder out = new StringBuilder(text.length());
        Matcher key = KEY.matcher(text);
        int kept = 0;
        int at = 0;
        while (key.find(at)) {
            at = key.end();
            int end = SECRET.matcher(key.group(1)).find() ? endOfValue(text, at) : at;
            if (end > at) {
                out.append(text, kept, at).append(GONE);
                kept = end;
                at = end;
            }
        }
        return out.append(text, kept, text.length()).toString();
    }

    /** What is not closed goes on to the end of the text: it may have been cut off there. */
    private static int endOfValue(String text, int from) {
        if (text.startsWith(QUOTES, from)) {
            int end = text.indexOf(QUOTES, from + QUOTES.length());
            return end < 0 ? text.length() : end + QUOTES.length();
        }
        if (text.startsWith("\"", from)) {
            return endOfString(text, from);
        }
        return text.startsWith("[", from) ? endOfList(text, from) : endOfWord(text, from);
    }

    private static int endOfString(String text, int from) {
        int at = from + 1;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(text.length(), at + 1);
    }

    private static int endOfList(String text, int from) {
        int at = from + 1;
        while (at < text.length() && text.charAt(at) != ']') {
            at = text.charAt(at) == '"' ? endOfString(text, at) : at + 1;
        }
        return Math.min(text.length(), at + 1);
    }

    private static int endOfWord(String text, int from) {
        int at = from;
        while (at < text.length()
                && !Character.isWhitespace(text.charAt(at))
                && ENDS_WORD.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
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
