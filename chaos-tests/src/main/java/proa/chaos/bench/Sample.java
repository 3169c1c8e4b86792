package proa.chaos.bench;

/** One repetition of one program. */
record Sample(
        double cpuMicrosPerRequest, double requestsPerSecond, double p50Millis, double p99Millis) {

    static Sample of(Wrk wrk, long cpuMicros) {
        return new Sample(
                (double) cpuMicros / wrk.requests(),
                wrk.requests() / wrk.seconds(),
                wrk.p50Millis(),
                wrk.p99Millis());
    }
}
