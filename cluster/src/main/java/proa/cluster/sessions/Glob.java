package proa.cluster.sessions;

/**
 * A Redis key pattern: {@code *}, {@code ?}, {@code [abc]}, {@code [a-z]}, {@code [^a]} and {@code
 * \x}. Linear in memory and at most quadratic in time: a star never recurses, so that a hostile
 * pattern cannot cost more than {@code pattern × key} steps.
 *
 * <p>Source: the KEYS command's documentation, "Supported glob-style patterns".
 */
public final class Glob {

    private static final int NONE = -1;

    private final String pattern;

    public Glob(String pattern) {
        this.pattern = pattern;
    }

    /** Whether the whole key matches. */
    public boolean matches(String key) {
        int at = 0;
        int in = 0;
        int starPattern = NONE;
        int starKey = NONE;
        while (in < key.length()) {
            int next =
                    at < pattern.length() && pattern.charAt(at) != '*'
                            ? one(at, key.charAt(in))
                            : NONE;
            if (next != NONE) {
                at = next;
                in++;
            } else if (at < pattern.length() && pattern.charAt(at) == '*') {
                starPattern = ++at;
                starKey = in;
            } else if (starPattern != NONE) {
                at = starPattern;
                in = ++starKey;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }

    /** Where the pattern goes on after matching one character, or {@link #NONE}. */
    private int one(int at, char c) {
        return switch (pattern.charAt(at)) {
            case '?' -> at + 1;
            case '[' -> set(at + 1, c);
            case '\\' -> literal(at + 1 < pattern.length() ? at + 1 : at, c);
            default -> literal(at, c);
        };
    }

    private int literal(int at, char c) {
        return pattern.charAt(at) == c ? at + 1 : NONE;
    }

    private int set(int start, char c) {
        int at = start;
        boolean not = at < pattern.length() && pattern.charAt(at) == '^';
        if (not) {
            at++;
        }
        boolean found = false;
        while (at < pattern.length() && pattern.charAt(at) != ']') {
            int low = escaped(at);
            boolean range = low + 2 < pattern.length() && pattern.charAt(low + 1) == '-';
            int high = range ? escaped(low + 2) : low;
            found |= between(pattern.charAt(low), c, pattern.charAt(high));
            at = high + 1;
        }
        // An unclosed set ends with the pattern, as in Redis.
        return found != not ? Math.min(at + 1, pattern.length()) : NONE;
    }

    private int escaped(int at) {
        return pattern.charAt(at) == '\\' && at + 1 < pattern.length() ? at + 1 : at;
    }

    private static boolean between(char one, char c, char other) {
        return one <= other ? one <= c && c <= other : other <= c && c <= one;
    }
}
