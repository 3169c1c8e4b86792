package proa.chaos.bench.generator;

/**
 * What a generator found.
 *
 * @param answers complete ones
 * @param seconds from the first request to the last answer
 * @param p50Millis from when a request was due to the end of its answer; with a connection for each
 *     request that includes connecting
 * @param p999Millis the 99.9th percentile; 0 when the generator does not say
 * @param suite TLS version and cipher suite of the first connection, or empty
 */
public record Outcome(
        long answers,
        double seconds,
        double p50Millis,
        double p99Millis,
        double p999Millis,
        Failures failures,
        String suite) {}
