package proa.node.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.cluster.sessions.SessionException;
import proa.node.Await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What stands on the wire when a client is not let in, or the store is in trouble. */
class WireTest {

    private static final String PASSWORD = "correct-horse-9";
    private static final String HASH = PasswordHash.of(PASSWORD.getBytes(UTF_8)).toString();
    private static final int TIMEOUT_MILLIS = 30_000;

    /** A client that types its commands (inline, Redis protocol specification). */
    private static final class Typist implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Typist(TestFrontend frontend) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), frontend.port());
            socket.setSoTimeout(TIMEOUT_MILLIS);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        }

        void sends(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        /** The first line of the reply. */
        String says(String command) throws IOException {
            try {
                socket.getOutputStream().write((command + "\r\n").getBytes(UTF_8));
                String line = in.readLine();
                return line == null ? "closed" : line;
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException _) {
                return "closed";
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static TestFrontend frontend(Users users, @Nullable SessionException trouble) {
        return new TestFrontend(
                () -> new FakeStore(trouble),
                users,
                Duration.ofMillis(TIMEOUT_MILLIS),
                Duration.ofHours(1));
    }

    private static TestFrontend locked() throws Exception {
        List<String> lines = List.of("shop:" + HASH, "default:" + HASH);
        return frontend(Users.read("users", lines), null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET a", "PING", "SET a b", "INFO", "CLIENT ID", "NOSUCH", "SELECT 1"})
    void nothingIsServedBeforeThePassword(String command) throws Exception {
        try (TestFrontend frontend = locked();
                Typist typist = new Typist(frontend)) {
            assertThat(typist.says(command)).isEqualTo("-NOAUTH Authentication required.");
        }
    }

    @Test
    void theRightPasswordOpensAndTheWrongOneDoesNot() throws Exception {
        try (TestFrontend frontend = locked();
                Typist typist = new Typist(frontend)) {
            assertThat(typist.says("AUTH shop wrong")).startsWith("-WRONGPASS ");
            assertThat(typist.says("AUTH nobody " + PASSWORD)).startsWith("-WRONGPASS ");
            assertThat(typist.says("AUTH wrong")).startsWith("-WRONGPASS ");
            assertThat(typist.says("GET a")).startsWith("-NOAUTH ");
            assertThat(typist.says("AUTH shop " + PASSWORD)).isEqualTo("+OK");
            assertThat(typist.says("PING")).isEqualTo("+PONG");
            assertThat(typist.says("RESET")).isEqualTo("+RESET");
            assertThat(typist.says("PING")).startsWith("-NOAUTH ");
            assertThat(typist.says("AUTH " + PASSWORD)).isEqualTo("+OK");
            assertThat(typist.says("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void helloCarriesThePassword() throws Exception {
        try (TestFrontend frontend = locked()) {
            try (Typist typist = new Typist(frontend)) {
                assertThat(typist.says("HELLO 3")).startsWith("-NOAUTH ");
                assertThat(typist.says("HELLO 3 AUTH shop wrong")).startsWith("-WRONGPASS ");
                assertThat(typist.says("GET a")).startsWith("-NOAUTH ");
            }
            try (Typist typist = new Typist(frontend)) {
                assertThat(typist.says("HELLO 3 AUTH shop " + PASSWORD)).startsWith("%");
            }
        }
    }

    @Test
    void aStrangerWhoKeepsTalkingIsShownOutInTime() throws Exception {
        Users users = Users.read("users", List.of("shop:" + HASH));
        try (TestFrontend frontend =
                        new TestFrontend(
                                () -> new FakeStore(null),
                                users,
                                Duration.ofMillis(400),
                                Duration.ofHours(1));
                Typist typist = new Typist(frontend)) {
            Await.until("shown out", () -> !typist.says("PING").startsWith("-NOAUTH"));
        }
    }

    @Test
    void withoutUsersAPasswordIsAnError() throws Exception {
        try (TestFrontend frontend = frontend(Users.NONE, null);
                Typist typist = new Typist(frontend)) {
            assertThat(typist.says("AUTH x")).startsWith("-ERR ");
            assertThat(typist.says("PING")).isEqualTo("+PONG");
        }
    }

    static Stream<Arguments> troubles() {
        return Stream.of(
                Arguments.of(new SessionException.Starting("joining"), "-LOADING joining"),
                Arguments.of(new SessionException.Minority("alone"), "-CLUSTERDOWN alone"),
                Arguments.of(new SessionException.Unavailable("slow"), "-TRYAGAIN slow"),
                Arguments.of(
                        new SessionException.Unknown("doubt"),
                        "-ERR unknown outcome, do not repeat blindly: doubt"));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void eachTroubleHasAnErrorOfItsOwnAndTheConnectionGoesOn(SessionException trouble, String reply)
            throws Exception {
        try (TestFrontend frontend = frontend(Users.NONE, trouble);
                Typist typist = new Typist(frontend)) {
            for (String command :
                    List.of(
                            "GET a",
                            "SET a b",
                            "SETEX a 9 b",
                            "SET a b GET",
                            "DEL a",
                            "GETDEL a",
                            "GETEX a EX 9",
                            "EXPIRE a 9",
                            "TTL a",
                            "EXISTS a",
                            "MGET a b",
                            "SCAN 0",
                            "DBSIZE",
                            "PERSIST a",
                            "TOUCH a",
                            "TYPE a")) {
                assertThat(typist.says(command)).as(command).isEqualTo(reply);
            }
            assertThat(typist.says("PING")).isEqualTo("+PONG");
        }
    }

    /** What it sends meanwhile is thrown away; a socket closed with it unread would be reset. */
    @ParameterizedTest
    @CsvSource({
        "'*1~$1048577~', -ERR Protocol error: invalid bulk length",
        "'QUIT~', +OK",
        "'PING~QUIT~', +PONG",
    })
    void whoIsStillSendingReadsTheLastReplyAndTheEnd(String head, String reply) throws Exception {
        try (TestFrontend frontend = frontend(Users.NONE, null);
                Typist typist = new Typist(frontend)) {
            typist.sends(head.replace("~", "\r\n").getBytes(UTF_8));
            typist.sends(new byte[8 << 20]);
            assertThat(typist.in.readLine()).isEqualTo(reply);
            assertThat(typist.in.transferTo(Writer.nullWriter())).isLessThan(8);
        }
    }

    @Test
    void whatIsUnknownOrMisspeltIsSaidAndTheConnectionGoesOn() throws Exception {
        try (TestFrontend frontend = frontend(Users.NONE, null);
                Typist typist = new Typist(frontend)) {
            assertThat(typist.says("FLURB a")).startsWith("-ERR unknown command 'FLURB'");
            assertThat(typist.says("GET")).startsWith("-ERR wrong number of arguments for 'get'");
            assertThat(typist.says("SET a b NX XX")).isEqualTo("-ERR syntax error");
            assertThat(typist.says("EXPIRE a soon")).startsWith("-ERR value is not an integer");
            assertThat(typist.says("SELECT 99")).startsWith("-ERR DB index is out of range");
            assertThat(typist.says("HELLO 9")).startsWith("-NOPROTO ");
            assertThat(typist.says("GET a")).isEqualTo("$1");
        }
    }

    @Test
    void aUserDoesWhatTheFileSaysAndNoMore() throws Exception {
        List<String> lines =
                List.of("reader:" + HASH + ":read:shop:", "writer:" + HASH + ":write:shop:");
        try (TestFrontend frontend = frontend(Users.read("users", lines), null);
                Typist client = new Typist(frontend)) {
            assertThat(client.says("AUTH reader " + PASSWORD)).isEqualTo("+OK");
            assertThat(client.says("EXISTS shop:1")).isEqualTo(":1");
            assertThat(client.says("SET shop:1 x"))
                    .isEqualTo("-NOPERM User reader has no permissions to run the 'set' command");
            assertThat(client.says("EXISTS shop:1 sess:1"))
                    .isEqualTo("-NOPERM No permissions to access a key");
            assertThat(client.says("AUTH writer " + PASSWORD)).isEqualTo("+OK");
            assertThat(client.says("SET shop:1 x")).isEqualTo("+OK");
            assertThat(client.says("INCR sess:1"))
                    .isEqualTo("-NOPERM No permissions to access a key");
            String unlock = "EVALSHA b70c2384248f88e6b75b9f89241a180f856ad852 1 ";
            assertThat(client.says(unlock + "shop:1 x")).isEqualTo(":1");
            assertThat(client.says(unlock + "sess:1 x")).startsWith("-NOPERM ");
            assertThat(client.says("FLUSHDB")).startsWith("-NOPERM ");
            assertThat(client.says("DBSIZE")).startsWith("-NOPERM ");
            assertThat(client.says("ACL WHOAMI")).isEqualTo("$6");
        }
    }
}
