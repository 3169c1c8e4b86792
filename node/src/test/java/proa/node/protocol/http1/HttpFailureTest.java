package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.node.Await;
import proa.node.Nobody;
import proa.node.listener.Transport;
import proa.node.protocol.DataPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.Wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What goes wrong at either end, and what the other end gets to see. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class HttpFailureTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static FrontendConfig frontend(Duration request, Duration keepAlive, Duration client) {
        return TestConfigs.frontend(
                FrontendConfig.Mode.HTTP,
                new FrontendConfig.Timeouts(request, keepAlive, client, Duration.ofHours(1)),
                FrontendConfig.Limits.DEFAULTS);
    }

    private static FrontendConfig patient() {
        return TestConfigs.frontend(FrontendConfig.Mode.HTTP);
    }

    private static BackendConfig backend(
            Duration connect, Duration server, InetSocketAddress... to) {
        return TestConfigs.backend(List.of(to), new BackendConfig.Timeouts(connect, server));
    }

    @Test
    void aServerThatCannotBeReachedIsReplacedByAnother() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path =
                        DataPath.of(
                                patient(),
                                TestConfigs.backend(List.of(Nobody.listens(), server.address())));
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET).status()).isEqualTo(200);
            assertThat(path.traffic.servers.getFirst().failures).hasValue(1);
            assertThat(path.traffic.servers.getFirst().current).hasValue(0);
        }
    }

    @Test
    void withNoServerToReachTheClientGets503AndMayStay() throws Exception {
        try (DataPath path =
                        DataPath.of(
                                patient(),
                                TestConfigs.backend(List.of(Nobody.listens(), Nobody.listens())));
                DataPath.Client client = path.client()) {
            Wire.Message answer = client.ask(GET);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).isEqualTo("Proa: no server is available\n");
            assertThat(client.ask(GET).status()).isEqualTo(503);
        }
    }

    @Test
    void aServerThatDoesNotAcceptIsGivenUpInTime() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ScriptedServer server = ScriptedServer.echo()) {
            InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
            List<Socket> fillers = new ArrayList<>();
            for (int count = 0; count < 4; count++) {
                Socket filler = new Socket();
                fillers.add(filler);
                Thread.ofVirtual().start(() -> fill(filler, address));
            }
            Await.until(
                    "the queue is full",
                    () -> fillers.stream().filter(Socket::isConnected).count() >= 2);
            try (DataPath path =
                            DataPath.of(
                                    patient(),
                                    backend(
                                            Duration.ofSeconds(1),
                                            Duration.ofSeconds(30),
                                            address,
                                            server.address()));
                    DataPath.Client client = path.client()) {
                assertThat(client.ask(GET).status()).isEqualTo(200);
                assertThat(path.traffic.servers.getFirst().failures).hasValue(1);
            }
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    private static void fill(Socket filler, InetSocketAddress address) {
        try {
            filler.connect(address, 5_000);
        } catch (IOException _) {
            // The queue was full: all the better.
        }
    }

    @Test
    void aReusedConnectionThatTurnsOutClosedIsReplacedOnceForRepeatableRequests() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send(OK);
                                    peer.request();
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET).status()).isEqualTo(200);
            // In one write: a connection that has waited for a second gets no POST.
            client.send(GET + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(client.response().status())
                    .as("sent, and not to be sent again")
                    .isEqualTo(502);
            assertThat(server.connections).hasValue(2);
        }
    }

    @Test
    void anIdleConnectionThatClosesIsNoticed() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send(OK);
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            for (int round = 0; round < 20; round++) {
                int closed = round;
                Await.until("the last one is closed", () -> server.closed.get() >= closed);
                assertThat(client.ask(GET).status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
                "HTTP/1.1 200 OK\r\n"
                        + "Content-Length: 2\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nX: a\u0000b\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                "hello\r\n"
            })
    void aServerThatMakesNoSenseIsA502(String answer) throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send(answer);
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            Wire.Message got = client.ask(GET);
            assertThat(got.status()).isEqualTo(502);
            assertThat(got.text()).startsWith("Proa: ");
            assertThat(path.traffic.servers.getFirst().current).hasValue(0);
        }
    }

    @Test
    void bytesThatNobodyAskedForReachNoClient() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send(
                                            OK
                                                    + "HTTP/1.1 200 OK\r\n"
                                                    + "Content-Length: 4\r\n\r\n"
                                                    + "evil");
                                    peer.in.read();
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET).text()).isEqualTo("ok");
            assertThat(client.ask(GET).text()).isEqualTo("ok");
            assertThat(server.connections).hasValue(2);
        }
    }

    @Test
    void halfAResponseIsNotTakenForAWholeOne() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            assertThatThrownBy(() -> client.ask(GET)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aResponseThatEndsByAResetIsNotTakenForAWholeOne() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send("HTTP/1.1 200 OK\r\n\r\nhalf");
                                    heard.await();
                                    peer.socket.setSoLinger(true, 0);
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            client.send(GET);
            Wire.head(client.in);
            assertThat(Wire.latin(client.in.readNBytes(4))).isEqualTo("half");
            heard.countDown();
            assertThatThrownBy(client.in::read).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aDrainBehindTheHeadLeavesTheClientWhatItWasTold() throws Exception {
        CountDownLatch drained = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
                                    drained.await();
                                    peer.send("k");
                                    peer.request();
                                    peer.send(OK);
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            client.send(GET);
            String head = Wire.head(client.in);
            assertThat(head).doesNotContain("Connection:");
            assertThat(client.in.read()).isEqualTo('o');
            path.listeners.drain();
            client.send(GET);
            drained.countDown();
            assertThat(client.in.read()).isEqualTo('k');
            Wire.Message last = client.response();
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.field("Connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void aChunkedResponseToHttp10IsA502() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send(
                                            "HTTP/1.1 200 OK\r\n"
                                                    + "Transfer-Encoding: chunked\r\n\r\n"
                                                    + "0\r\n\r\n");
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask("GET / HTTP/1.0\r\n\r\n").status()).isEqualTo(502);
        }
    }

    @Test
    void aSilentServerIsA504AndItsConnectionIsClosed() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.in.read();
                                });
                DataPath path =
                        DataPath.of(
                                patient(),
                                backend(
                                        Duration.ofSeconds(30),
                                        Duration.ofMillis(100),
                                        server.address()));
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET).status()).isEqualTo(504);
            Await.until("the server is left", () -> server.closed.get() == 1);
        }
    }

    @Test
    void aHeadThatDribblesIsA408() throws Exception {
        Duration shortly = Duration.ofSeconds(3); // in which a client here has to say something
        Duration longer = Duration.ofSeconds(30);
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path =
                        DataPath.of(
                                frontend(shortly, longer, longer),
                                TestConfigs.backend(List.of(server.address())));
                DataPath.Client client = path.client()) {
            client.send("GET / HTTP/1.1\r\nHo");
            assertThat(client.response().status()).isEqualTo(408);
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void silentConnectionsAreClosedWithoutAWord() throws Exception {
        Duration shortly = Duration.ofSeconds(1);
        Duration longer = Duration.ofSeconds(30);
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path =
                        DataPath.of(
                                frontend(longer, shortly, longer),
                                TestConfigs.backend(List.of(server.address())));
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET).status()).isEqualTo(200);
            assertThat(client.in.read()).isEqualTo(-1);
        }
    }

    @Test
    void aBodyThatStopsIsA408() throws Exception {
        Duration shortly = Duration.ofSeconds(1);
        Duration longer = Duration.ofSeconds(30);
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path =
                        DataPath.of(
                                frontend(longer, longer, shortly),
                                TestConfigs.backend(List.of(server.address())));
                DataPath.Client client = path.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
            assertThat(client.response().status()).isEqualTo(408);
            Await.until("the server is left", () -> server.closed.get() == 1);
        }
    }

    @Test
    void aChunkThatTurnsBadLaterIsA400AndTheServerSeesTheBodyEndEarly() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            client.send(
                    "POST / HTTP/1.1\r\n"
                            + "Host: a\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n"
                            + "5\r\n"
                            + "hello\r\n");
            Await.until("the first chunk is there", () -> server.received.get() > 60);
            assertThat(client.ask("zz\r\n").status()).isEqualTo(400);
            Await.until("the server is left", () -> server.closed.get() == 1);
        }
    }

    @Test
    void aClientThatLeavesFreesItsServer() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.in.read();
                                });
                DataPath path = DataPath.http(server)) {
            try (DataPath.Client client = path.client()) {
                client.send(GET);
                Await.until("the request is there", () -> server.received.get() > 0);
                client.socket.setSoLinger(true, 0);
            }
            Await.until("the server is left", () -> server.closed.get() == 1);
            Await.until("and free", () -> path.traffic.servers.getFirst().current.get() == 0);
        }
    }

    @Test
    void aClientThatOnlyEndsItsOwnDirectionStillGetsTheAnswer() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client()) {
            client.send(GET);
            client.socket.shutdownOutput();
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(client.ended()).isTrue();
        }
    }

    /** Whoever closes before all is read resets the connection right behind the answer. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAnswerBeforeTheEndOfTheRequestReachesTheClientWhole(Transport transport)
            throws Exception {
        int size = 10_000_000;
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    Wire.head(peer.in);
                                    peer.in.read();
                                    peer.send(
                                            "HTTP/1.1 413 Too Large\r\n"
                                                    + "Content-Length: 3\r\n\r\n"
                                                    + "big");
                                });
                DataPath path =
                        DataPath.of(
                                transport,
                                1,
                                patient(),
                                TestConfigs.backend(List.of(server.address())))) {
            for (int upload = 0; upload < 5; upload++) {
                try (DataPath.Client client = path.client()) {
                    client.send(
                            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n");
                    Thread.ofVirtual().start(() -> write(client, size));
                    Wire.Message answer = client.response();
                    assertThat(answer.status()).isEqualTo(413);
                    assertThat(answer.text()).isEqualTo("big");
                }
            }
            assertThat(path.traffic.servers.getFirst().failures).hasValue(0);
            assertThat(path.traffic.servers.getFirst().unanswered).hasValue(0);
            Await.until("free", () -> path.traffic.servers.getFirst().current.get() == 0);
            Await.until("nobody is left", () -> path.listeners.connections() == 0);
        }
    }

    private static void write(DataPath.Client client, int size) {
        try {
            client.out.write(new byte[size]);
        } catch (IOException _) {
            // The rest is not wanted any more.
        }
    }

    @Test
    void whatWasPipelinedBeforeTheEndOfTheClientsDirectionIsAnswered() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    ended.await();
                                    for (Wire.Message request = peer.request();
                                            request != null;
                                            request = peer.request()) {
                                        peer.send(OK);
                                    }
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client client = path.client();
                DataPath.Client half = path.client()) {
            client.send(GET.repeat(3));
            client.socket.shutdownOutput();
            half.send(GET.repeat(2) + "GET / HT");
            half.socket.shutdownOutput();
            ended.countDown();
            assertThat(client.response().field("Connection")).isEmpty();
            assertThat(client.response().field("Connection")).isEmpty();
            assertThat(client.response().field("Connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
            assertThat(half.response().status()).isEqualTo(200);
            assertThat(half.response().status()).isEqualTo(200);
            assertThat(half.ended()).isTrue();
        }
    }

    @Test
    void drainingAnswersWhatIsUnderWayThenEnds() throws Exception {
        CountDownLatch drained = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    drained.await();
                                    peer.send(OK);
                                });
                DataPath path = DataPath.http(server);
                DataPath.Client busy = path.client();
                DataPath.Client idle = path.client()) {
            busy.send(GET);
            Await.until("both are there", () -> path.listeners.connections() == 2);
            Await.until("it is under way", () -> server.received.get() > 0);
            path.listeners.stop();
            path.listeners.drain();
            drained.countDown();
            Wire.Message last = busy.response();
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.field("Connection")).isEqualTo("close");
            assertThat(idle.ended()).isTrue();
            assertThat(busy.ended()).isTrue();
            busy.socket.close();
            idle.socket.close();
            Await.until("nobody is left", () -> path.listeners.connections() == 0);
        }
    }
}
