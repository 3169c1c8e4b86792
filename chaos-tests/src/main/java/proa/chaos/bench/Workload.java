package proa.chaos.bench;

import proa.chaos.bench.generator.Plan;
import proa.chaos.bench.generator.Plan.Protocol;
import proa.chaos.bench.program.Program;
import proa.chaos.bench.program.Programs;
import proa.chaos.bench.program.Programs.Answers;
import proa.chaos.bench.program.Service;
import proa.chaos.bench.program.Service.Mode;

import java.io.IOException;
import java.nio.file.Path;

/** What is asked of the balancers, and what is promised of Proa's cost beside HAProxy's. */
enum Workload {
    /** Small answers on connections that are kept, on both sides. */
    HTTP1_KEEP_ALIVE("http1-keepalive", 1.2, 1.4, Mode.HTTP, Protocol.HTTP, Shape.KEPT, 300_000),

    /** A client's connection for each request; those to servers may be kept. */
    HTTP1_PER_REQUEST(
            "http1-per-request", 0.9, 1.0, Mode.HTTP, Protocol.HTTP, Shape.PER_REQUEST, 200_000),

    /** Small messages there and back. */
    TCP_KEEP_ALIVE("tcp-keepalive", 0.95, 1.05, Mode.TCP, Protocol.ECHO, Shape.KEPT, 300_000),

    /** A connection for each message, on both sides. */
    TCP_PER_REQUEST(
            "tcp-per-request", 0.8, 0.95, Mode.TCP, Protocol.ECHO, Shape.PER_REQUEST, 150_000),

    /** Answers of sixteen mebibytes; the cost is that of one mebibyte. */
    TCP_BULK("tcp-bulk", 0.85, 0.95, Mode.TCP, Protocol.HTTP, Shape.BULK, 1_000),

    /** Like HTTP1_KEEP_ALIVE, clients in TLS 1.3. */
    TLS_KEEP_ALIVE("tls-keepalive", 1.1, 1.25, Mode.HTTPS, Protocol.HTTP, Shape.KEPT, 300_000),

    /** A full handshake of TLS 1.3 for each request: key exchange and certificate on P-256. */
    TLS_HANDSHAKE("tls-handshake", 1.3, 1.5, Mode.HTTPS, Protocol.HTTP, Shape.PER_REQUEST, 30_000),

    /** Small answers to clients of HTTP/2 in TLS 1.3, many at once on each connection. */
    HTTP2("http2", 0.95, 1.05, Mode.HTTP2, Protocol.HTTP, Shape.STREAMS, 600_000);

    /** How connections are used. */
    private enum Shape {
        KEPT,
        PER_REQUEST,
        STREAMS,
        BULK
    }

    private static final int BULK_CONNECTIONS = 8;
    private static final int BULK_MEBIBYTES = 16;

    private final String label;
    private final double floor;
    private final double target;
    private final Mode mode;
    private final Protocol protocol;
    private final Shape shape;
    private final long warmUpAnswers;

    /**
     * @param floor least of HAProxy's CPU ÷ ours that the promise allows
     * @param target what it should be
     * @param warmUpAnswers of each program before anything counts
     */
    Workload(
            String label,
            double floor,
            double target,
            Mode mode,
            Protocol protocol,
            Shape shape,
            long warmUpAnswers) {
        this.label = label;
        this.floor = floor;
        this.target = target;
        this.mode = mode;
        this.protocol = protocol;
        this.shape = shape;
        this.warmUpAnswers = warmUpAnswers;
    }

    /** As it is called on the command line and in reports. */
    String label() {
        return label;
    }

    double floor() {
        return floor;
    }

    double target() {
        return target;
    }

    long warmUpAnswers() {
        return warmUpAnswers;
    }

    /** What one of is counted: the cost is that of one. */
    String unit() {
        return shape == Shape.BULK ? "MiB" : "request";
    }

    int unitsPerAnswer() {
        return shape == Shape.BULK ? BULK_MEBIBYTES : 1;
    }

    boolean isSecured() {
        return mode == Mode.HTTPS || mode == Mode.HTTP2;
    }

    /** Whether it is HTTP/2, which only h2load speaks. */
    boolean wantsH2Load() {
        return shape == Shape.STREAMS;
    }

    /** Starts the server that balancers are put in front of. */
    Program server(Programs programs) throws IOException {
        if (shape == Shape.BULK) {
            return programs.bulkServer();
        }
        if (protocol == Protocol.HTTP) {
            return programs.server(Answers.HTTP);
        }
        return programs.server(shape == Shape.PER_REQUEST ? Answers.ONE_ECHO_EACH : Answers.ECHOES);
    }

    Service service(Path certificate) {
        return new Service(mode, certificate, shape == Shape.BULK);
    }

    int connections(Effort effort) {
        return shape == Shape.BULK ? BULK_CONNECTIONS : effort.connections();
    }

    /** For our own generator, as fast as it goes. */
    Plan plan(int port, Effort effort) {
        return new Plan(
                protocol.name(),
                shape == Shape.BULK ? "/bulk" : "/",
                isSecured(),
                shape == Shape.PER_REQUEST,
                false,
                port,
                connections(effort),
                0,
                effort.seconds());
    }
}
