package proa.chaos.bench.failover;

import proa.chaos.observe.Ownership;
import proa.chaos.observe.Silence;

/**
 * What clients saw of one fault.
 *
 * @param gapMillis the longest time without an answer; at least the 1 ms between two probes
 * @param lostProbes how many probes got no answer
 * @param overlapMillis for how long two hosts answered ARP for the address, as far as it was
 *     watched; the resolution is 5 ms
 * @param lateMillis the longest time between two probes: the observer's own share
 */
public record FailoverRun(
        double gapMillis, int lostProbes, double overlapMillis, double lateMillis) {

    static FailoverRun of(Silence silence, Ownership ownership) {
        return new FailoverRun(
                silence.gapMillis(),
                silence.unanswered(),
                ownership.overlapMillis(),
                silence.lateMillis());
    }
}
