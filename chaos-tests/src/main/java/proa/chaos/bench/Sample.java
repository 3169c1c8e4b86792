package proa.chaos.bench;

import proa.chaos.bench.generator.Outcome;

/**
 * One program in one round, or its medians over rounds.
 *
 * @param cpuMicrosPerRequest at full speed
 * @param requestsPerSecond at full speed
 * @param busy the program's share of its core then; less than {@link #SATURATED}: the generator was
 *     the limit, and the program could do more
 * @param p50Millis at the fixed rate
 * @param others how much of the balancer's core was used by anybody else, 0 to 1
 */
record Sample(
        double cpuMicrosPerRequest,
        double requestsPerSecond,
        double busy,
        double p50Millis,
        double p99Millis,
        double p999Millis,
        double others) {

    static final double SATURATED = 0.9;

    static Sample of(Slice fullSpeed, Slice paced) {
        Outcome latency = paced.outcome();
        return new Sample(
                fullSpeed.cpuMicros(),
                fullSpeed.perSecond(),
                fullSpeed.busy(),
                latency.p50Millis(),
                latency.p99Millis(),
                latency.p999Millis(),
                Math.max(fullSpeed.others(), paced.others()));
    }
}
