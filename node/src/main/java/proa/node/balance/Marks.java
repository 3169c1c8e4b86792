package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.StickyCookie;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Marks as text and back: {@code NAME}, {@code NAME!ISSUED!SEEN} with times in hexadecimal, and
 * with secrets {@code !SIGNATURE} behind either. An exclamation mark is in no server's name, and in
 * cookies it needs no quotes. Any thread.
 */
final class Marks {

    private static final char SEPARATOR = '!';
    private static final int HEXADECIMAL = 16;
    private static final int TIME_DIGITS_MAX = 10;

    /** A client is given a newer time when this part of the longest silence has passed. */
    private static final int RENEWALS_PER_IDLE = 16;

    private final Optional<Signatures> signatures;
    private final boolean dated;
    private final long idleSecondsMax;
    private final long lifeSecondsMax;
    private final InstantSource time;
    private final LongAdder forged = new LongAdder();
    private final LongAdder expired = new LongAdder();

    /**
     * @param backend name of the backend, whose marks are worth nothing elsewhere
     * @param servers names that are signed in advance
     */
    Marks(StickyCookie cookie, String backend, List<String> servers, InstantSource time) {
        this.signatures =
                cookie.secrets().isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new Signatures(cookie.secrets(), cookie.name(), backend, servers));
        this.dated = cookie.life().limited();
        this.idleSecondsMax = seconds(cookie.life().idleMax());
        this.lifeSecondsMax = seconds(cookie.life().lifeMax());
        this.time = time;
    }

    private static long seconds(Optional<Duration> limit) {
        return limit.map(Duration::toSeconds).orElse(Long.MAX_VALUE);
    }

    /** Values that were not signed by us. */
    long forged() {
        return forged.sum();
    }

    /** Values whose time was over. */
    long expired() {
        return expired.sum();
    }

    /** Reads a value; null when it is none, forged, or its time is over. */
    @Nullable Mark open(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return null;
        }
        Mark mark = signatures.isEmpty() ? parse(value) : signed(value, signatures.get());
        if (mark != null && dated && mark.dated() && isOver(mark)) {
            expired.increment();
            return null;
        }
        return mark;
    }

    /** The value for a client that begins with this server now. */
    String seal(String server) {
        if (!dated) {
            return sign(server);
        }
        long now = now();
        return seal(server, now, now);
    }

    /** The value for a client that goes on with its server, or null when the one it has is good. */
    @Nullable String renewed(Mark mark) {
        if (!dated) {
            return null;
        }
        if (!mark.dated()) {
            return seal(mark.server());
        }
        long now = now();
        boolean due =
                idleSecondsMax != Long.MAX_VALUE
                        && now - mark.seenSeconds() > idleSecondsMax / RENEWALS_PER_IDLE;
        return due ? seal(mark.server(), mark.issuedSeconds(), now) : null;
    }

    private String seal(String server, long issued, long seen) {
        return sign(
                server
                        + SEPARATOR
                        + Long.toString(issued, HEXADECIMAL)
                        + SEPARATOR
                        + Long.toString(seen, HEXADECIMAL));
    }

    private String sign(String text) {
        return signatures.isEmpty() ? text : text + SEPARATOR + signatures.get().of(text);
    }

    private @Nullable Mark signed(String value, Signatures by) {
        int cut = value.lastIndexOf(SEPARATOR);
        if (cut > 0 && by.fits(value.substring(0, cut), value.substring(cut + 1))) {
            return parse(value.substring(0, cut));
        }
        forged.increment();
        return null;
    }

    private static @Nullable Mark parse(String text) {
        int first = text.indexOf(SEPARATOR);
        if (first < 0) {
            return new Mark(text);
        }
        int second = text.indexOf(SEPARATOR, first + 1);
        long issued = second < 0 ? -1 : seconds(text, first + 1, second);
        long seen = second < 0 ? -1 : seconds(text, second + 1, text.length());
        return issued < 0 || seen < 0 ? null : new Mark(text.substring(0, first), issued, seen);
    }

    /** A time, or -1 when it is none. */
    private static long seconds(String text, int from, int to) {
        if (to - from < 1 || to - from > TIME_DIGITS_MAX) {
            return -1;
        }
        long seconds = 0;
        for (int at = from; at < to; at++) {
            int digit = Character.digit(text.charAt(at), HEXADECIMAL);
            if (digit < 0) {
                return -1;
            }
            seconds = seconds * HEXADECIMAL + digit;
        }
        return seconds;
    }

    private boolean isOver(Mark mark) {
        long now = now();
        return now - mark.seenSeconds() > idleSecondsMax
                || now - mark.issuedSeconds() > lifeSecondsMax;
    }

    private long now() {
        return time.instant().getEpochSecond();
    }
}
