package proa.chaos.bench;

/**
 * One repetition of one program.
 *
 * @param others how much of the balancer's core was used by anybody else, 0 to 1: what a repetition
 *     under foreign load is known by
 */
record Sample(
        double cpuMicrosPerRequest,
        double requestsPerSecond,
        double p50Millis,
        double p99Millis,
        double others) {

    static Sample of(Wrk wrk, long cpuMicros, long busyMicros) {
        return new Sample(
                (double) cpuMicros / wrk.requests(),
                wrk.requests() / wrk.seconds(),
                wrk.p50Millis(),
                wrk.p99Millis(),
                Math.max(0, (busyMicros - cpuMicros) / (wrk.seconds() * 1e6)));
    }
}
