package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.node.Nobody;
import proa.node.http2.ErrorCode;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;
import proa.node.protocol.http2.H2Client.Frame;
import proa.node.protocol.http2.H2Client.Response;
import proa.node.record.Ending;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** What the machine of a request decides, carried out on streams. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class Http2ExchangeTest {

    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private static ScriptedServer answering(String... answers) throws Exception {
        return new ScriptedServer(
                peer -> {
                    for (String answer : answers) {
                        if (peer.request() == null) {
                            return;
                        }
                        peer.send(answer);
                    }
                });
    }

    @Test
    void fieldsOfConnectionsStayBehindAndTrailersGoWithTheBody() throws Exception {
        String answer =
                OK
                        + "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                        + "Transfer-Encoding: chunked\r\nX-Stay: 1\r\n\r\n"
                        + "5\r\nhello\r\n1;a=b\r\n!\r\n0\r\nGrpc-Status: 0\r\nX-Sum: a\r\n\r\n";
        try (ScriptedServer server = answering(answer, answer);
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            for (int stream = 1; stream < 5; stream += 2) {
                Response response = client.ask(stream, GET);
                assertThat(response.fields()).containsExactly(":status: 200", "x-stay: 1");
                assertThat(response.body()).isEqualTo("hello!");
                assertThat(response.trailers()).containsExactly("grpc-status: 0", "x-sum: a");
            }
            assertThat(server.connections.get()).isEqualTo(1);
        }
    }

    @Test
    void trailersOfARequestGoBehindItsChunksExceptThoseThatFrame() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, false, POST)
                    .data(1, false, "a")
                    .headers(1, true, "x-sum", "1", "content-length", "7", "host", "evil");
            assertThat(client.response(1).body()).endsWith("\n1\r\na\r\n0\r\nx-sum: 1\r\n\r\n");
        }
    }

    @Test
    void anEndWithTheConnectionIsTheEndOfTheStream() throws Exception {
        try (ScriptedServer server = answering(OK + "\r\nall there is");
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.ask(1, GET).body()).isEqualTo("all there is");
        }
    }

    @Test
    void halfAnAnswerIsNotTakenForAWholeOne() throws Exception {
        try (ScriptedServer server = answering(OK + "Content-Length: 9\r\n\r\nhalf");
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            Response response = client.ask(1, GET);
            assertThat(response.reset()).isEqualTo(ErrorCode.INTERNAL_ERROR.code());
            client.frame(PING, 0, 0, new byte[8]);
            assertThat(client.next(PING).flags()).isEqualTo(H2Client.ACK);
        }
    }

    @Test
    void interimAnswersPassAndHeadHasNoBody() throws Exception {
        String early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        try (ScriptedServer server =
                        answering(
                                early + OK + "Content-Length: 4\r\n\r\n",
                                OK + "Content-Length: 0\r\n\r\n");
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            String[] head = GET.clone();
            head[1] = "HEAD";
            client.headers(1, true, head);
            assertThat(client.fields(client.next(HEADERS)))
                    .containsExactly(":status: 103", "link: </a>");
            Frame last = client.next(HEADERS);
            assertThat(last.ends()).isTrue();
            assertThat(client.fields(last)).containsExactly(":status: 200", "content-length: 4");
            assertThat(client.ask(3, GET).status()).isEqualTo(200);
            assertThat(server.connections.get()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatCannotBeReachedAndOneThatSaysNothing(@TempDir Path folder) throws Exception {
        Path page = folder.resolve("503.html");
        Files.writeString(page, "<p>later</p>");
        String pages = "error-pages { 503 = \"" + page + "\" }\n";
        RuledPath path;
        InetSocketAddress there;
        try (ScriptedServer server = new ScriptedServer(peer -> peer.request())) {
            there = server.address();
            path = RuledPath.http(BOTH + pages, server);
            try (H2Client client = H2Client.greeting(path.port())) {
                assertThat(client.ask(1, GET).status()).isEqualTo(502);
            }
        }
        Nobody.takes(there);
        try (path;
                H2Client client = H2Client.greeting(path.port())) {
            Response response = client.ask(1, GET);
            assertThat(response.fields())
                    .contains(":status: 503", "content-type: text/html; charset=utf-8");
            assertThat(response.body()).isEqualTo("<p>later</p>");
        }
    }

    @Test
    void rulesAnswerChangeAndCloseOnStreamsAsElsewhere() throws Exception {
        String rules =
                """
                rules = [
                  { when { path = "/no" }, deny = 403 }
                  { when { path = "/own" }, respond { status = 200, type = "text/plain", body = "own" } }
                  { when { path = "/pit" }, tarpit { delay = 50ms, status = 429 } }
                  { when { path = "/gone" }, drop = true }
                  { set-response-header { X-Rule = "yes" } }
                  { set-request-header { X-Scheme = "%{scheme}" } }
                ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH + rules, server);
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.ask(1, to("/no")).status()).isEqualTo(403);
            assertThat(client.ask(3, to("/own")).body()).isEqualTo("own");
            assertThat(client.ask(5, to("/pit")).status()).isEqualTo(429);
            Response passed = client.ask(7, to("/yes"));
            assertThat(passed.fields()).contains("x-rule: yes");
            assertThat(passed.body()).contains("X-Scheme: http\r\n");
            long refused = path.counters.endings(Ending.REFUSED);
            client.headers(9, true, to("/gone"));
            assertThat(client.ended()).isTrue();
            assertThat(path.counters.endings(Ending.REFUSED)).isEqualTo(refused + 1);
        }
    }

    private static String[] to(String path) {
        String[] fields = GET.clone();
        fields[5] = path;
        return fields;
    }

    @Test
    void limitsOfHeadsAndBodiesHoldForEachRequest() throws Exception {
        String limits = "limits { line = 256, head = 1k, headers = 6, body = 5 }\n";
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH + limits, server);
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.ask(1, to("/" + "a".repeat(300))).status()).isEqualTo(414);
            assertThat(client.ask(3, with(GET, "a", "b".repeat(300))).status()).isEqualTo(431);
            String[] many = GET;
            for (int at = 0; at < 8; at++) {
                many = with(many, "a" + at, "b");
            }
            assertThat(client.ask(5, many).status()).isEqualTo(431);
            client.headers(7, false, with(POST, "content-length", "6"));
            Response tooLong = client.response(7);
            assertThat(tooLong.status()).isEqualTo(413);
            client.next(RST_STREAM);
            client.headers(9, false, POST).data(9, false, "123").data(9, false, "456");
            assertThat(client.response(9).status()).isEqualTo(413);
            assertThat(client.next(RST_STREAM).code()).isZero();
            assertThat(client.ask(11, GET).status()).isEqualTo(200);
        }
    }

    @Test
    void aCancelledRequestFreesItsServer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    asked.countDown();
                                    peer.in.read();
                                });
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, true, GET);
            asked.await();
            client.frame(RST_STREAM, 0, 1, number(8));
            Await.until("the server is let go", () -> server.closed.get() == 1);
            Await.until("and free", () -> path.servers.servers.getFirst().current.get() == 0);
        }
    }

    @Test
    void anAnswerBeforeTheEndOfItsRequestTellsTheClientToStop() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    Wire.head(peer.in);
                                    peer.send(OK + "Content-Length: 2\r\n\r\nno");
                                    peer.in.readAllBytes();
                                });
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, false, POST).data(1, false, "a");
            assertThat(client.response(1).body()).isEqualTo("no");
            assertThat(client.next(RST_STREAM).code()).isZero();
            client.data(1, false, "still coming").data(1, true, "");
            assertThat(client.headers(3, false, POST).data(3, true, "").response(3).body())
                    .isEqualTo("no");
        }
    }

    @Test
    void connectIsNotServed() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.ask(1, ":method", "CONNECT", ":authority", "a:80").status())
                    .isEqualTo(405);
        }
    }

    @Test
    void timesAreThoseOfTheFrontend() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo()) {
            // Not shorter: in it a client here has to connect and to greet.
            try (RuledPath path = timed("request = 2s", server);
                    H2Client silent = H2Client.silent(path.port());
                    H2Client client = H2Client.greeting(path.port())) {
                client.frame(HEADERS, 0, 1, H2Client.block(GET));
                assertThat(client.next(GOAWAY).code()).as("half a head").isZero();
                assertThat(silent.ended()).as("nothing at all").isTrue();
            }
            try (RuledPath path = timed("keep-alive = 200ms", server);
                    H2Client client = H2Client.greeting(path.port())) {
                assertThat(client.next(GOAWAY).code()).as("no request").isZero();
                assertThat(client.ended()).isTrue();
            }
            try (RuledPath path = timed("client = 200ms", server);
                    H2Client client = H2Client.greeting(path.port())) {
                client.headers(1, false, POST).data(1, false, "a");
                assertThat(client.response(1).status()).as("half a body").isEqualTo(408);
            }
        }
    }

    private static RuledPath timed(String time, ScriptedServer server) throws Exception {
        return RuledPath.http(BOTH + "timeouts { " + time + " }\n", server);
    }

    @Test
    void drainingTakesTwoStepsAndLosesNoRequest() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    while (peer.request() != null) {
                                        go.await();
                                        peer.send(OK + "Content-Length: 0\r\n\r\n");
                                    }
                                });
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, true, GET);
            Await.until(
                    "a request is under way",
                    () -> path.servers.servers.getFirst().current.get() == 1);
            path.drain();
            Frame first = client.next(GOAWAY);
            assertThat(first.number(0)).isEqualTo(Integer.MAX_VALUE);
            assertThat(first.code()).isZero();
            client.headers(3, true, GET); // crossed with the first step
            Frame ping = client.next(PING);
            client.frame(PING, H2Client.ACK, 0, ping.payload());
            assertThat(client.next(GOAWAY).number(0)).isEqualTo(3);
            client.headers(5, true, GET); // not served, which the client knows
            go.countDown();
            Set<Integer> answered = new HashSet<>();
            Frame frame = client.next();
            for (; frame.type() != GOAWAY; frame = client.next()) {
                if (frame.type() == HEADERS) {
                    assertThat(client.fields(frame).getFirst()).isEqualTo(":status: 200");
                    answered.add(frame.stream());
                }
            }
            assertThat(answered).as("in whatever order").containsExactlyInAnyOrder(1, 3);
            assertThat(frame.number(0)).as("what was named last never grows").isEqualTo(3);
            assertThat(client.ended()).isTrue();
            assertThat(path.servers.servers.getFirst().begun.get()).isEqualTo(2);
        }
    }

    @Test
    void anIdleConnectionThatDrainsEnds() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            client.ask(1, GET);
            path.drain();
            Frame ping = client.next(PING);
            client.frame(PING, H2Client.ACK, 0, ping.payload());
            assertThat(client.next(GOAWAY).number(0)).isEqualTo(1);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aClientThatHasSaidEverythingStillGetsItsAnswers() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, true, GET);
            client.socket.shutdownOutput();
            assertThat(client.response(1).status()).isEqualTo(200);
            assertThat(client.ended()).isTrue();
        }
    }
}
