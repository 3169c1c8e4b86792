package proa.chaos.bench.generator;

/**
 * One run of the generator.
 *
 * @param protocol the name of a {@link Protocol}
 * @param path of an HTTP request
 * @param tls TLS 1.3, key exchange on P-256, no resumption, no certificate is verified
 * @param perRequest a connection for each request, which the other side closes after its answer
 * @param port on 127.0.0.1
 * @param together kept connections are not made beforehand but all at once, each for a request that
 *     is due at the start; those of the rate come on top
 * @param connections open at a time, at most; 1 to 20,000
 * @param perSecond requests, due at equal distances whatever became of those before; 0: the next
 *     one as soon as a connection is free
 * @param seconds for which requests become due
 */
public record Plan(
        String protocol,
        String path,
        boolean tls,
        boolean perRequest,
        boolean together,
        int port,
        int connections,
        double perSecond,
        double seconds) {

    /** What is said over a connection. */
    public enum Protocol {
        /** A GET, answered with 200 and a Content-Length. */
        HTTP,

        /** {@link BenchServer#MESSAGE_BYTES} bytes, which come back. */
        ECHO
    }

    /** The same at another rate. */
    public Plan at(double newPerSecond) {
        return new Plan(
                protocol,
                path,
                tls,
                perRequest,
                together,
                port,
                connections,
                newPerSecond,
                seconds);
    }

    /** The same over another number of connections. */
    public Plan over(int newConnections) {
        return new Plan(
                protocol,
                path,
                tls,
                perRequest,
                together,
                port,
                newConnections,
                perSecond,
                seconds);
    }

    /** The same for another time. */
    public Plan lasting(double newSeconds) {
        return new Plan(
                protocol,
                path,
                tls,
                perRequest,
                together,
                port,
                connections,
                perSecond,
                newSeconds);
    }

    /** The same with all connections made at once. */
    public Plan allTogether() {
        return new Plan(protocol, path, tls, false, true, port, connections, perSecond, seconds);
    }

    Protocol speaks() {
        return Protocol.valueOf(protocol);
    }
}
