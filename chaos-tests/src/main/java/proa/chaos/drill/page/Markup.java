package proa.chaos.drill.page;

import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.Verdict;

import java.util.Locale;

/** Text as markup can hold it. */
final class Markup {

    private Markup() {}

    /**
     * For HTML and XML, as text or inside quotes; characters that XML 1.0 cannot hold become {@code
     * ?}.
     */
    static String escape(String text) {
        StringBuilder to = new StringBuilder(text.length() + 16);
        for (int at = 0; at < text.length(); at++) {
            char letter = text.charAt(at);
            switch (letter) {
                case '&' -> to.append("&amp;");
                case '<' -> to.append("&lt;");
                case '>' -> to.append("&gt;");
                case '"' -> to.append("&quot;");
                case '\'' -> to.append("&#39;");
                default -> to.append(isLegal(text, at) ? letter : '?');
            }
        }
        return to.toString();
    }

    private static boolean isLegal(String text, int at) {
        char letter = text.charAt(at);
        if (Character.isHighSurrogate(letter)) {
            return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
        }
        if (Character.isLowSurrogate(letter)) {
            return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
        }
        return letter >= ' ' && letter < '\ufffe'
                || letter == '\n'
                || letter == '\r'
                || letter == '\t';
    }

    /** A verdict as a person reads it. */
    static String word(Verdict verdict) {
        return switch (verdict) {
            case PASS, FAIL, UNKNOWN, ABORTED -> verdict.name();
            case NOT_APPLICABLE -> "not applicable";
        };
    }

    /** For the style sheet. */
    static String style(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A finding's number with its unit; empty when it has none. */
    static String value(Finding finding) {
        if (finding.verdict() == Verdict.NOT_APPLICABLE || finding.value() < 0) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                finding.unit().equals("ms") ? "%.1f %s" : "%.0f %s",
                finding.value(),
                finding.unit());
    }
}
