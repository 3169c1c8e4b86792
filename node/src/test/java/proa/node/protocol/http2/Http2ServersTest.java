package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.H2Client.DATA;
import static proa.node.protocol.http2.H2Client.GET;
import static proa.node.protocol.http2.H2Client.GOAWAY;
import static proa.node.protocol.http2.H2Client.HEADERS;
import static proa.node.protocol.http2.H2Client.PING;
import static proa.node.protocol.http2.H2Client.POST;
import static proa.node.protocol.http2.H2Client.RST_STREAM;
import static proa.node.protocol.http2.H2Client.number;
import static proa.node.protocol.http2.Http2ForwardingTest.BOTH;
import static proa.node.protocol.http2.Http2ViolationsTest.with;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.node.http2.ErrorCode;
import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;
import proa.node.protocol.http2.H2Client.Frame;
import proa.node.protocol.http2.H2Client.Response;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Requests to servers of HTTP/2, from clients of either version. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class Http2ServersTest {

    private static final String[] OK = {":status", "200"};

    /** What a server does on a connection whose settings are said. */
    interface Script {
        void on(H2Client server, int connection) throws Exception;
    }

    private static ScriptedServer server(Script script, int... settings) throws Exception {
        return new ScriptedServer(peer -> script.on(H2Client.serving(peer, settings), peer.number));
    }

    /** Answers every request with the status. */
    private static void answer(H2Client server) throws IOException {
        while (true) {
            Frame head = server.next(HEADERS);
            server.headers(head.stream(), true, OK);
        }
    }

    @Test
    void aRequestKeepsItsMeaning() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (ScriptedServer server =
                        server(
                                (to, _) -> {
                                    Frame head = to.next(HEADERS);
                                    seen.addAll(to.fields(head));
                                    assertThat(head.ends()).isTrue();
                                    to.headers(head.stream(), false, with(OK, "x-a", "b"));
                                    to.data(head.stream(), true, "hello");
                                    to.ended();
                                });
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                DataPath.Client client = path.client()) {
            Wire.Message answer =
                    client.ask(
                            "GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\nX-Mine: Yes\r\n"
                                    + "Connection: X-Hop\r\nX-Hop: 1\r\n\r\n");
            assertThat(seen)
                    .containsExactly(
                            ":method: GET",
                            ":scheme: http",
                            ":path: /a?b=c",
                            ":authority: shop.example",
                            "x-mine: Yes",
                            "x-forwarded-for: 127.0.0.1",
                            "te: trailers");
            assertThat(answer.head())
                    .isEqualTo("HTTP/1.1 200 \r\nx-a: b\r\ntransfer-encoding: chunked\r\n\r\n");
            assertThat(answer.text()).isEqualTo("hello");
        }
    }

    /** Two of ourselves, HTTP/2 between them. */
    @Test
    void bodiesGoBothWaysWhateverTheFraming() throws Exception {
        String large = "x".repeat(300_000);
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath second = RuledPath.http("protocols = [h2]\n", server);
                RuledPath first = RuledPath.toHttp2(BOTH, second.address());
                DataPath.Client client = first.client();
                H2Client other = H2Client.greeting(first.port())) {
            String begin = "POST /up HTTP/1.1\r\nHost: a\r\n";
            assertThat(client.ask(begin + "Content-Length: 300000\r\n\r\n" + large).text())
                    .endsWith("\n" + large);
            assertThat(client.ask(begin + "Content-Length: 5\r\n\r\nhello").text())
                    .endsWith("\nhello");
            String chunked = begin + "Transfer-Encoding: chunked\r\n\r\n";
            assertThat(client.ask(chunked + "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n").text())
                    .endsWith("\n5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n");
            assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
            other.headers(1, false, with(POST, "content-length", "5")).data(1, true, "hello");
            assertThat(other.response(1).body()).endsWith("\nhello");
            assertThat(second.connections()).isEqualTo(1);
        }
    }

    @Test
    void aHeadRequestAndStatusesWithoutBody() throws Exception {
        try (ScriptedServer server =
                        server(
                                (to, _) -> {
                                    to.headers(
                                            to.next(HEADERS).stream(),
                                            true,
                                            with(OK, "content-length", "7"));
                                    to.headers(to.next(HEADERS).stream(), true, ":status", "204");
                                    int last = to.next(HEADERS).stream();
                                    to.headers(last, false, ":status", "103", "link", "</a>");
                                    to.headers(last, true, OK);
                                    to.ended();
                                });
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                DataPath.Client client = path.client()) {
            String end = " / HTTP/1.1\r\nHost: a\r\n\r\n";
            client.send("HEAD" + end);
            assertThat(Wire.response(client.in, true).field("content-length")).isEqualTo("7");
            assertThat(client.ask("GET" + end).head()).isEqualTo("HTTP/1.1 204 \r\n\r\n");
            assertThat(client.ask("GET" + end).head()).contains("103", "link: </a>");
            assertThat(client.response().field("content-length")).isEqualTo("0");
        }
    }

    /** As gRPC has it: messages both ways while the request goes on, the status in trailers. */
    @Test
    void messagesStreamBothWaysAndTrailersEndThem() throws Exception {
        try (ScriptedServer server =
                        server(
                                (to, _) -> {
                                    int stream = to.next(HEADERS).stream();
                                    to.headers(stream, false, OK);
                                    for (Frame part = to.next(DATA);
                                            !part.ends();
                                            part = to.next(DATA)) {
                                        to.data(stream, false, Wire.latin(part.payload()) + "!");
                                    }
                                    to.headers(stream, true, "grpc-status", "0");
                                    to.headers(
                                            to.next(HEADERS).stream(),
                                            true,
                                            with(OK, "grpc-status", "5"));
                                    to.ended();
                                });
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, false, with(POST, "te", "trailers"));
            assertThat(client.fields(client.next(HEADERS))).containsExactly(":status: 200");
            for (String part : List.of("one", "two", "three")) {
                client.data(1, false, part);
                assertThat(Wire.latin(client.next(DATA).payload())).isEqualTo(part + "!");
            }
            client.data(1, true, "");
            Frame last = client.next(HEADERS);
            assertThat(last.ends()).isTrue();
            assertThat(client.fields(last)).containsExactly("grpc-status: 0");
            client.headers(3, true, with(POST, "te", "trailers"));
            Frame alone = client.next(HEADERS);
            assertThat(alone.ends()).as("trailers only").isTrue();
            assertThat(client.fields(alone)).containsExactly(":status: 200", "grpc-status: 5");
        }
    }

    @Test
    void aServerGetsNoMoreStreamsAtOnceThanItTakes() throws Exception {
        CountDownLatch go = new CountDownLatch(3);
        try (ScriptedServer server =
                        server(
                                (to, _) -> {
                                    Frame head = to.next(HEADERS);
                                    go.countDown();
                                    go.await();
                                    to.headers(head.stream(), true, OK);
                                    answer(to);
                                },
                                3,
                                1);
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            for (int stream = 1; stream < 7; stream += 2) {
                client.headers(stream, true, GET);
            }
            List<Integer> ended = new ArrayList<>();
            while (ended.size() < 3) {
                Frame head = client.next(HEADERS);
                client.fields(head);
                ended.add(head.stream());
            }
            assertThat(ended).containsExactlyInAnyOrder(1, 3, 5);
            assertThat(server.connections.get()).isEqualTo(3);
        }
    }

    @Test
    void whatAServerDoesNotServeGoesToAnotherConnection() throws Exception {
        try (ScriptedServer server =
                        server(
                                (to, connection) -> {
                                    if (connection == 1) {
                                        int first = to.next(HEADERS).stream();
                                        to.headers(first, true, OK);
                                        to.next(HEADERS);
                                        byte[] last = new byte[8];
                                        last[3] = (byte) first;
                                        to.frame(GOAWAY, 0, 0, last);
                                        to.ended();
                                    } else if (connection == 2) {
                                        int stream = to.next(HEADERS).stream();
                                        to.headers(stream, true, OK);
                                        int refused = to.next(HEADERS).stream();
                                        to.frame(RST_STREAM, 0, refused, number(7));
                                        answer(to);
                                    }
                                });
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.ask(1, GET).status()).isEqualTo(200);
            assertThat(client.ask(3, POST).status()).as("GOAWAY").isEqualTo(200);
            assertThat(client.ask(5, POST).status()).as("REFUSED_STREAM").isEqualTo(200);
            assertThat(server.connections.get()).isEqualTo(2);
            assertThat(path.servers.servers.getFirst().current.get()).isZero();
        }
    }

    /** With REFUSED_STREAM, and with another code for what may be sent twice. */
    @ParameterizedTest
    @ValueSource(ints = {7, 2})
    void firstTriesThatAreResetLeaveNothingBehind(int code) throws Exception {
        try (ScriptedServer server =
                        server(
                                (to, _) -> {
                                    to.headers(to.next(HEADERS).stream(), true, OK);
                                    while (true) {
                                        int first = to.next(HEADERS).stream();
                                        to.frame(RST_STREAM, 0, first, number(code));
                                        to.headers(to.next(HEADERS).stream(), true, OK);
                                    }
                                },
                                3,
                                4);
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            for (int stream = 1; stream < 30; stream += 2) {
                assertThat(client.ask(stream, GET).status()).isEqualTo(200);
            }
            assertThat(server.connections.get()).isEqualTo(1);
            assertThat(path.servers.servers.getFirst().current.get()).isZero();
        }
    }

    /** RFC 9113 §5.4.2. */
    @Test
    void aResetIsNotAnsweredByAnother() throws Exception {
        List<Integer> kinds = new CopyOnWriteArrayList<>();
        try (ScriptedServer server =
                        server(
                                (to, _) -> {
                                    int first = to.next(HEADERS).stream();
                                    to.frame(RST_STREAM, 0, first, number(2));
                                    while (true) {
                                        Frame frame = to.next();
                                        kinds.add(frame.type());
                                        if (frame.type() == HEADERS) {
                                            to.headers(frame.stream(), true, OK);
                                        }
                                    }
                                });
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.headers(1, false, POST).response(1).status()).isEqualTo(502);
            assertThat(client.ask(3, GET).status()).isEqualTo(200);
            assertThat(kinds).contains(HEADERS).doesNotContain(RST_STREAM);
        }
    }

    @Test
    void aRequestThatFindsNoRoomWhereItHasWaitedBeginsElsewhere() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch greet = new CountDownLatch(1);
        CountDownLatch last = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    if (peer.number > 1) {
                                        greet.await();
                                    }
                                    H2Client to = H2Client.serving(peer, 3, 1);
                                    int stream = to.next(HEADERS).stream();
                                    asked.countDown();
                                    (peer.number == 1 ? first : last).await();
                                    to.headers(stream, true, OK);
                                    answer(to);
                                });
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, true, GET);
            asked.await();
            client.headers(3, true, GET).headers(5, true, GET);
            client.frame(PING, 0, 0, new byte[8]);
            client.next(PING); // by now both wait for the second connection
            first.countDown();
            assertThat(client.response(1).status()).isEqualTo(200);
            greet.countDown();
            assertThat(client.response(5).status()).isEqualTo(200);
            last.countDown();
            assertThat(client.response(3).status()).isEqualTo(200);
            assertThat(server.connections.get()).isEqualTo(2);
            assertThat(path.servers.servers.getFirst().failures.get()).isZero();
        }
    }

    @Test
    void aServerThatTakesNoRequestsIsNotAskedAgainAndAgain() throws Exception {
        try (ScriptedServer server = server((to, _) -> to.ended(), 3, 0);
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.ask(1, GET).status()).isEqualTo(503);
            assertThat(server.connections.get()).isEqualTo(1);
            assertThat(path.servers.servers.getFirst().failures.get()).isEqualTo(1);
            assertThat(path.servers.servers.getFirst().current.get()).isZero();
        }
    }

    /** RFC 9112 §6.1: it does not know chunks. */
    @Test
    void aClientOfHttp10ReadsABodyOfUnknownLengthUntilTheEnd() throws Exception {
        try (ScriptedServer server =
                        server(
                                (to, _) -> {
                                    int stream = to.next(HEADERS).stream();
                                    to.headers(stream, false, OK);
                                    to.data(stream, false, "hel").data(stream, false, "lo");
                                    to.headers(stream, true, "x-sum", "1");
                                    answer(to);
                                });
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                DataPath.Client client = path.client();
                DataPath.Client next = path.client()) {
            String request = "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n";
            Wire.Message answer = client.ask(request);
            assertThat(answer.head()).isEqualTo("HTTP/1.1 200 \r\nConnection: close\r\n\r\n");
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(next.ask(request).field("content-length")).isEqualTo("0");
            assertThat(server.connections.get()).isEqualTo(1);
        }
    }

    /** One bad answer. */
    interface Answer {
        void on(H2Client server, int stream) throws Exception;
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                row("no status", (to, at) -> to.headers(at, true, "a", "b")),
                row("101", (to, at) -> to.headers(at, true, ":status", "101")),
                row("a status that is none", (to, at) -> to.headers(at, true, ":status", "2x0")),
                row(
                        "a field of connections",
                        (to, at) -> to.headers(at, true, with(OK, "connection", "close"))),
                row(
                        "a line end in a value",
                        (to, at) -> to.headers(at, true, with(OK, "a", "b\r\nc: d"))),
                row("upper case", (to, at) -> to.headers(at, true, with(OK, "A", "b"))),
                row(
                        "a missing body",
                        (to, at) -> to.headers(at, true, with(OK, "content-length", "5"))),
                row(
                        "two lengths",
                        (to, at) ->
                                to.headers(
                                        at,
                                        false,
                                        with(OK, "content-length", "5", "content-length", "5"))),
                row(
                        "too many interim answers",
                        (to, at) -> {
                            for (int count = 0; count <= 100; count++) {
                                to.headers(at, false, ":status", "103");
                            }
                        }),
                row("a body before its head", (to, at) -> to.data(at, true, "a")),
                row("a reset", (to, at) -> to.frame(RST_STREAM, 0, at, number(2))),
                row("a push", (to, at) -> to.frame(5, 4, at, number(2))),
                row(
                        "a frame that is too large",
                        (to, at) -> to.raw(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, (byte) at})),
                row("the end", (to, _) -> to.socket.close()));
    }

    private static Arguments row(String what, Answer answer) {
        return Arguments.of(what, answer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void aBadAnswerIsAnErrorOfTheServer(String what, Answer answer) throws Exception {
        try (ScriptedServer server =
                        server(
                                (to, _) -> {
                                    answer.on(to, to.next(HEADERS).stream());
                                    to.ended();
                                });
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.headers(1, true, POST).response(1).status()).as(what).isEqualTo(502);
            assertThat(path.servers.servers.getFirst().current.get()).isZero();
        }
    }

    @Test
    void aBodyThatBreaksOffIsNotTakenForAWholeOne() throws Exception {
        try (ScriptedServer server =
                        server(
                                (to, _) -> {
                                    int stream = to.next(HEADERS).stream();
                                    to.headers(stream, false, with(OK, "content-length", "9"));
                                    to.data(stream, true, "half");
                                    to.ended();
                                });
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.ask(1, GET).reset()).isEqualTo(ErrorCode.INTERNAL_ERROR.code());
        }
    }

    @Test
    void aServerThatSpeaksSomethingElseCannotBeReached() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(peer -> peer.send("HTTP/1.1 400 Bad Request\r\n\r\n"));
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.ask(1, GET).status()).isEqualTo(503);
        }
    }

    @Test
    void aCancelledRequestIsCancelledAtTheServerAlone() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        try (ScriptedServer server =
                        server(
                                (to, _) -> {
                                    int stream = to.next(HEADERS).stream();
                                    asked.countDown();
                                    Frame reset = to.next(RST_STREAM);
                                    assertThat(reset.stream()).isEqualTo(stream);
                                    assertThat(reset.code()).isEqualTo(8);
                                    cancelled.countDown();
                                    answer(to);
                                });
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, true, GET);
            asked.await();
            client.frame(RST_STREAM, 0, 1, number(8));
            cancelled.await();
            assertThat(client.ask(3, GET).status()).isEqualTo(200);
            assertThat(server.connections.get()).isEqualTo(1);
        }
    }

    /** What the client does not take, the server is not allowed to send. */
    @Test
    void aSlowClientHoldsUpItsOwnStreamAlone() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (ScriptedServer server = server((to, _) -> endless(to, sent));
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            client.windowUpdate(0, 1 << 30);
            client.headers(1, true, GET);
            for (int stream = 3; stream < 101; stream += 2) {
                assertThat(client.headers(stream, true, POST).response(stream).body())
                        .isEqualTo("ok");
            }
            assertThat(sent.get()).isBetween(65_535L, 4 * 65_536L);
        }
    }

    /** One stream as far as its window goes, others at once. */
    private static void endless(H2Client server, AtomicLong sent) throws IOException {
        byte[] part = new byte[1 << 10];
        long window = 0;
        int stream = 0;
        while (true) {
            Frame frame = server.next();
            if (frame.type() == HEADERS && stream == 0) {
                server.fields(frame);
                stream = frame.stream();
                window = 65_536;
                server.headers(stream, false, OK);
            } else if (frame.type() == HEADERS) {
                server.fields(frame);
                server.headers(frame.stream(), false, OK).data(frame.stream(), true, "ok");
            } else if (frame.type() == H2Client.WINDOW_UPDATE && frame.stream() == stream) {
                window += stream == 0 ? 0 : frame.number(0);
            }
            for (; stream != 0 && window >= part.length; window -= part.length) {
                server.frame(DATA, 0, stream, part);
                sent.addAndGet(part.length);
            }
        }
    }

    @Test
    void anIdleConnectionServesTheNextClient() throws Exception {
        try (ScriptedServer server = server((to, _) -> answer(to));
                RuledPath path = RuledPath.toHttp2(BOTH, server.address())) {
            for (int at = 0; at < 3; at++) {
                try (H2Client client = H2Client.greeting(path.port())) {
                    Response response = client.ask(1, GET);
                    assertThat(response.status()).isEqualTo(200);
                }
            }
            assertThat(server.connections.get()).isEqualTo(1);
        }
    }
}
