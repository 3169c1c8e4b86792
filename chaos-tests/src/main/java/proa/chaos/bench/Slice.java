package proa.chaos.bench;

import proa.chaos.bench.generator.Outcome;

/**
 * One program under load for some seconds.
 *
 * @param cpuMicros of the program for one unit of the workload
 * @param perSecond units
 * @param busy the program's share of the balancer's core, 0 to 1
 * @param others how much of that core was used by anybody else: what foreign load is known by
 */
record Slice(double cpuMicros, double perSecond, double busy, double others, Outcome outcome) {

    /**
     * @param cpuMicros that the program has used
     * @param busyMicros that its core was used by anybody
     * @param micros in which they did so
     */
    static Slice of(
            Outcome outcome, int unitsPerAnswer, long cpuMicros, long busyMicros, double micros) {
        double units = (double) outcome.answers() * unitsPerAnswer;
        return new Slice(
                cpuMicros / units,
                units / outcome.seconds(),
                Math.min(1, cpuMicros / micros),
                Math.max(0, (busyMicros - cpuMicros) / micros),
                outcome);
    }
}
