package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.H2Client.CONTINUATION;
import static proa.node.protocol.http2.H2Client.DATA;
import static proa.node.protocol.http2.H2Client.END_HEADERS;
import static proa.node.protocol.http2.H2Client.END_STREAM;
import static proa.node.protocol.http2.H2Client.GET;
import static proa.node.protocol.http2.H2Client.GOAWAY;
import static proa.node.protocol.http2.H2Client.HEADERS;
import static proa.node.protocol.http2.H2Client.PING;
import static proa.node.protocol.http2.H2Client.POST;
import static proa.node.protocol.http2.H2Client.PRIORITY;
import static proa.node.protocol.http2.H2Client.RST_STREAM;
import static proa.node.protocol.http2.H2Client.SETTINGS;
import static proa.node.protocol.http2.H2Client.WINDOW_UPDATE;
import static proa.node.protocol.http2.H2Client.block;
import static proa.node.protocol.http2.H2Client.bytes;
import static proa.node.protocol.http2.H2Client.number;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import proa.node.Await;
import proa.node.http2.ErrorCode;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.http2.H2Client.Frame;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Floods, each stopped at its limit, and what remains afterwards: nothing. */
class Http2FloodTest {

    private static final int CALM = ErrorCode.ENHANCE_YOUR_CALM.code();
    private static final String LIMITS =
            Http2ForwardingTest.BOTH
                    + "http2 { streams = 10, resets = 20, control-frames = 50, continuations = 4"
                    + " }\n";

    private ScriptedServer server;
    private RuledPath path;

    @BeforeEach
    void open() throws IOException {
        server = ScriptedServer.echo();
        path = RuledPath.http(LIMITS, server);
    }

    @AfterEach
    void close() throws IOException {
        path.close();
        server.close();
    }

    /** Frames of a flood: the one of that number. */
    interface Flood {
        byte[] frame(int number);
    }

    static Stream<Arguments> floods() {
        return Stream.of(
                Arguments.of("PING", (Flood) _ -> bytes(PING, 0, 0, new byte[8])),
                Arguments.of("PING ACK", (Flood) _ -> bytes(PING, 1, 0, new byte[8])),
                Arguments.of("SETTINGS", (Flood) _ -> bytes(SETTINGS, 0, 0)),
                Arguments.of("SETTINGS ACK", (Flood) _ -> bytes(SETTINGS, 1, 0)),
                Arguments.of("PRIORITY", (Flood) at -> bytes(PRIORITY, 0, at + 1, new byte[5])),
                Arguments.of("empty DATA", (Flood) _ -> bytes(DATA, 0, 1)),
                Arguments.of("WINDOW_UPDATE", (Flood) _ -> bytes(WINDOW_UPDATE, 0, 1, number(1))),
                Arguments.of("unknown frames", (Flood) _ -> bytes(99, 0, 1)),
                Arguments.of("GOAWAY", (Flood) _ -> bytes(GOAWAY, 0, 0, new byte[8])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void framesThatCostTheirSenderNothingAreLimited(String what, Flood flood) throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, false, POST);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int at = 0; at < 60; at++) {
                all.writeBytes(flood.frame(at));
            }
            client.raw(all.toByteArray());
            assertThat(client.next(GOAWAY).code()).as(what).isEqualTo(CALM);
            assertThat(client.ended()).isTrue();
        }
        Await.until("the connection is over", () -> path.connections() == 0);
        Await.until("no request is left", () -> path.servers.servers.getFirst().current.get() == 0);
    }

    /** CVE-2023-44487: requests that are cancelled as soon as they are sent. */
    @Test
    void rapidResetsEndTheConnection() throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int stream = 1; stream < 2_001; stream += 2) {
                all.writeBytes(bytes(HEADERS, END_HEADERS | END_STREAM, stream, block(GET)));
                all.writeBytes(bytes(RST_STREAM, 0, stream, number(8)));
            }
            client.raw(all.toByteArray());
            assertThat(client.next(GOAWAY).code()).isEqualTo(CALM);
        }
        Await.until("no request is left", () -> path.servers.servers.getFirst().current.get() == 0);
        assertThat(path.servers.servers.getFirst().begun.get()).isLessThanOrEqualTo(21);
    }

    /** CVE-2025-8671: the server is made to reset. */
    @Test
    void makingUsResetCountsToo() throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int stream = 1; stream < 61; stream += 2) {
                all.writeBytes(bytes(HEADERS, END_HEADERS, stream, block(POST)));
                all.writeBytes(bytes(WINDOW_UPDATE, 0, stream, number(0)));
            }
            client.raw(all.toByteArray());
            assertThat(client.next(GOAWAY).code()).isEqualTo(CALM);
        }
    }

    /** CVE-2024-27316: a head without end. */
    @Test
    void continuationsAreLimitedInNumber() throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            client.frame(HEADERS, END_STREAM, 1, block(GET));
            for (int part = 0; part < 5; part++) {
                client.frame(CONTINUATION, 0, 1);
            }
            assertThat(client.next(GOAWAY).code()).isEqualTo(CALM);
        }
    }

    @Test
    void continuationsAreLimitedInBytes() throws Exception {
        byte[] part = block("a", "b".repeat(16_000));
        try (H2Client client = H2Client.greeting(path.port())) {
            client.frame(HEADERS, END_STREAM, 1, block(GET));
            for (int at = 0; at < 3; at++) {
                client.frame(CONTINUATION, 0, 1, part);
            }
            assertThat(client.next(GOAWAY).code()).isEqualTo(CALM);
        }
    }

    @Test
    void aHeadThatIsTooLargeIsAnsweredAndTheConnectionGoesOn() throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            client.frame(HEADERS, END_STREAM, 1, block(GET))
                    .frame(CONTINUATION, END_HEADERS, 1, block("a", "b".repeat(16_300)));
            assertThat(client.response(1).status()).isEqualTo(431);
            assertThat(client.ask(3, GET).status()).isEqualTo(200);
        }
    }

    /** A small block that becomes a large head by naming one entry of the table again and again. */
    @Test
    void aCompressedHeadIsLimitedByWhatItBecomes() throws Exception {
        byte[] again = new byte[16_000];
        Arrays.fill(again, (byte) (0x80 | 62));
        byte[] entry = block("a", "b".repeat(4_000));
        entry[0] = 0x40; // with indexing
        byte[] head = Http2ViolationsTest.joined(block(GET), entry);
        try (H2Client client = H2Client.greeting(path.port())) {
            client.frame(HEADERS, END_STREAM, 1, head).frame(CONTINUATION, END_HEADERS, 1, again);
            assertThat(client.response(1).status()).isEqualTo(431);
        }
    }

    /** Each part comes well within the time of {@code timeouts.client}. */
    @Test
    void aBodyThatComesTooSlowlyIsRefused() throws Exception {
        String options =
                Http2ForwardingTest.BOTH
                        + "timeouts { client = 1s }, limits { min-body-rate = 10k }\n";
        try (RuledPath slow = RuledPath.http(options, server);
                H2Client client = H2Client.greeting(slow.port())) {
            client.headers(1, false, POST);
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    while (true) {
                                        client.data(1, false, "x");
                                        LockSupport.parkNanos(20_000_000);
                                    }
                                } catch (IOException _) {
                                    // The client is closed.
                                }
                            });
            assertThat(client.response(1).status()).isEqualTo(408);
        }
    }

    @Test
    void requestsBeyondTheNumberOfStreamsAreRefused() throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            for (int stream = 1; stream < 21; stream += 2) {
                client.headers(stream, false, POST);
            }
            client.headers(21, true, GET);
            Frame reset = client.next(RST_STREAM);
            assertThat(reset.stream()).isEqualTo(21);
            assertThat(reset.code()).isEqualTo(ErrorCode.REFUSED_STREAM.code());
            client.data(1, true, "");
            assertThat(client.response(1).status()).isEqualTo(200);
            assertThat(client.ask(23, GET).status()).isEqualTo(200);
        }
    }

    /**
     * Who has not seen our settings may begin as many streams as it likes (RFC 9113 §6.5.2), all
     * heads before the first body: those within the limit are served, and the connection lasts.
     */
    @Test
    void aClientThatDoesNotKnowTheNumberOfStreamsYetIsRefusedAndForgiven() throws Exception {
        int begun = 500;
        int served = 10;
        String options = Http2ForwardingTest.BOTH + "http2 { streams = " + served + " }\n";
        try (ScriptedServer echo = ScriptedServer.echo();
                RuledPath wide = RuledPath.http(options, echo);
                H2Client client = H2Client.greeting(wide.port())) {
            ByteArrayOutputStream heads = new ByteArrayOutputStream();
            ByteArrayOutputStream bodies = new ByteArrayOutputStream();
            for (int at = 0; at < begun; at++) {
                int stream = 2 * at + 1;
                heads.writeBytes(bytes(HEADERS, END_HEADERS, stream, block(POST)));
                bodies.writeBytes(bytes(DATA, END_STREAM, stream, (byte) 'x'));
            }
            client.raw(heads.toByteArray());
            for (int at = served; at < begun; at++) {
                Frame reset = client.next(RST_STREAM);
                assertThat(reset.stream()).isEqualTo(2 * at + 1);
                assertThat(reset.code()).isEqualTo(ErrorCode.REFUSED_STREAM.code());
            }
            client.raw(bodies.toByteArray());
            Set<Integer> answered = new HashSet<>();
            while (answered.size() < served) {
                answered.add(client.next(HEADERS).stream());
            }
            assertThat(answered).allMatch(stream -> stream < 2 * served);
            assertThat(client.ask(2 * begun + 1, GET).status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatKnowsTheNumberOfStreamsAndBeginsMoreIsLeft() throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            client.frame(SETTINGS, 1, 0);
            ByteArrayOutputStream heads = new ByteArrayOutputStream();
            for (int stream = 1; stream < 81; stream += 2) {
                heads.writeBytes(bytes(HEADERS, END_HEADERS, stream, block(POST)));
            }
            client.raw(heads.toByteArray());
            assertThat(client.next(GOAWAY).code()).isEqualTo(CALM);
        }
    }

    /** It is told once that its stream is over; what it sends behind its own end is an error. */
    @Test
    void whatIsRefusedMayEndOnceAndNoMore() throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            for (int stream = 1; stream < 23; stream += 2) {
                client.headers(stream, false, POST);
            }
            assertThat(client.next(RST_STREAM).stream()).isEqualTo(21);
            client.data(21, false, "a").data(21, true, "b").data(21, true, "c");
            assertThat(client.next(GOAWAY).code()).isEqualTo(ErrorCode.STREAM_CLOSED.code());
        }
    }
}
