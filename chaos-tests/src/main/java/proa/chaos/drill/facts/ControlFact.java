package proa.chaos.drill.facts;

/**
 * The same fault, once here and once in a control.
 *
 * @param drill its name
 * @param what the fault, in words
 * @param control whom else it befell
 * @param gapMillis the longest time without an answer here
 * @param overlapMillis with two owners here; negative: ARP was not asked
 * @param controlGapMillis the longest time without an answer there; negative: nobody took over
 * @param controlOverlapMillis with two owners there; negative: ARP was not asked
 * @param controlLost probes without an answer there, one a millisecond
 * @param controlLateMillis the longest time between two probes there: the observer's own share
 */
public record ControlFact(
        String drill,
        String what,
        String control,
        double gapMillis,
        double overlapMillis,
        double controlGapMillis,
        double controlOverlapMillis,
        int controlLost,
        double controlLateMillis) {}
