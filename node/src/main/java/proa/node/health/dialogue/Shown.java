package proa.node.health.dialogue;

/** What a server sent, fit for one line of a log. */
final class Shown {

    private static final int CHARACTERS_MAX = 80;

    private Shown() {}

    /** Without control characters, and not too long. */
    static String clipped(String text) {
        String start = text.substring(0, Math.min(text.length(), CHARACTERS_MAX + 1));
        String line = start.replaceAll("[\\p{Cntrl}\\x80-\\x9f\\u2028\\u2029]+", " ").strip();
        return line.length() <= CHARACTERS_MAX ? line : line.substring(0, CHARACTERS_MAX - 1) + "…";
    }

    static String quoted(String text) {
        return "\"" + clipped(text) + "\"";
    }
}
