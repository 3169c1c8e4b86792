package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.cluster.sessions.SessionStore;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendTls;
import proa.node.Await;
import proa.node.balance.Pools;
import proa.node.hello.ClientHello;
import proa.node.hello.Hello;
import proa.node.listener.EventLoops;
import proa.node.listener.Listeners;
import proa.node.listener.Transport;
import proa.node.protocol.DataPath;
import proa.node.protocol.resp.RespFrontend;
import proa.node.tls.TestAuthority;

import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Requests of the node's own get their answers on every path that the warm-up takes. */
class OwnPathsTest {

    private static final int TIMEOUT_MILLIS = 60_000;
    private static final long NANOS_MAX = 60_000_000_000L;
    private static final OwnStreams STREAMS = new OwnStreams(TIMEOUT_MILLIS);
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: self\r\n\r\n";

    @TempDir private Path folder;

    private EventLoops loops;
    private Listeners listeners;
    private OwnTraffic own;
    private OwnPaths paths;

    @BeforeEach
    void open() throws Exception {
        loops = EventLoops.start(Transport.best(), 1);
        listeners = new Listeners(loops);
        own = OwnTraffic.open(listeners);
        paths = new OwnPaths(own, loops::afterTurn);
    }

    @AfterEach
    void close() {
        listeners.close();
        loops.close();
    }

    /** Two, on one connection. */
    private static int ask(InetSocketAddress proxy) throws IOException {
        int answered = 0;
        try (DataPath.Client client = new DataPath.Client(proxy)) {
            for (int request = 0; request < 2; request++) {
                answered += client.ask(REQUEST).text().contains("alive") ? 1 : 0;
            }
        }
        return answered;
    }

    private void nothingIsLeft() throws Exception {
        Await.until("only our own answers are there", () -> listeners.all().size() == 1);
    }

    @Test
    void inClear() throws Exception {
        Pools pools =
                new Pools(
                        List.of(own.backend()),
                        _ -> null,
                        System::nanoTime,
                        1,
                        InstantSource.system());
        for (Mode mode : List.of(Mode.HTTP, Mode.TCP)) {
            assertThat(paths.clear(mode, pools.pool(OwnTraffic.NAME), OwnPathsTest::ask))
                    .isEqualTo(2);
        }
        nothingIsLeft();
    }

    @Test
    void inHttp2() throws Exception {
        assertThat(paths.ofHttp2(OwnPathsTest::ask)).isEqualTo(2);
        nothingIsLeft();
    }

    @Test
    void byRulesWithACookie() throws Exception {
        assertThat(
                        paths.ruled(
                                proxy -> {
                                    try (DataPath.Client client = new DataPath.Client(proxy)) {
                                        assertThat(client.ask(REQUEST).head())
                                                .contains("X-Warm: up", "Set-Cookie: SERVERID=");
                                        assertThat(
                                                        client.ask(REQUEST.replace("GET", "TRACE"))
                                                                .head())
                                                .startsWith("HTTP/1.1 403 ");
                                        return 1;
                                    }
                                }))
                .isEqualTo(1);
        nothingIsLeft();
    }

    @Test
    void afterAProxyHeaderInBothModes() throws Exception {
        for (Mode mode : List.of(Mode.HTTP, Mode.TCP)) {
            assertThat(paths.announced(mode, OwnPathsTest::ask)).as("%s", mode).isEqualTo(2);
        }
        nothingIsLeft();
    }

    @Test
    void requestsBecomeTunnels() throws Exception {
        assertThat(paths.upgraded(STREAMS::upgrades)).as("what time is for").isBetween(11, 1_100);
        nothingIsLeft();
    }

    @Test
    void handshakesArePassedOnAndWhatIsNoneIsNot() throws Exception {
        assertThat(paths.peeked(STREAMS::hellos)).as("what time is for").isBetween(1, 100);
        assertThatThrownBy(() -> paths.peeked(OwnPathsTest::ask)).isInstanceOf(IOException.class);
        byte[] hello = OwnStreams.hello("shop.example");
        assertThat(ClientHello.read(hello, hello.length))
                .isEqualTo(new Hello.Whole("shop.example"));
        nothingIsLeft();
    }

    /** A pipe of its loop stays, as with the streams of clients. */
    @Test
    void longStreamsPassInTheKernel() throws Exception {
        assertThat(paths.bulk(STREAMS::bulk)).as("what time is for").isBetween(16, 20 * 16);
        nothingIsLeft();
    }

    @Test
    void datagramsComeBack() throws Exception {
        assertThat(paths.ofDatagrams(proxy -> WarmUp.datagrams(proxy, TIMEOUT_MILLIS, NANOS_MAX)))
                .isEqualTo(1_000);
        nothingIsLeft();
    }

    /** Every key is missed. */
    @Test
    void theSessionStoreIsOnlyReadFrom() throws Exception {
        Set<String> called = ConcurrentHashMap.newKeySet();
        SessionStore store =
                (SessionStore)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {SessionStore.class},
                                (_, method, _) -> {
                                    called.add(method.getName());
                                    return null;
                                });
        assertThat(
                        paths.ofSessions(
                                frontend ->
                                        new RespFrontend(
                                                frontend,
                                                () -> store,
                                                ClusterEngines.users(frontend)),
                                listener -> WarmUp.commands(listener, TIMEOUT_MILLIS, NANOS_MAX)))
                .isEqualTo(2_000);
        assertThat(called).contains("get").isSubsetOf("get", "atHand");
        nothingIsLeft();
    }

    /** Any process of the machine can connect to it. */
    @Test
    void othersSessionsAreNeitherReadNorChangedThere() throws Exception {
        SessionStore store =
                (SessionStore)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {SessionStore.class},
                                (_, method, _) ->
                                        method.getName().equals("scan")
                                                ? new SessionStore.Page(
                                                        0, List.of("0:login:1", "0:(self)-1"))
                                                : "secret".getBytes(StandardCharsets.UTF_8));
        paths.ofSessions(
                frontend -> new RespFrontend(frontend, () -> store, ClusterEngines.users(frontend)),
                OwnPathsTest::pry);
        nothingIsLeft();
    }

    private static int pry(InetSocketAddress listener) throws IOException {
        try (Socket other = new Socket();
                Jedis redis =
                        new Jedis(listener.getHostString(), listener.getPort(), TIMEOUT_MILLIS)) {
            other.connect(listener);
            assertThat(redis.get("(self)-1")).isEqualTo("secret");
            assertThatThrownBy(() -> redis.get("login:1")).hasMessageStartingWith("NOPERM ");
            assertThatThrownBy(() -> redis.exists("login:1")).hasMessageStartingWith("NOPERM ");
            assertThatThrownBy(redis::dbSize).hasMessageStartingWith("NOPERM ");
            assertThatThrownBy(() -> redis.set("(self)-1", "x")).hasMessageStartingWith("NOPERM ");
            assertThatThrownBy(() -> redis.del("login:1")).hasMessageStartingWith("NOPERM ");
            assertThatThrownBy(redis::flushDB).hasMessageStartingWith("NOPERM ");
            assertThat(redis.keys("*")).containsExactly("(self)-1");
            assertThat(redis.scan("0").getResult()).containsExactly("(self)-1");
            assertThat(redis.clientList().strip().lines()).hasSize(1);
            assertThat(redis.sendCommand(Protocol.Command.RESET)).isNotNull();
            assertThatThrownBy(() -> redis.get("login:1"))
                    .as("after a RESET, too")
                    .hasMessageStartingWith("NOPERM ");
        }
        return 0;
    }

    /** Of whom the frontend wants a certificate, which we have not. */
    @Test
    void inTlsWhateverIsAskedOfClients() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        FrontendTls tls = authority.tls("shop.example");
        FrontendTls strict =
                new FrontendTls(
                        tls.certificates(),
                        tls.minVersion(),
                        tls.ciphers(),
                        tls.alpn(),
                        Optional.of(new FrontendTls.Clients(List.of(authority.file), true)),
                        tls.tickets(),
                        tls.handshakes());
        assertThat(paths.secured(strict, OwnPathsTest::ask, OwnPathsTest::ask)).isEqualTo(4);
        nothingIsLeft();
    }

    @Test
    void streamsInTls() throws Exception {
        FrontendTls tls = new TestAuthority(folder).tls("shop.example");
        Pools pools =
                new Pools(
                        List.of(own.backend()),
                        _ -> null,
                        System::nanoTime,
                        1,
                        InstantSource.system());
        assertThat(paths.securedStreams(tls, pools.pool(OwnTraffic.NAME), OwnPathsTest::ask))
                .isEqualTo(2);
        nothingIsLeft();
    }

    @Test
    void aCertificateThatCannotBeReadEndsItAndLeavesNothing() throws Exception {
        FrontendTls tls = new TestAuthority(folder).tls("shop.example");
        Files.writeString(tls.certificates().getFirst().certificate(), "nothing");
        assertThatThrownBy(() -> paths.secured(tls, OwnPathsTest::ask, OwnPathsTest::ask))
                .isInstanceOf(IOException.class);
        nothingIsLeft();
    }
}
