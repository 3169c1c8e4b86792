package proa.node.message;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Looks for one parameter in a form ({@code application/x-www-form-urlencoded}) that comes in
 * pieces. Names and values are compared as they are sent, like those of a query: nothing is
 * decoded. A value is one only when its end has been seen, which is an {@code &} or the end of the
 * form, within a limit: what is found never depends on the pieces. One thread.
 *
 * <pre>
 *   NAME ── '=' behind the name ──► VALUE ── '&amp;' or the end ──► FOUND
 *     │  ▲                            │
 *   other '&amp;'                         │
 *     ▼  │                            ▼
 *   OTHER ── the end, the limit ──► MISSING
 * </pre>
 */
public final class FormScanner {

    private static final byte[] NOTHING = {};

    private enum State {
        NAME,
        OTHER,
        VALUE,
        FOUND,
        MISSING
    }

    private final String name;
    private byte[] value = NOTHING;
    private int length;
    private State state = State.NAME;
    private int matched;
    private int left;

    /**
     * Looks for the first parameter of that name.
     *
     * @param bytesMax the limit; it is up to whoever feeds this what besides the form counts
     */
    public FormScanner(String name, int bytesMax) {
        this.name = name;
        this.left = bytesMax;
    }

    /** So many more bytes are enough. */
    public void limit(int bytesMax) {
        left = Math.min(left, bytesMax);
    }

    /** Takes the next byte of the form. */
    public void step(byte b) {
        skip();
        switch (state) {
            case NAME -> name(b);
            case OTHER -> state = b == '&' ? begin() : State.OTHER;
            case VALUE -> value(b);
            case FOUND, MISSING -> {}
        }
    }

    /** A byte has come that is not of the form, and counts all the same. */
    public void skip() {
        if (left > 0) {
            left--;
        } else {
            giveUp();
        }
    }

    private void name(byte b) {
        if (b == '&') {
            state = begin();
        } else if (matched < name.length()) {
            state = name.charAt(matched) == (b & 0xff) ? State.NAME : State.OTHER;
            matched++;
        } else {
            state = b == '=' ? State.VALUE : State.OTHER;
        }
    }

    private State begin() {
        matched = 0;
        return State.NAME;
    }

    private void value(byte b) {
        if (b == '&') {
            state = State.FOUND;
            return;
        }
        if (length == value.length) {
            value = Arrays.copyOf(value, Math.max(32, length * 2));
        }
        value[length] = b;
        length++;
    }

    /** The form ends with what has been taken. */
    public void end() {
        state = state == State.VALUE || state == State.FOUND ? State.FOUND : State.MISSING;
    }

    /** Nothing more will be taken, and this is not the end. */
    public void giveUp() {
        state = state == State.FOUND ? State.FOUND : State.MISSING;
    }

    /** Whether nothing that follows changes what was found. */
    public boolean done() {
        return state == State.FOUND || state == State.MISSING;
    }

    /** The value, a character for each byte; null as long as there is none. */
    public @Nullable String value() {
        return state == State.FOUND ? Ascii.text(value, 0, length) : null;
    }
}
