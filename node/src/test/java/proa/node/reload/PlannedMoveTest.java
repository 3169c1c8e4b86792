package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.ClusterConfig.Ownership;
import proa.config.link.LinkMessage;
import proa.config.link.LinkMessage.State;
import proa.node.Await;
import proa.node.link.FakeVipd;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of a group's connections here when a planned move takes the group elsewhere: an
 * answer under way over HTTP/2 and a TCP connection go on until they end, or until vipd says that
 * their time is over.
 */
class PlannedMoveTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Three times the second that is promised: the machine may be busy. */
    private static final Duration CLOSED_MAX = Duration.ofSeconds(3);

    /** What takes too long is staged again: the machine may have been elsewhere meanwhile. */
    private static final int STAGED_MAX = 3;

    @TempDir private Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private ShopServer shop;
    private EchoServer echo;
    private FakeVipd vipd;
    private NodeRuntime node;
    private long term = 1;

    @BeforeEach
    void own() throws Exception {
        shop = keep(new ShopServer("one", 0));
        echo = keep(new EchoServer());
        vipd = keep(new FakeVipd(directory.resolve("vipd.sock")));
        Setup setup =
                new Setup(
                        TestConfig.moving(Ownership.KERNEL, shop.address(), echo.address()),
                        "hash",
                        "lb1",
                        directory,
                        directory.resolve("state"),
                        PATIENCE);
        node = keep(NodeRuntime.start(setup, new LoneEngines(new LoneMember()), Instant.now()));
        vipd.expectReadiness(true);
        vipd.say(new LinkMessage.Ownership("web", State.ACTIVE, "lb1", term, "elected"));
    }

    @AfterEach
    void close() throws Exception {
        shop.slowMayAnswer.countDown();
        for (AutoCloseable part : opened.reversed()) {
            part.close();
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.add(part);
        return part;
    }

    @Test
    void anAnswerOverHttp2AndATcpConnectionGoOnUntilTheyEnd() throws Exception {
        try (Http2 asking = new Http2(connect("http"))) {
            try (Socket talking = connect("echo")) {
                assertThat(echoed(talking, "before")).isEqualTo("before");
                Await.until("the request at the server", () -> shop.requests.get() == 1);
                move(true);
                assertThat(asking.next(Http2.GOAWAY)).as("it is told").isNotEmpty();
                assertThat(echoed(talking, "meanwhile")).isEqualTo("meanwhile");
                shop.slowMayAnswer.countDown();
                assertThat(new String(asking.next(Http2.DATA), StandardCharsets.UTF_8))
                        .isEqualTo("one");
                assertThat(echoed(talking, "after")).isEqualTo("after");
            }
        }
        assertThat(vipd.expect(LinkMessage.Drained.class).group()).isEqualTo("web");
    }

    /** The thirty seconds are vipd's; it says that they are over by an ownership without a tail. */
    @Test
    void whatIsLeftWhenTheTimeIsOverIsClosed() throws Exception {
        List<Closed> staged = new ArrayList<>();
        do {
            if (!staged.isEmpty()) {
                ownAgain();
            }
            staged.add(closedWhenTheTimeIsOver(staged.size() + 1));
        } while (!staged.getLast().soon() && staged.size() < STAGED_MAX);
        assertThat(staged.getLast().soon()).as("closed after: %s", staged).isTrue();
    }

    /** How long after the end both sides of a connection were closed. */
    private record Closed(Duration client, Duration server) {
        boolean soon() {
            return client.compareTo(CLOSED_MAX) < 0 && server.compareTo(CLOSED_MAX) < 0;
        }
    }

    private void ownAgain() throws Exception {
        term += 2;
        vipd.say(new LinkMessage.Ownership("web", State.ACTIVE, "lb1", term, "elected"));
        Await.until(
                "owner again",
                () ->
                        NodeSocket.ask(directory, "/status")
                                .contains("\"state\":\"ACTIVE\",\"owner\":\"lb1\""));
    }

    private Closed closedWhenTheTimeIsOver(int requests) throws Exception {
        try (Http2 asking = new Http2(connect("http"));
                Socket talking = connect("echo")) {
            assertThat(echoed(talking, "before")).isEqualTo("before");
            Await.until("the request at the server", () -> shop.requests.get() == requests);
            move(true);
            assertThat(asking.next(Http2.GOAWAY)).isNotEmpty();
            assertThat(echoed(talking, "meanwhile")).isEqualTo("meanwhile");
            assertThat(echo.ended).as("its server's side").isEmpty();
            long lost = System.nanoTime();
            move(false);
            assertThat(ended(talking)).as("the TCP connection").isTrue();
            Duration client = Duration.ofNanos(System.nanoTime() - lost);
            Optional<Long> ended =
                    Optional.ofNullable(echo.ended.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            Duration server = Duration.ofNanos(ended.orElseThrow() - lost);
            System.out.printf(
                    "group lost: closed towards the client after %d ms, the server %d ms%n",
                    client.toMillis(), server.toMillis());
            assertThatThrownBy(() -> asking.next(Http2.DATA)).isInstanceOf(IOException.class);
            return new Closed(client, server);
        }
    }

    private void move(boolean tail) throws IOException {
        vipd.say(new LinkMessage.Ownership("web", State.BACKUP, "lb2", term + 1, "moved", tail));
    }

    private Socket connect(String frontend) throws IOException {
        Socket socket = new Socket("127.0.0.1", node.address(frontend).getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    private static String echoed(Socket socket, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        socket.getOutputStream().write(bytes);
        byte[] back = socket.getInputStream().readNBytes(bytes.length);
        return new String(back, StandardCharsets.US_ASCII);
    }

    private static boolean ended(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    /** One request for {@code /slow}, by the bytes of RFC 9113 §3.4 and §6.2. */
    private record Http2(Socket socket, DataInputStream in) implements AutoCloseable {

        static final int DATA = 0;
        static final int GOAWAY = 7;

        private static final byte[] PREFACE =
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        /** No settings. */
        private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

        /** Stream 1, END_STREAM and END_HEADERS, nothing of it remembered by the tables. */
        private static final byte[] HEADERS = {
            0,
            0,
            17,
            1,
            5,
            0,
            0,
            0,
            1,
            (byte) 0x82,
            (byte) 0x86,
            4,
            5,
            '/',
            's',
            'l',
            'o',
            'w',
            1,
            6,
            's',
            '.',
            't',
            'e',
            's',
            't'
        };

        Http2(Socket socket) throws IOException {
            this(socket, new DataInputStream(socket.getInputStream()));
            socket.getOutputStream().write(PREFACE);
            socket.getOutputStream().write(SETTINGS);
            socket.getOutputStream().write(HEADERS);
        }

        /** The payload of the next frame of that type; others are passed over. */
        byte[] next(int type) throws IOException {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int read = in.readUnsignedByte();
                in.readNBytes(5);
                byte[] payload = in.readNBytes(length);
                if (read == type) {
                    return payload;
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
