package proa.node.rules;

import com.google.re2j.Pattern;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * Regular expressions as tests. Those that say no more than a comparison does become one; the
 * others run in time linear in the text, whatever the client sends (RE2).
 */
final class Texts {

    private static final String SPECIAL = "\\.[]{}()*+?^$|";

    private Texts() {}

    /** Whether a text has in it what is looked for. */
    sealed interface Found extends Predicate<String> {}

    /** {@code ^text}. */
    record Begins(String with) implements Found {
        @Override
        public boolean test(String text) {
            return text.startsWith(with);
        }
    }

    /** {@code text$}. */
    record Ends(String with) implements Found {
        @Override
        public boolean test(String text) {
            return text.endsWith(with);
        }
    }

    /** {@code ^text$}. */
    record Is(String what) implements Found {
        @Override
        public boolean test(String text) {
            return text.equals(what);
        }
    }

    /** {@code text}. */
    record Contains(String what) implements Found {
        @Override
        public boolean test(String text) {
            return text.contains(what);
        }
    }

    /** What no comparison can say. */
    record Expression(Pattern pattern) implements Found {
        @Override
        public boolean test(String text) {
            return pattern.matcher(text).find();
        }
    }

    /** Whether the expression is found in a text. */
    static Found found(String pattern) {
        boolean start = pattern.startsWith("^");
        boolean end = pattern.endsWith("$") && !pattern.endsWith("\\$");
        int to = pattern.length() - (end ? 1 : 0);
        String literal = literal(pattern.substring(Math.min(start ? 1 : 0, to), to));
        if (literal == null) {
            return new Expression(Pattern.compile(pattern));
        }
        if (start) {
            return end ? new Is(literal) : new Begins(literal);
        }
        return end ? new Ends(literal) : new Contains(literal);
    }

    /** The text that an expression stands for when that is the only one, or null. */
    private static @Nullable String literal(String pattern) {
        StringBuilder literal = new StringBuilder();
        for (int at = 0; at < pattern.length(); at++) {
            char c = pattern.charAt(at);
            if (c == '\\'
                    && at + 1 < pattern.length()
                    && SPECIAL.indexOf(pattern.charAt(at + 1)) >= 0) {
                at++;
                literal.append(pattern.charAt(at));
            } else if (SPECIAL.indexOf(c) >= 0) {
                return null;
            } else {
                literal.append(c);
            }
        }
        return literal.toString();
    }

    /**
     * A text of the configuration as messages have it: bytes as characters of the same number,
     * which is how heads are read.
     */
    static String asSent(String configured) {
        return new String(configured.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Without what would end a line or confuse a terminal; nothing to do for almost all. */
    static String printable(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (isControl(text.charAt(at))) {
                return withoutControls(text);
            }
        }
        return text;
    }

    private static String withoutControls(String text) {
        StringBuilder left = new StringBuilder();
        text.chars().filter(c -> !isControl((char) c)).forEach(c -> left.append((char) c));
        return left.toString();
    }

    private static boolean isControl(char c) {
        return c < ' ' || c == '\u007f';
    }

    /** As part of a URI: what is not visible ASCII becomes {@code %XX} (RFC 3986 §2.1). */
    static String inUri(String text) {
        StringBuilder uri = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
            if (b > ' ' && b < 127) {
                uri.append((char) b);
            } else {
                uri.append('%')
                        .append(Character.toUpperCase(Character.forDigit(b >> 4 & 0xf, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 0xf, 16)));
            }
        }
        return uri.toString();
    }
}
