package proa.config.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of a text what might be a secret, so that it can be sent to somebody who helps: values
 * of keys that are named like secrets, what probes send, cookies, passwords in URLs, credentials of
 * HTTP, private keys, and, of a configuration, what requests are compared with, and all comments.
 * It rather takes too much. Works on configurations and on JSON, one in a string of the other
 * included.
 */
public final class Redaction {

    private static final String GONE = "\"***\"";

    /**
     * A word and what stands between it and its value. A word is looked at once, from its
     * beginning, and nothing is tried twice: the time is linear in the length of the text.
     */
    private static final Pattern KEY =
            Pattern.compile("(?<![\\w.-])([\\w.-]++)\\\\*+\"?+\\s*+(?:\\+?=|:)\\s*+");

    /** In a key that sounds like a secret. */
    private static final String SECRET =
            "(?i)passw|secret|token|credential|authorization|api-?key|\\w-key|webhook|send"
                    + "|(?:^|[.-])cookie$|(?:^|\\.)body$";

    private static final Pattern IN_TEXT = Pattern.compile(SECRET);

    /** A header, cookie or parameter may be compared with a secret. */
    private static final Pattern IN_CONFIGURATION =
            Pattern.compile(SECRET + "|(?:^|\\.)(?:value|matches)$");

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
        return of(withoutComments(text), IN_CONFIGURATION);
    }

    /** Any text without what might be a secret. */
    public static String of(String text) {
        return of(text, IN_TEXT);
    }

    private static String of(String text, Pattern secret) {
        String left = PRIVATE.matcher(text).replaceAll("***");
        left = OF_HTTP.matcher(left).replaceAll(found -> quoted(found.group(1)) + " ***");
        left = withoutNamed(left, secret);
        left = IN_URL.matcher(left).replaceAll("://***@");
        left = PATH_OF_URL.matcher(left).replaceAll(found -> quoted(found.group(1)) + "/***");
        return HASH.matcher(left).replaceAll("***");
    }

    private static String withoutNamed(String text, Pattern secret) {
        StringBuilder out = new StringBuilder(text.length());
        Matcher key = KEY.matcher(text);
        int kept = 0;
        int at = 0;
        while (key.find(at)) {
            at = key.end();
            int end = secret.matcher(key.group(1)).find() ? endOfValue(text, at) : at;
            if (end > at) {
                out.append(text, kept, at).append(GONE);
                kept = end;
                at = end;
            }
        }
        return out.append(text, kept, text.length()).toString();
    }

    /** Pieces on one line are one value, as in {@code "a" "b"}; what looks like a key is none. */
    private static int endOfValue(String text, int from) {
        int end = from;
        int next = from;
        int after = endOfPiece(text, from);
        while (after > next) {
            end = after;
            next = afterBlanks(text, end);
            boolean key = KEY.matcher(text).region(next, text.length()).lookingAt();
            after = key ? next : endOfPiece(text, next);
        }
        return end;
    }

    private static int afterBlanks(String text, int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    /** What is not closed goes on to the end of the text: it may have been cut off there. */
    private static int endOfPiece(String text, int from) {
        if (text.startsWith(QUOTES, from)) {
            int end = text.indexOf(QUOTES, from + QUOTES.length());
            return end < 0 ? text.length() : end + QUOTES.length();
        }
        if (text.startsWith("\"", from)) {
            return endOfString(text, from);
        }
        if (text.startsWith("\\", from)) {
            return endOfEscaped(text, from);
        }
        if (text.startsWith("${", from)) {
            int end = text.indexOf('}', from);
            return end < 0 ? text.length() : end + 1;
        }
        return text.startsWith("[", from) ? endOfList(text, from) : endOfWord(text, from);
    }

    /** A string within strings ends with a quotation mark as deep as its own, or less deep. */
    private static int endOfEscaped(String text, int from) {
        int at = afterBackslashes(text, from);
        if (!text.startsWith("\"", at)) {
            return endOfWord(text, from);
        }
        int depth = at - from;
        while (++at < text.length()) {
            int quote = afterBackslashes(text, at);
            if (text.startsWith("\"", quote) && quote - at <= depth) {
                return quote + 1;
            }
            at = quote;
        }
        return text.length();
    }

    private static int afterBackslashes(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == '\\') {
            at++;
        }
        return at;
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
                && !(at > from && text.startsWith("${", at))
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
