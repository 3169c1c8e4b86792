package proa.chaos.drill.facts;

import java.util.Optional;

/**
 * What one step did.
 *
 * @param what the faults, in words
 * @param apart whether the owner and another balancer could not hear each other
 * @param fromMillis when the first fault began, since the first of the drill
 * @param toMillis when all were undone
 * @param before name of the owner before
 * @param after name of the owner at the end of the hold; empty: nobody
 * @param gapMillis the longest without an answer, until the cluster was whole again
 * @param silentFromMillis when that began, since the first fault of the drill
 * @param gapUnknownMillis of that, when the observer did not look
 * @param over whether the address answered again
 * @param overlapMillis with two owners; negative: ARP was not asked
 * @param stolen share of the processors that a hypervisor took meanwhile, 0 to 1
 * @param failed requests that failed
 * @param inFlight requests under way between the begin of a fault of the step and its completion;
 *     of a hang, whose kernel goes on taking them, until the address answered again
 * @param writeWaitMillis the longest that a session write through a balancer without a fault
 *     waited; negative: there was no such writer
 * @param waitedAtMillis when that write began, since the first fault of the drill
 * @param writeErrors of those
 * @param connected whether octets came back on the long connection before the first fault, and it
 *     did not only stand still at the end of the hold
 * @param connectionEndMillis from the latest fault before it to the end of the long connection
 *     while the faults were there, or how long it had been silent since at the end of the hold;
 *     negative: it went on
 * @param connectionEnd how it ended; begins with {@link #WRONG} if other octets came back than were
 *     sent
 * @param wholeMillis from the undoing until the cluster was whole and steady again; negative: never
 * @param six what was seen over IPv6; empty: there was none
 */
public record Strike(
        String what,
        boolean apart,
        double fromMillis,
        double toMillis,
        String before,
        String after,
        double gapMillis,
        double silentFromMillis,
        double gapUnknownMillis,
        boolean over,
        double overlapMillis,
        double stolen,
        long failed,
        long inFlight,
        double writeWaitMillis,
        double waitedAtMillis,
        long writeErrors,
        boolean connected,
        double connectionEndMillis,
        String connectionEnd,
        double wholeMillis,
        Optional<Six> six) {

    /** Begins {@link #connectionEnd} when the connection did not end cleanly. */
    public static final String WRONG = "wrong octets: ";

    /**
     * The IPv6 address of the same group.
     *
     * @param probes that were sent to it
     * @param gapMillis as of IPv4
     * @param gapUnknownMillis as of IPv4
     * @param over as of IPv4
     * @param overlapMillis with two owners, who answer neighbour solicitations for it, or one these
     *     and another ARP for the IPv4 address (beyond 40 ms, times the patience); negative: nobody
     *     answered any
     */
    public record Six(
            int probes,
            double gapMillis,
            double gapUnknownMillis,
            boolean over,
            double overlapMillis) {}

    /** Of both families, the worse. */
    public double longestGapMillis() {
        return Math.max(gapMillis, six.map(Six::gapMillis).orElse(-1.0));
    }

    /** Of both families, the worse. */
    public double longestOverlapMillis() {
        return Math.max(overlapMillis, six.map(Six::overlapMillis).orElse(-1.0));
    }

    /** The same step as it was seen over IPv6; without a probe, without a silence: negative. */
    Optional<Strike> overSix() {
        return six.map(
                seen ->
                        new Strike(
                                what,
                                apart,
                                fromMillis,
                                toMillis,
                                before,
                                after,
                                seen.probes > 0 ? seen.gapMillis : -1,
                                silentFromMillis,
                                seen.gapUnknownMillis,
                                seen.over,
                                seen.overlapMillis,
                                stolen,
                                failed,
                                inFlight,
                                writeWaitMillis,
                                waitedAtMillis,
                                writeErrors,
                                connected,
                                connectionEndMillis,
                                connectionEnd,
                                wholeMillis,
                                six));
    }
}
