package proa.chaos.drill.facts;

import proa.chaos.history.Guilt;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The history of sessions that all clients write over each other, as a checker of registers judged
 * it.
 *
 * @param reads that were answered
 * @param writes that were begun, acknowledged or not
 * @param left turns that were not recorded, because the history was full
 * @param guilty reads that no order of the writes explains
 * @param breaches these, at most {@value #BREACHES_MAX}
 */
public record SharedSessions(
        long reads, long writes, long left, long guilty, List<Breach> breaches) {

    /** More of them are counted and not known one by one. */
    public static final int BREACHES_MAX = 5_000;

    /** Nobody wrote any. */
    public static final SharedSessions NONE = new SharedSessions(0, 0, 0, 0, List.of());

    public SharedSessions {
        breaches = breaches.stream().limit(BREACHES_MAX).toList();
    }

    /** This history and another one, of other sessions. */
    public SharedSessions plus(SharedSessions other) {
        List<Breach> both = new ArrayList<>(breaches);
        both.addAll(other.breaches);
        return new SharedSessions(
                reads + other.reads,
                writes + other.writes,
                left + other.left,
                guilty + other.guilty,
                both);
    }

    /** What was judged. */
    public long operations() {
        return reads + writes;
    }

    /**
     * A read that no order of the writes explains. Times are milliseconds since the first fault.
     *
     * @param through the balancer that was asked, or {@code vip}
     * @param found what was read; empty: nothing
     * @param instead what had been acknowledged before; of an invented value that value
     */
    public record Breach(
            Guilt.Kind kind,
            String key,
            String through,
            String found,
            double fromMillis,
            double toMillis,
            String instead,
            double insteadFromMillis,
            double insteadToMillis) {

        /** In words, with the operations and their times. */
        public String text() {
            String read =
                    String.format(
                            Locale.ROOT,
                            "%s of %s through %s: read %s from %.1f to %.1f ms",
                            kind,
                            key,
                            through,
                            found.isEmpty() ? "nothing" : found,
                            fromMillis,
                            toMillis);
            return kind == Guilt.Kind.INVENTED
                    ? read + ", which nobody had written"
                    : read
                            + String.format(
                                    Locale.ROOT,
                                    ", although %s was written from %.1f to %.1f ms",
                                    instead.isEmpty() ? "nothing" : instead,
                                    insteadFromMillis,
                                    insteadToMillis);
        }
    }
}
