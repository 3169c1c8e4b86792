package proa.chaos.observe;

/**
 * The longest time without an answer in a period.
 *
 * @param gapMillis from the sending of the last answered probe before it to the sending of the
 *     first answered one after it, or from the coming of one answer to that of the next, when that
 *     is longer: answers may come all at once after a standstill; at least the probing interval
 * @param startNanos when it began, on the clock of {@link System#nanoTime}
 * @param over whether the last probe of the period was answered
 * @param slowestMillis the longest that an answered probe waited
 * @param lateMillis the longest between two probes: the observer's own share
 * @param unknownMillis how long the observer did not look at all: between two probes more than
 *     {@value ProbeLog#UNKNOWN_MILLIS} ms apart
 * @param gapUnknownMillis of that, what is part of the longest time without an answer
 * @param probes how many were sent
 * @param unanswered how many got no good answer within the probe's timeout
 */
public record Silence(
        double gapMillis,
        long startNanos,
        boolean over,
        double slowestMillis,
        double lateMillis,
        double unknownMillis,
        double gapUnknownMillis,
        int probes,
        int unanswered) {}
