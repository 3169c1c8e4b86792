package proa.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.HealthConfig;
import proa.node.Await;
import proa.node.Nobody;
import proa.node.balance.Health;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.balance.Pools;
import proa.node.health.CheckMachine.Event;
import proa.testing.Ports;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

class ProbesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final Probe TCP = new Probe.Tcp();
    private static final Probe HTTP = new Probe.Http("GET", "/health", Optional.empty(), 200);

    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final List<Long> askedNanos = new CopyOnWriteArrayList<>();
    private volatile String answer = OK;
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(Ports.free(), 50, InetAddress.getLoopbackAddress());
        serve(server);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void sendsExactlyWhatIsConfigured() throws Exception {
        Probe probe = new Probe.Http("HEAD", "/live", Optional.of("shop.example"), 204);
        answer = "HTTP/1.1 204 No Content\r\n\r\n";
        assertThat(probe(probe)).isInstanceOf(Event.Passed.class);
        assertThat(requests.poll(30, TimeUnit.SECONDS))
                .hasLineCount(6)
                .startsWith("HEAD /live HTTP/1.1\r\nHost: shop.example\r\n")
                .contains("\r\nConnection: close\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void aServerThatWantsAHeaderIsTold() throws Exception {
        Check check = check(HTTP, PATIENCE);
        new Prober(address(server), check, ProxyProtocol.V1, null).probe();
        assertThat(requests.poll(30, TimeUnit.SECONDS)).startsWith("PROXY UNKNOWN\r\nGET ");
    }

    @Test
    void acceptsOnlyTheExpectedStatus() {
        answer = "HTTP/1.1 500 Oops\r\n\r\n";
        assertThat(probe(HTTP)).isEqualTo(new Event.Failed("status 500, 200 expected"));
        answer = "HTTP/1.1 204 No Content\r\n\r\n";
        assertThat(probe(HTTP)).isEqualTo(new Event.Failed("status 204, 200 expected"));
    }

    @Test
    void saysWhatIsWrongWithTheAnswer() {
        answer = "SSH-2.0-OpenSSH\r\n";
        assertThat(probe(HTTP)).isEqualTo(new Event.Failed("the answer is not HTTP/1"));
        answer = "";
        assertThat(probe(HTTP)).isEqualTo(new Event.Failed("closed without an answer"));
    }

    @Test
    void doesNotWaitLongerThanItsTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Check check = check(HTTP, Duration.ofMillis(100));
            Event event =
                    new Prober(address(silent), check, ProxyProtocol.OFF, null).probe().event();
            assertThat(event).isEqualTo(new Event.Failed("no answer within 100 ms"));
        }
    }

    @Test
    void saysThatAConnectionWasRefused() throws Exception {
        assertThat(
                        new Prober(Nobody.listens(), check(TCP, PATIENCE), ProxyProtocol.OFF, null)
                                .probe()
                                .event())
                .isEqualTo(new Event.Failed("connection refused"));
    }

    @Test
    void probesAnotherPortWhenThatIsConfigured() {
        Check check =
                new Check(
                        HTTP,
                        Optional.of(server.getLocalPort()),
                        PATIENCE,
                        Optional.empty(),
                        5,
                        PATIENCE,
                        PATIENCE,
                        3,
                        2);
        InetSocketAddress elsewhere = new InetSocketAddress(server.getInetAddress(), 1);
        assertThat(new Prober(elsewhere, check, ProxyProtocol.OFF, null).probe().event())
                .isInstanceOf(Event.Passed.class);
    }

    @Test
    void takesAServerDownAndUpAgain() throws Exception {
        Pool pool = pool(Duration.ofMillis(100));
        try (Probes probes = Probes.start(List.of(pool), 1)) {
            assertThat(probes.awaitFirstRound(PATIENCE)).isTrue();
            assertThat(pool.servers().getFirst().health()).isEqualTo(Health.UP);

            InetSocketAddress address = address(server);
            server.close();
            Await.until("down", () -> pool.servers().getFirst().health() == Health.DOWN);

            Await.until("bound again", () -> bind(address));
            serve(server);
            Await.until("up", () -> pool.servers().getFirst().health() == Health.UP);
        }
    }

    /** Half a minute is long enough that there is one probe after each reload but the second. */
    @Test
    void otherNumbersOfACheckForgetNoVerdict() throws Exception {
        Pools before = pools(PATIENCE, 10);
        PooledServer probed = before.pool("shop").servers().getFirst();
        try (Probes probes = Probes.start(before.all(), 1)) {
            assertThat(probes.awaitFirstRound(PATIENCE)).isTrue();
            assertThat(probed.health()).isEqualTo(Health.UP);
            answer = "HTTP/1.1 500 Oops\r\n\r\n";
            Pools slow = follow(probes, before, PATIENCE.multipliedBy(2));
            Await.until("one failed", () -> failed(probed));
            assertThat(probed.health()).as("one of three").isEqualTo(Health.UP);
            Pools fast = follow(probes, slow, Duration.ofMillis(100));
            Await.until("all three", () -> probed.health() == Health.DOWN);
            Pools again = follow(probes, fast, PATIENCE);
            answer = OK;
            follow(probes, again, PATIENCE.multipliedBy(2));
            Await.until("one passed", () -> !failed(probed));
            assertThat(probed.health()).as("one or two of ten").isEqualTo(Health.DOWN);
        }
    }

    private static boolean failed(PooledServer server) {
        return !server.counters().checked().orElseThrow().why().isEmpty();
    }

    private Pools follow(Probes probes, Pools before, Duration every) throws InterruptedException {
        Pools after = before.next(List.of(backend(every, 10)));
        after.takeOver(before);
        probes.follow(after.all());
        before.retire(after);
        return after;
    }

    @Test
    void aServerIsProbedOnAfterADefect() throws Exception {
        Pool pool = pool(Duration.ofMillis(100));
        BiConsumer<String, String> defect =
                (_, _) -> {
                    throw new IllegalStateException("a test");
                };
        try (Probes probes = Probes.start(List.of(pool), 1, defect)) {
            assertThat(probes.awaitFirstRound(PATIENCE)).isTrue();
            server.close();
            Await.until("down", () -> pool.servers().getFirst().health() == Health.DOWN);
        }
    }

    /** The port is free when the thread that accepted has noticed. */
    private boolean bind(InetSocketAddress address) throws IOException {
        try {
            server = new ServerSocket(address.getPort(), 50, address.getAddress());
            return true;
        } catch (BindException _) {
            return false;
        }
    }

    @Test
    void probesAtOnceAndFastWhenTrafficCannotConnect() throws Exception {
        Pool pool = pool(PATIENCE);
        try (Probes probes = Probes.start(List.of(pool), 1)) {
            assertThat(probes.awaitFirstRound(PATIENCE)).isTrue();
            server.close();
            long started = System.nanoTime();
            pool.servers().getFirst().connectFailed("");
            Await.until("down", () -> pool.servers().getFirst().health() == Health.DOWN);
            long tookMillis = (System.nanoTime() - started) / 1_000_000;
            assertThat(tookMillis)
                    .as("three failures take a minute at the interval")
                    .isLessThan(PATIENCE.toMillis());
        }
    }

    /**
     * What a server sees of it; how exactly it is kept on a machine with time is the schedule's.
     */
    @Test
    void aServerIsAskedAtTheInterval() throws Exception {
        Pool pool = pool(Duration.ofMillis(200));
        int probes = 10;
        try (Probes running = Probes.start(List.of(pool), 1)) {
            assertThat(running.awaitFirstRound(PATIENCE)).isTrue();
            Await.until("asked so often", () -> askedNanos.size() > probes);
            long meanMillis = (askedNanos.get(probes) - askedNanos.getFirst()) / probes / 1_000_000;
            System.out.printf("every 200 ms is configured, every %d ms seen%n", meanMillis);
            assertThat(meanMillis).isBetween(100L, 1_000L);
        }
    }

    /** The interval is half a minute: only a hint can bring the second probe. */
    @Test
    void aHintOfAnotherMemberBringsAProbeAndDecidesNothing() throws Exception {
        Pool pool = pool(PATIENCE);
        List<String> told = new CopyOnWriteArrayList<>();
        try (Probes probes = Probes.start(List.of(pool), 1)) {
            probes.tellDowns((backend, name) -> told.add(backend + "/" + name));
            assertThat(probes.awaitFirstRound(PATIENCE)).isTrue();
            assertThat(requests.poll(30, TimeUnit.SECONDS)).isNotNull();
            probes.hinted("shop", "nobody");
            probes.hinted("nowhere", "web1");
            probes.hinted("shop", "web1");
            assertThat(requests.poll(20, TimeUnit.SECONDS)).as("the probe").isNotNull();
            assertThat(pool.servers().getFirst().health()).isEqualTo(Health.UP);
            assertThat(told).isEmpty();
        }
    }

    @Test
    void aServerThatIsFoundDownIsToldOfUnlessAHintSaidSo() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        Pool pool = pool(Duration.ofMillis(100));
        try (Probes probes = Probes.start(List.of(pool), 1)) {
            probes.tellDowns((backend, name) -> told.add(backend + "/" + name));
            assertThat(probes.awaitFirstRound(PATIENCE)).isTrue();
            server.close();
            Await.until("told", () -> told.equals(List.of("shop/web1")));
        }
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        serve(server);
        Pool slow = pool(Duration.ofSeconds(5)); // three failures by themselves take ten seconds
        try (Probes probes = Probes.start(List.of(slow), 1)) {
            probes.tellDowns((backend, name) -> told.add("again"));
            assertThat(probes.awaitFirstRound(PATIENCE)).isTrue();
            server.close();
            probes.hinted("shop", "web1");
            Await.until("down", () -> slow.servers().getFirst().health() == Health.DOWN);
        }
        assertThat(told).containsExactly("shop/web1");
    }

    /**
     * Two nodes see the same three servers, each by a cable of its own; one cable breaks. The other
     * node would look only every half minute, so that what it does is because of the hints.
     */
    @Test
    void whatABadCableShowsOneNodeNeverEmptiesThePoolOfAnother() throws Exception {
        List<ServerSocket> cut = cable();
        List<ServerSocket> good = cable();
        Pool blind = PoolFixture.pool(Optional.of(hinting()), HealthConfig.NONE, ends(cut));
        Pool seeing = PoolFixture.pool(Optional.of(hinting()), HealthConfig.NONE, ends(good));
        List<String> found = new CopyOnWriteArrayList<>();
        List<String> hints = new CopyOnWriteArrayList<>();
        try (Probes ofBlind = Probes.start(List.of(blind), 1, says("blind", found));
                Probes ofSeeing = Probes.start(List.of(seeing), 2, says("seeing", found))) {
            ofBlind.tellDowns(
                    (backend, name) -> {
                        hints.add("blind: " + name);
                        ofSeeing.hinted(backend, name);
                    });
            ofSeeing.tellDowns(
                    (backend, name) -> {
                        hints.add("seeing: " + name);
                        ofBlind.hinted(backend, name);
                    });
            assertThat(ofBlind.awaitFirstRound(PATIENCE)).isTrue();
            assertThat(ofSeeing.awaitFirstRound(PATIENCE)).isTrue();
            assertThat(up(blind)).isEqualTo(3);
            found.clear();
            requests.clear();

            for (ServerSocket end : cut) {
                end.close();
            }
            blind.servers().forEach(server -> server.connectFailed(""));
            Await.until("the one is cut off", () -> up(blind) == 0);
            Await.until("the other has looked at all three", () -> requests.size() == 3);
            assertThat(up(seeing)).isEqualTo(3);
            assertThat(hints).containsExactlyInAnyOrder("blind: s0", "blind: s1", "blind: s2");
            assertThat(found.stream().map(said -> said.replaceFirst(" after .*", "")))
                    .contains(
                            "blind: shop/s0 its check says down",
                            "blind: shop/s1 its check says down",
                            "blind: shop/s2 its check says down")
                    .noneMatch(said -> said.startsWith("seeing: "));
        } finally {
            for (ServerSocket end : good) {
                end.close();
            }
        }
    }

    private static BiConsumer<String, String> says(String node, List<String> to) {
        return (what, words) -> to.add(node + ": " + what + " " + words);
    }

    private static long up(Pool pool) {
        return pool.servers().stream().filter(server -> server.health() == Health.UP).count();
    }

    /** One server's end each. */
    private List<ServerSocket> cable() throws IOException {
        List<ServerSocket> ends = new ArrayList<>();
        for (int count = 0; count < 3; count++) {
            ServerSocket end = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            serve(end);
            ends.add(end);
        }
        return ends;
    }

    private static List<InetSocketAddress> ends(List<ServerSocket> cable) {
        return cable.stream().map(ProbesTest::address).toList();
    }

    private static Check hinting() {
        Optional<Duration> fast = Optional.of(Duration.ofMillis(100));
        return new Check(HTTP, Optional.empty(), PATIENCE, fast, 0, PATIENCE, PATIENCE, 3, 2);
    }

    private Event probe(Probe probe) {
        return new Prober(address(server), check(probe, PATIENCE), ProxyProtocol.OFF, null)
                .probe()
                .event();
    }

    private Pool pool(Duration every) {
        return pools(every, 2).pool("shop");
    }

    private Pools pools(Duration every, int rise) {
        return new Pools(List.of(backend(every, rise)), _ -> null, () -> 0, 1);
    }

    private BackendConfig backend(Duration every, int rise) {
        return new BackendConfig(
                "shop",
                BackendConfig.Balance.ROUND_ROBIN,
                new BackendConfig.Sticky.Off(),
                Optional.of(new Check(HTTP, every, PATIENCE, 3, rise)),
                List.of(new BackendConfig.Server("web1", address(server), 1, false)),
                BackendConfig.Timeouts.DEFAULTS,
                BackendConfig.RETRIES_DEFAULT,
                BackendConfig.IDLE_CONNECTIONS_DEFAULT);
    }

    private static Check check(Probe probe, Duration timeout) {
        return new Check(probe, Duration.ofSeconds(5), timeout, 3, 2);
    }

    private static InetSocketAddress address(ServerSocket server) {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Answers every connection until the socket is closed. */
    private void serve(ServerSocket socket) {
        Thread.ofVirtual().start(() -> accept(socket));
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                askedNanos.add(System.nanoTime());
                requests.add(head(client.getInputStream()));
                client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException _) {
                // closed, or a client that only connected
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
