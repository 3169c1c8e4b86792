package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.node.Await;
import proa.node.exchange.Traffic;
import proa.node.protocol.DataPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** What passes, and how it is changed on the way. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class HttpForwardingTest {

    private static final String HOST = "Host: a\r\n";

    private static ScriptedServer answering(String... answers) throws Exception {
        return new ScriptedServer(
                peer -> {
                    for (String answer : answers) {
                        peer.request();
                        peer.send(answer);
                    }
                    peer.in.read();
                });
    }

    @Test
    void hopByHopFieldsOfARequestEndHereAndThePeerIsNamed() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            String seen =
                    client.ask(
                                    "GET /p?q=1 HTTP/1.1\r\n"
                                            + "Host: A.example:80\r\n"
                                            + "Connection: keep-alive, X-Mine, close\r\n"
                                            + "X-Mine: 1\r\n"
                                            + "Keep-Alive: 5\r\n"
                                            + "TE: trailers\r\n"
                                            + "X-Forwarded-For: 6.6.6.6\r\n"
                                            + "Upgrade: h2c\r\n"
                                            + "HTTP2-Settings: x\r\n"
                                            + "Proxy-Connection: x\r\n"
                                            + "Accept: */*\r\n\r\n")
                            .text();
            assertThat(seen)
                    .isEqualTo(
                            "GET /p?q=1 HTTP/1.1\r\n"
                                    + "Host: A.example:80\r\n"
                                    + "Accept: */*\r\n"
                                    + "X-Forwarded-For: 127.0.0.1\r\n\r\n\n");
            assertThat(client.ended()).isTrue();
        }
    }

    /** More at once than idle connections are kept for long. */
    @Test
    void theConnectionsOfABurstServeTheNext() throws Exception {
        int burst = 4 * BackendConfig.IDLE_CONNECTIONS_DEFAULT;
        CyclicBarrier allAsked = new CyclicBarrier(burst);
        List<DataPath.Client> clients = new ArrayList<>();
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    while (true) {
                                        peer.request();
                                        allAsked.await(30, TimeUnit.SECONDS);
                                        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                                    }
                                });
                DataPath path = DataPath.http(server)) {
            for (int client = 0; client < burst; client++) {
                clients.add(path.client());
            }
            for (int turn = 0; turn < 3; turn++) {
                for (DataPath.Client client : clients) {
                    client.send("GET / HTTP/1.1\r\n" + HOST + "\r\n");
                }
                for (DataPath.Client client : clients) {
                    assertThat(client.response().status()).isEqualTo(200);
                }
            }
            assertThat(server.connections).hasValue(burst);
        } finally {
            for (DataPath.Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void anAbsoluteTargetIsSentInOriginForm() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask("GET http://a/x?y HTTP/1.1\r\n" + HOST + "\r\n").text())
                    .startsWith("GET /x?y HTTP/1.1\r\n");
            assertThat(client.ask("GET http://a?y HTTP/1.1\r\n" + HOST + "\r\n").text())
                    .startsWith("GET /?y HTTP/1.1\r\n");
            assertThat(client.ask("OPTIONS http://a HTTP/1.1\r\n" + HOST + "\r\n").text())
                    .startsWith("OPTIONS * HTTP/1.1\r\n");
        }
    }

    @Test
    void ourCookieIsHiddenFromTheServerAndSetForTheClient() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            path.traffic.hiddenCookie = "ID";
            path.traffic.setCookie = "ID=s0; Path=/; HttpOnly";
            Wire.Message among =
                    client.ask("GET / HTTP/1.1\r\n" + HOST + "Cookie: a=1; ID=s0; b=2\r\n\r\n");
            assertThat(among.text()).contains("\r\nCookie: a=1; b=2\r\n").doesNotContain("ID=");
            assertThat(among.field("Set-Cookie")).isEqualTo("ID=s0; Path=/; HttpOnly");
            assertThat(among.field("Cache-Control")).isEqualTo("private");
            assertThat(
                            client.ask(
                                            "GET / HTTP/1.1\r\n"
                                                    + HOST
                                                    + "Cookie: ID=s0\r\nX: y\r\n\r\n")
                                    .text())
                    .doesNotContain("Cookie")
                    .contains("\r\nX: y\r\n");
            assertThat(client.ask("GET / HTTP/1.1\r\n" + HOST + "Cookie: XID=s0\r\n\r\n").text())
                    .contains("\r\nCookie: XID=s0\r\n");
        }
    }

    @Test
    void bodiesPassUnchangedWhateverTheirFraming() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            String chunks = "5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: z\r\n\r\n";
            assertThat(
                            client.ask(
                                            "POST / HTTP/1.1\r\n"
                                                    + HOST
                                                    + "Transfer-Encoding: chunked\r\n\r\n"
                                                    + chunks)
                                    .text())
                    .endsWith("\r\n\r\n\n" + chunks);
            String large = "abcdefghijklmno".repeat(200_000);
            Wire.Message answer =
                    client.ask(
                            "PUT / HTTP/1.1\r\n"
                                    + HOST
                                    + "Content-Length: 3000000\r\n\r\n"
                                    + large);
            assertThat(answer.text().endsWith("\n" + large)).isTrue();
        }
    }

    @Test
    void responsesLoseTheirHopByHopFields() throws Exception {
        try (ScriptedServer server =
                        answering(
                                "HTTP/1.1 200 Fine by me\r\n"
                                        + "Connection: X-Hop, keep-alive\r\n"
                                        + "X-Hop: 1\r\n"
                                        + "Keep-Alive: 3\r\n"
                                        + "Content-Length: 2\r\n"
                                        + "X: y\r\n\r\n"
                                        + "ok");
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            Wire.Message answer = client.ask("GET / HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(answer.head())
                    .isEqualTo("HTTP/1.1 200 Fine by me\r\nContent-Length: 2\r\nX: y\r\n\r\n");
            assertThat(answer.text()).isEqualTo("ok");
        }
    }

    @Test
    void chunkedResponsesPassAndTheServerConnectionServesAgain() throws Exception {
        String answer =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        try (ScriptedServer server = answering(answer, answer);
                DataPath path = DataPath.http(server)) {
            for (int round = 0; round < 2; round++) {
                try (DataPath.Client client = path.client()) {
                    assertThat(client.ask("GET / HTTP/1.1\r\n" + HOST + "\r\n").text())
                            .isEqualTo("abc");
                }
            }
            assertThat(server.connections).hasValue(1);
        }
    }

    @Test
    void aResponseThatEndsWithItsConnectionEndsTheClientsToo() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send("HTTP/1.1 200 OK\r\n\r\n");
                                    peer.send("until the end");
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            Wire.Message answer = client.ask("GET / HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(answer.field("Connection")).isEqualTo("close");
            assertThat(answer.text()).isEqualTo("until the end");
        }
    }

    @Test
    void answersWithoutABodyAreKnownByMethodAndStatus() throws Exception {
        try (ScriptedServer server =
                        answering(
                                "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
                                "HTTP/1.1 204 No Content\r\n\r\n",
                                "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
                                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            client.send("HEAD / HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(Wire.response(client.in, true).field("Content-Length")).isEqualTo("1000");
            assertThat(client.ask("GET / HTTP/1.1\r\n" + HOST + "\r\n").status()).isEqualTo(204);
            assertThat(client.ask("GET / HTTP/1.1\r\n" + HOST + "\r\n").status()).isEqualTo(304);
            assertThat(client.ask("GET / HTTP/1.1\r\n" + HOST + "\r\n").text()).isEqualTo("ok");
            assertThat(server.connections).hasValue(1);
        }
    }

    @Test
    void interimAnswersPassToClientsThatKnowThem() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    for (int round = 0; round < 2; round++) {
                                        Wire.head(peer.in);
                                        peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                                        peer.in.readNBytes(4);
                                        peer.send(
                                                "HTTP/1.1 103 Early Hints\r\n"
                                                        + "Link: x\r\n\r\n"
                                                        + "HTTP/1.1 200 OK\r\n"
                                                        + "Content-Length: 4\r\n\r\n"
                                                        + "done");
                                    }
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client();
                DataPath.Client old = path.client()) {
            String expecting = "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n";
            assertThat(client.ask("POST / HTTP/1.1\r\n" + HOST + expecting).status())
                    .isEqualTo(100);
            assertThat(client.ask("body").status()).isEqualTo(103);
            assertThat(client.response().text()).isEqualTo("done");
            assertThat(old.ask("POST / HTTP/1.0\r\n" + HOST + expecting + "body").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void anUpgradeBecomesATunnelBothWaysAndEachDirectionEndsAlone() throws Exception {
        AtomicReference<String> asked = new AtomicReference<>();
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    asked.set(peer.request().head());
                                    peer.send(
                                            "HTTP/1.1 101 Switching Protocols\r\n"
                                                    + "Upgrade: websocket\r\n"
                                                    + "Connection: Upgrade\r\n\r\n"
                                                    + "hello");
                                    peer.in.transferTo(peer.out);
                                    peer.send("bye");
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            Wire.Message answer =
                    client.ask(
                            "GET /ws HTTP/1.1\r\n"
                                    + HOST
                                    + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly");
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.field("Connection")).isEqualTo("Upgrade");
            assertThat(asked.get()).contains("Upgrade: websocket", "Connection: Upgrade");
            assertThat(Wire.latin(client.in.readNBytes(10))).isEqualTo("helloearly");
            client.send("again");
            assertThat(Wire.latin(client.in.readNBytes(5))).isEqualTo("again");
            client.socket.shutdownOutput();
            assertThat(Wire.latin(client.in.readAllBytes())).isEqualTo("bye");
            Await.until(
                    "the server is free", () -> path.traffic.servers.getFirst().current.get() == 0);
        }
    }

    @Test
    void theEndOfAClientsDirectionFromBeforeItsTunnelIsPassedOn() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    ended.await();
                                    peer.send(
                                            "HTTP/1.1 101 Switching Protocols\r\n"
                                                    + "Upgrade: websocket\r\n"
                                                    + "Connection: Upgrade\r\n\r\n");
                                    peer.in.transferTo(peer.out);
                                    peer.send("bye");
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            client.send(
                    "GET /ws HTTP/1.1\r\n"
                            + HOST
                            + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly");
            client.socket.shutdownOutput();
            ended.countDown();
            assertThat(client.response().status()).isEqualTo(101);
            assertThat(Wire.latin(client.in.readAllBytes())).isEqualTo("earlybye");
            Await.until(
                    "the server is free", () -> path.traffic.servers.getFirst().current.get() == 0);
        }
    }

    @Test
    void anAnswerOfHttp10GoesOnAsOneOfOurs() throws Exception {
        String answer =
                "HTTP/1.0 200 Fine\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok";
        try (ScriptedServer server = answering(answer, answer, answer);
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client();
                DataPath.Client old = path.client()) {
            Wire.Message first = client.ask("GET / HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(first.head()).startsWith("HTTP/1.1 200 Fine\r\n");
            assertThat(first.field("Connection")).isEmpty();
            assertThat(client.ask("GET / HTTP/1.1\r\n" + HOST + "\r\n").text()).isEqualTo("ok");
            Wire.Message kept = old.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(kept.head()).startsWith("HTTP/1.1 200 Fine\r\n");
            assertThat(kept.field("Connection")).isEqualTo("keep-alive");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            StringBuilder all = new StringBuilder();
            for (int number = 0; number < 100; number++) {
                all.append("POST /")
                        .append(number)
                        .append(" HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc");
            }
            client.send(all.toString());
            for (int number = 0; number < 100; number++) {
                assertThat(client.response().text()).startsWith("POST /" + number + " ");
            }
            assertThat(server.connections).hasValue(1);
        }
    }

    @Test
    void http10ClientsStayOnlyWhenTheyAsk() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path = DataPath.http(server);
                DataPath.Client stays = path.client();
                DataPath.Client leaves = path.client()) {
            assertThat(
                            stays.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                                    .field("Connection"))
                    .isEqualTo("keep-alive");
            assertThat(stays.ask("GET / HTTP/1.0\r\n\r\n").field("Connection")).isEqualTo("close");
            leaves.ask("GET / HTTP/1.0\r\n\r\n");
            assertThat(leaves.ended()).isTrue();
        }
    }

    @Test
    void aDeniedRequestKeepsTheConnectionAndReachesNoServer() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            path.traffic.rule =
                    facts ->
                            facts.path().equals("/denied")
                                            && facts.host().equals("a")
                                            && facts.method().equals("GET")
                                            && "1".equals(facts.cookie("c"))
                                            && facts.headerIs("x", "Y")
                                            && facts.source().isLoopbackAddress()
                                    ? new Traffic.Decision.Reply(429, "too many requests")
                                    : null;
            Wire.Message denied =
                    client.ask(
                            "GET /denied?x HTTP/1.1\r\n"
                                    + "Host: A:80\r\n"
                                    + "X: y\r\n"
                                    + "Cookie: b=0; c=1\r\n\r\n");
            assertThat(denied.status()).isEqualTo(429);
            assertThat(denied.text()).isEqualTo("Proa: too many requests\n");
            assertThat(server.received).hasValue(0);
            assertThat(client.ask("GET /ok HTTP/1.1\r\n" + HOST + "\r\n").status()).isEqualTo(200);
        }
    }

    @Test
    void nobodyBuffersWhatTheOtherSideDoesNotRead() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        int total = 64 << 20;
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send(
                                            "HTTP/1.1 200 OK\r\nContent-Length: "
                                                    + total
                                                    + "\r\n\r\n");
                                    byte[] part = new byte[1 << 20];
                                    for (int sent = 0; sent < total; sent += part.length) {
                                        peer.out.write(part);
                                    }
                                    read.countDown();
                                    peer.in.read();
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            client.send("GET / HTTP/1.1\r\n" + HOST + "\r\n");
            client.in.read();
            assertThat(read.await(300, TimeUnit.MILLISECONDS))
                    .as("the server could send everything although nobody read it")
                    .isFalse();
            long rest = 0;
            byte[] into = new byte[1 << 16];
            while (rest < total) {
                rest += client.in.read(into);
            }
            assertThat(read.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anUploadWaitsForASlowServer() throws Exception {
        int total = 64 << 20;
        CountDownLatch go = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    Wire.head(peer.in);
                                    go.await();
                                    peer.in.skipNBytes(total);
                                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            CountDownLatch sent = new CountDownLatch(1);
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    client.send(
                                            "POST / HTTP/1.1\r\n"
                                                    + HOST
                                                    + "Content-Length: "
                                                    + total
                                                    + "\r\n\r\n");
                                    client.out.write(new byte[total]);
                                    sent.countDown();
                                } catch (IOException _) {
                                    // The count stays, which fails the test.
                                }
                            });
            assertThat(sent.await(300, TimeUnit.MILLISECONDS)).isFalse();
            go.countDown();
            assertThat(client.response().status()).isEqualTo(200);
        }
    }
}
