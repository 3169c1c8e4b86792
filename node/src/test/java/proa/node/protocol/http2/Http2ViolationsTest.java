package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.H2Client.CONTINUATION;
import static proa.node.protocol.http2.H2Client.DATA;
import static proa.node.protocol.http2.H2Client.END_HEADERS;
import static proa.node.protocol.http2.H2Client.END_STREAM;
import static proa.node.protocol.http2.H2Client.GET;
import static proa.node.protocol.http2.H2Client.GOAWAY;
import static proa.node.protocol.http2.H2Client.HEADERS;
import static proa.node.protocol.http2.H2Client.PADDED;
import static proa.node.protocol.http2.H2Client.PING;
import static proa.node.protocol.http2.H2Client.POST;
import static proa.node.protocol.http2.H2Client.PRIORITIZED;
import static proa.node.protocol.http2.H2Client.PRIORITY;
import static proa.node.protocol.http2.H2Client.RST_STREAM;
import static proa.node.protocol.http2.H2Client.SETTINGS;
import static proa.node.protocol.http2.H2Client.WINDOW_UPDATE;
import static proa.node.protocol.http2.H2Client.block;
import static proa.node.protocol.http2.H2Client.number;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import proa.node.http2.ErrorCode;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;
import proa.node.protocol.http2.H2Client.Frame;
import proa.node.protocol.http2.H2Client.Response;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What RFC 9113 forbids clients, and what becomes of it. */
class Http2ViolationsTest {

    private static ScriptedServer server;
    private static RuledPath path;

    @BeforeAll
    static void open() throws IOException {
        server = ScriptedServer.echo();
        path = RuledPath.http(Http2ForwardingTest.BOTH, server);
    }

    @AfterAll
    static void close() throws IOException {
        path.close();
        server.close();
    }

    /** What a client does once it has greeted. */
    interface Act {
        void on(H2Client client) throws IOException;
    }

    static Stream<Arguments> ends() {
        return Stream.of(
                row("§4.1 DATA of an idle stream", c -> c.data(1, true, "a"), "PROTOCOL_ERROR"),
                row(
                        "§4.2 a frame that is too large",
                        c -> c.raw(new byte[] {0, 0x40, 1, 0, 0, 0, 0, 0, 1}),
                        "FRAME_SIZE_ERROR"),
                row(
                        "§4.3 a head that cannot be decoded",
                        c ->
                                c.frame(
                                        HEADERS,
                                        END_HEADERS | END_STREAM,
                                        1,
                                        (byte) 0xff,
                                        (byte) 0xff),
                        "COMPRESSION_ERROR"),
                row(
                        "§4.3 a head interrupted by another frame",
                        c ->
                                c.frame(HEADERS, END_STREAM, 1, block(GET))
                                        .frame(PING, 0, 0, new byte[8]),
                        "PROTOCOL_ERROR"),
                row(
                        "§4.3 a head interrupted by another stream's",
                        c ->
                                c.frame(HEADERS, END_STREAM, 1, block(GET))
                                        .frame(CONTINUATION, END_HEADERS, 3),
                        "PROTOCOL_ERROR"),
                row("§5.1.1 an even stream", c -> c.headers(2, true, GET), "PROTOCOL_ERROR"),
                row("§5.1.1 stream 0", c -> c.headers(0, true, GET), "PROTOCOL_ERROR"),
                row(
                        "§5.1.1 a lower stream",
                        c -> c.headers(5, true, GET).headers(3, true, GET),
                        "STREAM_CLOSED"),
                row(
                        "§5.1 HEADERS of a stream that is over",
                        c -> {
                            c.ask(1, GET);
                            c.headers(1, true, GET);
                        },
                        "STREAM_CLOSED"),
                row(
                        "§5.1 DATA of a stream that is over",
                        c -> {
                            c.ask(1, GET);
                            c.data(1, true, "a");
                        },
                        "STREAM_CLOSED"),
                row(
                        "§5.1 DATA of a stream the client has reset",
                        c ->
                                c.headers(1, false, POST)
                                        .frame(RST_STREAM, 0, 1, number(8))
                                        .data(1, true, "a"),
                        "STREAM_CLOSED"));
    }

    static Stream<Arguments> endsByFrames() {
        return Stream.of(
                row(
                        "§6.1 more padding than payload",
                        c ->
                                c.headers(1, false, POST)
                                        .frame(DATA, PADDED, 1, (byte) 5, (byte) 1, (byte) 2),
                        "PROTOCOL_ERROR"),
                row(
                        "§6.2 more padding than payload",
                        c -> c.frame(HEADERS, PADDED | END_HEADERS, 1, (byte) 9, (byte) 1),
                        "PROTOCOL_ERROR"),
                row(
                        "§6.2 a priority that is not there",
                        c -> c.frame(HEADERS, PRIORITIZED | END_HEADERS, 1, (byte) 9, (byte) 1),
                        "FRAME_SIZE_ERROR"),
                row(
                        "§6.4 RST_STREAM of an idle stream",
                        c -> c.frame(RST_STREAM, 0, 1, number(8)),
                        "PROTOCOL_ERROR"),
                row(
                        "§6.5.2 a flag that is none",
                        c -> c.frame(SETTINGS, 0, 0, new byte[] {0, 2, 0, 0, 0, 2}),
                        "PROTOCOL_ERROR"),
                row(
                        "§6.5.2 a window that is too large",
                        c -> c.frame(SETTINGS, 0, 0, new byte[] {0, 4, (byte) 0x80, 0, 0, 0}),
                        "FLOW_CONTROL_ERROR"),
                row("§6.6 a push", c -> c.frame(5, END_HEADERS, 1, number(2)), "PROTOCOL_ERROR"),
                row(
                        "§6.9 a connection's window that grows by nothing",
                        c -> c.windowUpdate(0, 0),
                        "PROTOCOL_ERROR"),
                row(
                        "§6.9 the window of an idle stream",
                        c -> c.windowUpdate(1, 5),
                        "PROTOCOL_ERROR"),
                row(
                        "§6.9.1 a connection's window that is too large",
                        c -> c.windowUpdate(0, Integer.MAX_VALUE),
                        "FLOW_CONTROL_ERROR"),
                row(
                        "§6.9.2 a stream's window that becomes too large by SETTINGS",
                        c ->
                                c.headers(1, false, POST)
                                        .windowUpdate(1, Integer.MAX_VALUE - 65_535)
                                        .frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 1, 0, 0}),
                        "FLOW_CONTROL_ERROR"),
                row(
                        "§6.10 CONTINUATION without HEADERS",
                        c -> c.frame(CONTINUATION, END_HEADERS, 1),
                        "PROTOCOL_ERROR"));
    }

    private static Arguments row(String what, Act act, String code) {
        return Arguments.of(what, act, ErrorCode.valueOf(code));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"ends", "endsByFrames"})
    void theConnectionEnds(String what, Act act, ErrorCode code) throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            act.on(client);
            assertThat(ErrorCode.of(client.next(GOAWAY).code())).as(what).isEqualTo(code);
            assertThat(client.ended()).isTrue();
        }
    }

    static Stream<Arguments> resets() {
        return Stream.of(
                row(
                        "§5.1 DATA behind the end",
                        c ->
                                c.raw(
                                        joined(
                                                H2Client.bytes(HEADERS, 5, 1, block(GET)),
                                                H2Client.bytes(DATA, 0, 1, (byte) 1))),
                        "STREAM_CLOSED"),
                row(
                        "§6.3 PRIORITY of the wrong size",
                        c -> c.headers(1, false, POST).frame(PRIORITY, 0, 1, new byte[4]),
                        "FRAME_SIZE_ERROR"),
                row(
                        "§6.9 a stream's window that grows by nothing",
                        c -> c.headers(1, false, POST).windowUpdate(1, 0),
                        "PROTOCOL_ERROR"),
                row(
                        "§6.9.1 a stream's window that is too large",
                        c -> c.headers(1, false, POST).windowUpdate(1, Integer.MAX_VALUE),
                        "FLOW_CONTROL_ERROR"),
                row(
                        "§8.1 trailers that are not the end",
                        c -> c.headers(1, false, POST).headers(1, false, "a", "b"),
                        "PROTOCOL_ERROR"),
                row(
                        "§8.1 pseudo-fields in trailers",
                        c -> c.headers(1, false, POST).headers(1, true, ":path", "/evil"),
                        "PROTOCOL_ERROR"),
                row(
                        "§8.1.1 more body than its length",
                        c -> c.headers(1, false, length("3")).data(1, true, "four"),
                        "PROTOCOL_ERROR"),
                row(
                        "§8.1.1 less body than its length",
                        c -> c.headers(1, false, length("5")).data(1, true, "four"),
                        "PROTOCOL_ERROR"),
                row(
                        "§8.1.1 less body than its length, with trailers",
                        c -> c.headers(1, false, length("5")).headers(1, true, "a", "b"),
                        "PROTOCOL_ERROR"),
                row(
                        "§8.2 a malformed field",
                        c -> c.headers(1, true, with(GET, "A", "b")),
                        "PROTOCOL_ERROR"));
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List.of(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static String[] length(String value) {
        return with(POST, "content-length", value);
    }

    static String[] with(String[] begin, String... more) {
        List<String> all = new ArrayList<>(List.of(begin));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("resets")
    void theStreamEndsAlone(String what, Act act, ErrorCode code) throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            act.on(client);
            Frame reset = client.next(RST_STREAM);
            assertThat(ErrorCode.of(reset.code())).as(what).isEqualTo(code);
            assertThat(reset.stream()).isEqualTo(1);
            assertThat(client.ask(3, GET).status()).isEqualTo(200);
        }
    }

    static Stream<Arguments> fine() {
        return Stream.of(
                row("§4.1 an unknown kind", c -> c.frame(77, 0xff, 9, (byte) 1), "NO_ERROR"),
                row(
                        "§5.3 PRIORITY of any stream",
                        c -> c.frame(PRIORITY, 0, 9, new byte[5]),
                        "NO_ERROR"),
                row(
                        "§6.5.2 an unknown setting",
                        c -> c.frame(SETTINGS, 0, 0, new byte[] {0, 99, 1, 1, 1, 1}),
                        "NO_ERROR"),
                row(
                        "§6.8 the client's own GOAWAY",
                        c -> c.frame(GOAWAY, 0, 0, new byte[8]),
                        "NO_ERROR"),
                row(
                        "§7 an unknown code",
                        c -> c.headers(1, false, POST).frame(RST_STREAM, 0, 1, number(99)),
                        "NO_ERROR"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fine")
    void theClientGoesOn(String what, Act act, ErrorCode none) throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            act.on(client);
            assertThat(client.ask(3, GET).status()).as(what).isEqualTo(200);
        }
    }

    @Test
    void settingsComeFirst() throws Exception {
        try (H2Client client = H2Client.silent(path.port())) {
            client.raw(Wire.bytes(H2Client.PREFACE)).frame(PING, 0, 0, new byte[8]);
            assertThat(client.next(GOAWAY).code()).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
        }
    }

    @Test
    void framesMayComeByteByByte() throws Exception {
        try (H2Client client = H2Client.silent(path.port())) {
            for (byte b : Wire.bytes(H2Client.PREFACE)) {
                client.raw(new byte[] {b});
            }
            for (byte b : H2Client.bytes(SETTINGS, 0, 0)) {
                client.raw(new byte[] {b});
            }
            for (byte b : H2Client.bytes(HEADERS, END_STREAM | END_HEADERS, 1, block(GET))) {
                client.raw(new byte[] {b});
            }
            assertThat(client.response(1).status()).isEqualTo(200);
        }
    }

    @Test
    void headsInPiecesAndPaddingAreRead() throws Exception {
        byte[] whole = block(GET);
        byte[] begin = new byte[1 + 5 + 10 + 3];
        begin[0] = 3;
        System.arraycopy(whole, 0, begin, 6, 10);
        byte[] rest = Arrays.copyOfRange(whole, 10, whole.length);
        try (H2Client client = H2Client.greeting(path.port())) {
            client.frame(HEADERS, PADDED | PRIORITIZED | END_STREAM, 1, begin)
                    .frame(CONTINUATION, 0, 1)
                    .frame(CONTINUATION, END_HEADERS, 1, rest);
            assertThat(client.response(1).status()).isEqualTo(200);
            client.headers(3, false, POST)
                    .frame(DATA, PADDED | END_STREAM, 3, (byte) 2, (byte) 'a', (byte) 0, (byte) 0);
            assertThat(client.response(3).body()).endsWith("\n1\r\na\r\n0\r\n\r\n");
        }
    }

    @Test
    void pingsAreAnsweredAndSettingsAcknowledged() throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            byte[] payload = {1, 2, 3, 4, 5, 6, 7, 8};
            client.frame(PING, 0, 0, payload);
            Frame first = client.next(SETTINGS);
            assertThat(first.flags()).isZero();
            assertThat(client.next(SETTINGS).flags()).isEqualTo(H2Client.ACK);
            Frame pong = client.next(PING);
            assertThat(pong.flags()).isEqualTo(H2Client.ACK);
            assertThat(pong.payload()).isEqualTo(payload);
        }
    }

    @Test
    void nothingOfAMalformedRequestReachesAServer() throws Exception {
        try (ScriptedServer own = ScriptedServer.echo();
                RuledPath to = RuledPath.http(Http2ForwardingTest.BOTH, own);
                H2Client client = H2Client.greeting(to.port())) {
            int stream = 1;
            for (String[] evil :
                    List.of(
                            new String[] {"transfer-encoding", "chunked"},
                            new String[] {"content-length", "5"},
                            new String[] {"a", "b\r\ncontent-length: 50"},
                            new String[] {"a\r\nb", "c"},
                            new String[] {"connection", "content-length"},
                            new String[] {"host", "evil"},
                            new String[] {":path", "/evil"})) {
                Response response = client.ask(stream, with(GET, evil));
                assertThat(response.reset()).isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
                stream += 2;
            }
            assertThat(own.received.get()).isZero();
            assertThat(client.ask(stream, GET).status()).isEqualTo(200);
        }
    }

    @Test
    void windowUpdatesAreOfTheRightSize() throws Exception {
        try (H2Client client = H2Client.greeting(path.port())) {
            client.frame(WINDOW_UPDATE, 0, 0, new byte[3]);
            assertThat(client.next(GOAWAY).code()).isEqualTo(ErrorCode.FRAME_SIZE_ERROR.code());
        }
    }
}
