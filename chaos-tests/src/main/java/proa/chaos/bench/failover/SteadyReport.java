package proa.chaos.bench.failover;

import java.util.Locale;

/**
 * Whether an address stayed where it was on a machine without a free processor.
 *
 * @param address the floating address
 * @param intervalMillis between advertisements
 * @param minutes for which it was watched
 * @param busy programs that never waited
 * @param takeovers by any node; each was a mistake
 * @param hosts that answered ARP for the address
 * @param doubtful minutes in which not exactly one host answered ARP, or nobody asked for HTTP
 * @param silenceMillis the longest time without an answer to HTTP, to the end of the period at the
 *     most, and without what the observer itself had no processor for
 */
record SteadyReport(
        String address,
        long intervalMillis,
        long minutes,
        int busy,
        long takeovers,
        int hosts,
        long doubtful,
        double silenceMillis) {

    /** Four times the longest on two cores: for so long programs wait for one, or it is gone. */
    static final double SILENCE_MILLIS_MAX = 2_000;

    /** Whether what is promised is kept: no takeover, one host in every minute, which answers. */
    boolean keeps() {
        return takeovers == 0 && hosts == 1 && doubtful == 0 && silenceMillis <= SILENCE_MILLIS_MAX;
    }

    /** For people. */
    String text() {
        return String.format(
                Locale.ROOT,
                "steady: %s for %d minutes, advertisements every %d ms, %d busy programs:%n"
                        + "  %d takeovers, %d hosts answered, at most %.0f ms without an answer"
                        + "%s%n",
                address,
                minutes,
                intervalMillis,
                busy,
                takeovers,
                hosts,
                silenceMillis,
                doubtful == 0
                        ? ""
                        : "; in " + doubtful + " minutes not one host, or nobody looked");
    }
}
