package proa.node.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.FrontendConfig;
import proa.config.Network;
import proa.node.Await;
import proa.node.exchange.Traffic;
import proa.node.exchange.Traffic.Decision;
import proa.node.protocol.DataPath;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.http1.HttpProtocol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Who may come in, how many, and where we listen. */
class ListenersTest {

    private static final int A_MOMENT_MILLIS = 100;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private static FrontendConfig frontend(int connectionsMax, List<Network> allow) {
        FrontendConfig plain = TestConfigs.frontend(FrontendConfig.Mode.HTTP);
        FrontendConfig.Limits limits = plain.limits();
        return new FrontendConfig(
                "shop",
                plain.bind(),
                plain.mode(),
                plain.rules(),
                plain.routes(),
                allow,
                plain.users(),
                plain.timeouts(),
                new FrontendConfig.Limits(
                        connectionsMax,
                        limits.lineBytesMax(),
                        limits.headBytesMax(),
                        limits.headersMax(),
                        limits.bodyBytesMax()));
    }

    private static Protocol http(FrontendConfig frontend) {
        FixedTraffic traffic = new FixedTraffic(TestConfigs.backend(List.of()));
        return new HttpProtocol(frontend, () -> traffic);
    }

    @Test
    void aTakenPortIsOneLineForTheOperatorEvenIfTheOtherWouldShare() throws Exception {
        FrontendConfig frontend = frontend(10, List.of());
        try (EventLoops loops = EventLoops.start(Transport.best(), 2);
                Listeners listeners = new Listeners(loops);
                Listeners others = new Listeners(loops);
                ServerSocket foreign = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Listener ours =
                    listeners.open(
                            frontend,
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            http(frontend));
            for (int port : List.of(ours.address().getPort(), foreign.getLocalPort())) {
                InetSocketAddress taken =
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
                assertThatThrownBy(() -> others.open(frontend, taken, http(frontend)))
                        .isInstanceOf(ListenException.class)
                        .hasMessage(
                                "frontend shop cannot listen on 127.0.0.1 port "
                                        + port
                                        + ": another program listens there already");
            }
        }
    }

    @Test
    void anAddressThatIsNotHereYetCanBeBound() throws Exception {
        Assumptions.assumeTrue(Transport.best() != Transport.NIO, "needs IP_FREEBIND");
        FrontendConfig frontend = frontend(10, List.of());
        try (EventLoops loops = EventLoops.start(Transport.best(), 2);
                Listeners listeners = new Listeners(loops)) {
            Listener listener =
                    listeners.open(
                            frontend,
                            new InetSocketAddress(InetAddress.getByName("192.0.2.77"), 0),
                            http(frontend));
            assertThat(listener.address().getPort()).isPositive();
        }
    }

    @Test
    void strangersAreTurnedAway() throws Exception {
        Network other = new Network(InetAddress.getByName("10.0.0.0"), 8);
        Network own = new Network(InetAddress.getByName("127.0.0.0"), 8);
        try (ScriptedServer server = ScriptedServer.echo()) {
            try (DataPath path =
                            DataPath.of(
                                    frontend(10, List.of(other)),
                                    TestConfigs.backend(List.of(server.address())));
                    DataPath.Client client = path.client()) {
                assertThat(client.ended()).isTrue();
                assertThat(path.listeners.connections()).isZero();
            }
            try (DataPath path =
                            DataPath.of(
                                    frontend(10, List.of(other, own)),
                                    TestConfigs.backend(List.of(server.address())));
                    DataPath.Client client = path.client()) {
                assertThat(client.ask(GET).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void beyondTheLimitNobodyIsServedUntilSomebodyLeaves() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path =
                        DataPath.of(
                                frontend(4, List.of()),
                                TestConfigs.backend(List.of(server.address())))) {
            for (int round = 0; round < 3; round++) {
                List<DataPath.Client> clients = new ArrayList<>();
                for (int count = 0; count < 4; count++) {
                    DataPath.Client client = path.client();
                    clients.add(client);
                    assertThat(client.ask(GET).status()).isEqualTo(200);
                }
                assertThat(path.listeners.connections()).isEqualTo(4);
                for (DataPath.Client client : clients) {
                    client.close();
                }
                Await.until("all have left", () -> path.listeners.connections() == 0);
            }
        }
    }

    /**
     * Twelve come while the loop is busy, so that it accepts them all in one turn. Whoever finds no
     * place waits for one and is served; nobody is closed.
     */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void whoComesInABatchBeyondTheLimitWaitsForAPlace(Transport transport) throws Exception {
        int max = 3;
        FrontendConfig frontend = frontend(max, List.of());
        try (EventLoops loops = EventLoops.start(transport, 1);
                Listeners listeners = new Listeners(loops)) {
            AtomicInteger most = new AtomicInteger();
            Traffic counting =
                    _ -> {
                        most.accumulateAndGet(listeners.connections(), Math::max);
                        return new Decision.Reply(200, "served");
                    };
            Listener listener =
                    listeners.open(
                            frontend,
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            new HttpProtocol(frontend, () -> counting));
            CountDownLatch free = new CountDownLatch(1);
            loops.loops().getFirst().executor().execute(() -> await(free));
            List<DataPath.Client> clients = new ArrayList<>();
            for (int count = 0; count < 12; count++) {
                DataPath.Client client = new DataPath.Client(listener.address());
                clients.add(client.send(LAST));
            }
            free.countDown();
            for (DataPath.Client client : clients) {
                assertThat(client.response().status()).isEqualTo(200);
                client.close();
            }
            assertThat(most).hasValueLessThanOrEqualTo(max);
            Await.until("all have left", () -> listeners.connections() == 0);
        }
    }

    /** Whether a client gets an answer, and not a reset or nothing for a while. */
    private static boolean isServed(Listener listener, int millis) throws IOException {
        try (DataPath.Client client = new DataPath.Client(listener.address())) {
            client.socket.setSoTimeout(millis);
            return client.ask(GET).status() == 503;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void listenersShareThePlacesOfTheNode() throws Exception {
        try (EventLoops loops = EventLoops.start(Transport.best(), 1);
                Listeners listeners = new Listeners(loops, new Places(2))) {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            FrontendConfig frontend = frontend(100, List.of());
            Listener one = listeners.open(frontend, any, http(frontend));
            Listener other = listeners.open(frontend, any, http(frontend));
            Listener own = listeners.openOwn(frontend, any, http(frontend));
            for (int round = 0; round < 3; round++) {
                try (DataPath.Client first = new DataPath.Client(one.address());
                        DataPath.Client second = new DataPath.Client(other.address())) {
                    assertThat(first.ask(GET).status()).isEqualTo(503);
                    assertThat(second.ask(GET).status()).isEqualTo(503);
                    assertThat(isServed(other, A_MOMENT_MILLIS)).as("a third").isFalse();
                    assertThat(isServed(own, PATIENCE_MILLIS)).as("our own").isTrue();
                    assertThat(one.connections() + other.connections()).isEqualTo(2);
                    first.socket.close();
                    Await.until("somebody else is served", () -> isServed(other, A_MOMENT_MILLIS));
                }
                Await.until("all have left", () -> listeners.connections() == 0);
            }
        }
    }

    @Test
    void loopsTickAndAStuckOneShows() throws Exception {
        try (EventLoops loops = EventLoops.start(Transport.best(), 2)) {
            long start = System.nanoTime();
            Await.until("a tick", () -> loops.oldestTickNanos() > start);
            CountDownLatch free = new CountDownLatch(1);
            loops.loops().getFirst().executor().execute(() -> await(free));
            Await.until(
                    "the stuck loop shows",
                    () -> System.nanoTime() - loops.oldestTickNanos() > 150_000_000);
            free.countDown();
            Await.until(
                    "it ticks again",
                    () -> System.nanoTime() - loops.oldestTickNanos() < 100_000_000);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
