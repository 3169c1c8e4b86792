package proa.chaos.bench.generator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import proa.chaos.server.TestServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The generator against real servers: what it counts, and what it calls a failure. */
class GeneratorTest {

    private static final double SECONDS = 0.2;

    /** Without a rate; a busy machine may stand still meanwhile. */
    private static final double UNPACED_SECONDS = 1;

    private static final int PATIENCE_MILLIS = 60_000;

    @BeforeAll
    static void onLinux() {
        Assumptions.assumeTrue(Epoll.isAvailable(), "the bench runs on Linux");
    }

    @Test
    void keptConnectionsEchoAsFastAsTheyCan() throws IOException {
        Outcome outcome = echoUntil(100, false, 8);
        assertThat(outcome.p50Millis()).isPositive().isLessThanOrEqualTo(outcome.p99Millis());
    }

    @Test
    void atAFixedRateThereAreExactlySoManyRequests() throws IOException {
        assertThat(echo(false, 8, 500).answers()).isEqualTo(100);
        assertThat(echo(true, 8, 500).answers()).isEqualTo(100);
    }

    @Test
    void eachRequestHasAConnectionOfItsOwn() throws IOException {
        Outcome outcome = echoUntil(20, true, 4);
        assertThat(outcome.answers()).isPositive();
    }

    @Test
    void answersOfAnHttpServerAreUnderstood() throws IOException {
        try (TestServer server = TestServer.start("one", InetAddress.getLoopbackAddress(), 0, 0);
                Generator generator = new Generator()) {
            int port = server.httpAddress().getPort();
            Plan plan = new Plan("HTTP", "/", false, false, false, port, 4, 250, SECONDS);
            Outcome outcome = generator.run(plan);
            assertThat(outcome.failures()).isEqualTo(Failures.NONE);
            assertThat(outcome.answers()).isEqualTo(50);
        }
    }

    @Test
    void theServerAnswersRequestsInOrderAndEndsConnectionsThatAskForIt() throws IOException {
        try (BenchServer server = new BenchServer(0, 0, 0);
                Generator generator = new Generator()) {
            for (boolean perRequest : new boolean[] {false, true}) {
                Plan plan =
                        new Plan(
                                "HTTP",
                                "/",
                                false,
                                perRequest,
                                false,
                                server.httpPort(),
                                8,
                                500,
                                SECONDS);
                Outcome outcome = generator.run(plan);
                assertThat(outcome.failures()).isEqualTo(Failures.NONE);
                assertThat(outcome.answers()).isEqualTo(100);
            }
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.httpPort());
            try (Socket client = new Socket()) {
                client.connect(address, PATIENCE_MILLIS);
                client.setSoTimeout(PATIENCE_MILLIS);
                String last = "GET /b HTTP/1.1\r\nHost: a\r\nConnection: CLOSE\r\n\r\n";
                String all = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n" + last;
                client.getOutputStream().write(all.getBytes(StandardCharsets.US_ASCII));
                String said =
                        new String(
                                client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertThat(said.split("HTTP/1.1 200 OK\r\n", -1)).hasSize(3);
                assertThat(said).endsWith("x".repeat(BenchServer.MESSAGE_BYTES));
            }
        }
    }

    @Test
    void heldConnectionsStayUntilTheyAreReleased() throws IOException {
        try (BenchServer server = new BenchServer(0, 0, 0);
                Generator generator = new Generator()) {
            Plan plan =
                    new Plan(
                            "ECHO", "", false, false, false, server.lastingPort(), 300, 1_500, 0.2);
            assertThat(generator.hold(plan).answers()).isEqualTo(300);
            generator.release();
            assertThat(generator.run(plan.over(1)).answers()).isEqualTo(300);
        }
    }

    @Test
    void allAtOnceEachConnectionIsMadeForItsFirstRequest() throws IOException {
        try (BenchServer server = new BenchServer(0, 0, 0);
                Generator generator = new Generator()) {
            int port = server.lastingPort();
            Plan plan = new Plan("ECHO", "", false, false, true, port, 200, 1_000, SECONDS);
            Outcome outcome = generator.run(plan);
            assertThat(outcome.failures()).isEqualTo(Failures.NONE);
            assertThat(outcome.answers()).isEqualTo(400);
        }
    }

    @Test
    void aRefusedConnectionEndsTheRunAndIsCounted() throws IOException {
        try (Generator generator = new Generator()) {
            for (boolean perRequest : new boolean[] {true, false}) {
                Plan plan = new Plan("ECHO", "", false, perRequest, false, unused(), 4, 0, SECONDS);
                Outcome outcome = generator.run(plan);
                assertThat(outcome.failures().connect()).isEqualTo(1);
                assertThat(outcome.answers()).isZero();
            }
        }
    }

    /** One run after the other until there are more answers than that; the last of them. */
    private static Outcome echoUntil(long answersMin, boolean perRequest, int connections)
            throws IOException {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        long answers = 0;
        Outcome outcome;
        do {
            outcome = echo(perRequest, connections, 0);
            assertThat(outcome.failures()).isEqualTo(Failures.NONE);
            answers += outcome.answers();
        } while (answers <= answersMin && System.nanoTime() < end);
        assertThat(answers).isGreaterThan(answersMin);
        return outcome;
    }

    private static Outcome echo(boolean perRequest, int connections, double perSecond)
            throws IOException {
        try (BenchServer server = new BenchServer(0, 0, 0);
                Generator generator = new Generator()) {
            int port = perRequest ? server.singlePort() : server.lastingPort();
            return generator.run(
                    new Plan(
                            "ECHO",
                            "",
                            false,
                            perRequest,
                            false,
                            port,
                            connections,
                            perSecond,
                            perSecond > 0 ? SECONDS : UNPACED_SECONDS));
        }
    }

    private static int unused() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
