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
 * @param silenceMillis the longest time without an answer to HTTP
 */
record SteadyReport(
        String address,
        long intervalMillis,
        long minutes,
        int busy,
        long takeovers,
        int hosts,
        double silenceMillis) {

    /** Whether what is promised is kept: no takeover, one host. */
    boolean keeps() {
        return takeovers == 0 && hosts == 1;
    }

    /** For people. */
    String text() {
        return String.format(
                Locale.ROOT,
                "steady: %s for %d minutes, advertisements every %d ms, %d busy programs:%n"
                        + "  %d takeovers, %d hosts answered, at most %.0f ms without an answer%n",
                address,
                minutes,
                intervalMillis,
                busy,
                takeovers,
                hosts,
                silenceMillis);
    }
}
