package proa.chaos.bench;

import java.util.Locale;

/**
 * HTTPS of a node that has just become ready beside its own steady state: all clients come at once,
 * each with a handshake and a request, and go on with requests at a rate.
 *
 * @param clients who come at once
 * @param seconds that are counted from their coming
 * @param requestsPerSecond of all of them, on top of the first one of each
 */
record WarmStart(int clients, int seconds, double requestsPerSecond, Times first, Times steady) {

    /** Percentiles from when a request was due; a client's first includes its handshake. */
    record Times(double p50Millis, double p99Millis, double p999Millis) {}

    /** For people. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%s: %d clients come at once, HTTPS, the first %d s with %.0f further requests/s%n"
                        + "  just ready  p50 %8.2f  p99 %8.2f  p99.9 %8.2f ms%n"
                        + "  steady      p50 %8.2f  p99 %8.2f  p99.9 %8.2f ms%n",
                WarmStartBench.NAME,
                clients,
                seconds,
                requestsPerSecond,
                first.p50Millis(),
                first.p99Millis(),
                first.p999Millis(),
                steady.p50Millis(),
                steady.p99Millis(),
                steady.p999Millis());
    }
}
