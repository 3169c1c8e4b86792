package proa.config.text;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

import proa.config.text.Kind.Reading;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * Regular expressions of the linear-time kind (RE2). What one costs is the length of the text times
 * the size of the program that it becomes, so that this size has a limit. Counted repeats multiply
 * it: how large it will be is seen before the program is made, which could take all memory.
 */
final class Expressions {

    /** Whoever writes out each character, in groups too, needs no more than two. */
    private static final int INSTRUCTIONS_PER_CHARACTER_MAX = 2;

    private static final java.util.regex.Pattern REPEAT =
            java.util.regex.Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?}");

    private final String text;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long before; // what of the group is complete
    private long last; // what a repeat would multiply
    private int at;

    private Expressions(String text) {
        this.text = text;
    }

    /** Reads one of at most so many characters, and a program of at most twice as many steps. */
    static Reading<String> read(String text, int charactersMax) {
        if (text.isEmpty() || text.length() > charactersMax) {
            return Reading.bad(
                    "an expression of " + text.length() + " characters",
                    "1 to " + charactersMax + " characters");
        }
        int most = INSTRUCTIONS_PER_CHARACTER_MAX * charactersMax;
        try {
            return new Expressions(text).length() > most
                            || Pattern.compile(text).programSize() > most
                    ? Reading.bad(
                            "\"" + Kinds.clip(text) + "\" stands for more than " + most + " steps",
                            "smaller {n,m}, or `+` and `*`: repeats of repeats multiply")
                    : new Reading.Good<>(text);
        } catch (PatternSyntaxException wrong) {
            return Reading.bad(
                    "\""
                            + Kinds.clip(text)
                            + "\" is not a regular expression: "
                            + Kinds.clip(wrong.getDescription()),
                    "RE2 syntax, which has neither look-around nor back-references");
        }
    }

    /** How many characters and classes there would be without counted repeats. */
    private long length() {
        while (at < text.length()) {
            switch (text.charAt(at)) {
                case '(' -> open();
                case ')' -> close();
                case '[' -> atom(behindClass());
                case '\\' -> atom(behindEscape());
                case '{' -> repeat();
                default -> atom(at + 1);
            }
        }
        while (!outer.isEmpty()) {
            close();
        }
        return before + last;
    }

    private void open() {
        outer.push(before + last);
        before = 0;
        last = 0;
        at++;
    }

    private void close() {
        last = Math.max(1, before + last); // an empty group is repeated too
        before = outer.isEmpty() ? 0 : outer.pop();
        at++;
    }

    private void atom(int behind) {
        before += last;
        last = 1;
        at = behind;
    }

    private void repeat() {
        Matcher repeat = REPEAT.matcher(text).region(at, text.length());
        if (!repeat.lookingAt()) {
            atom(at + 1);
            return;
        }
        String highest = Optional.ofNullable(repeat.group(2)).orElse("");
        long times = Integer.parseInt(highest.isEmpty() ? repeat.group(1) : highest);
        // more than any limit stays more, and never overflows
        last = Math.min(Integer.MAX_VALUE, last * Math.max(1, times));
        at = repeat.end();
    }

    /** {@code \n}, {@code \x{2603}}, {@code \p{Greek}}; of {@code \Q…\E} all is literal. */
    private int behindEscape() {
        int letter = at + 1;
        if (letter >= text.length()) {
            return letter;
        }
        if (text.charAt(letter) == 'Q') {
            int end = text.indexOf("\\E", letter);
            before += end < 0 ? text.length() : end - letter;
            return end < 0 ? text.length() : end + 2;
        }
        boolean named = "xpP".indexOf(text.charAt(letter)) >= 0 && text.startsWith("{", letter + 1);
        int end = named ? text.indexOf('}', letter) : letter;
        return end < 0 ? text.length() : end + 1;
    }

    private int behindClass() {
        int next = at + 1 + (text.startsWith("^", at + 1) ? 1 : 0);
        next += text.startsWith("]", next) ? 1 : 0; // the first one is a member
        while (next < text.length() && text.charAt(next) != ']') {
            int named = text.startsWith("[:", next) ? text.indexOf(":]", next + 2) : -1;
            next = named > 0 ? named + 2 : next + (text.charAt(next) == '\\' ? 2 : 1);
        }
        return Math.min(text.length(), next + 1);
    }
}
