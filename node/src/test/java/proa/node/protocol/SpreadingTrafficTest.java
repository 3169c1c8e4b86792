package proa.node.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.FrontendConfig.Mode;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.Hash;
import proa.config.SpreadingConfig.HashKey;
import proa.config.SpreadingConfig.Limits;
import proa.config.SpreadingConfig.Method;
import proa.node.Await;
import proa.node.balance.PooledServer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Real requests and connections to servers that a pool chooses. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class SpreadingTrafficTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final long WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int LOAD_CLIENTS = 12;
    private static final int LOAD_REQUESTS = 20;
    private static final double SPREAD_TO_ALONE_MAX = 0.7;

    /** Says its name to every request. */
    private static ScriptedServer named(String name) throws IOException {
        return new ScriptedServer(
                peer -> {
                    while (peer.request() != null) {
                        peer.send(answer(name));
                    }
                });
    }

    private static String answer(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String get(String target, String... fields) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + String.join("", fields) + "\r\n";
    }

    private static SpreadingConfig hash(HashKey key) {
        return new SpreadingConfig(
                Optional.of(new Hash(key, Method.MAGLEV, Optional.empty())),
                Optional.empty(),
                1,
                Limits.DEFAULTS);
    }

    private static SpreadingConfig queue(int length, Duration timeout) {
        return new SpreadingConfig(
                Optional.empty(),
                Optional.empty(),
                1,
                new Limits(Optional.empty(), length, timeout));
    }

    /** Does one thing at a time, in the order asked, each in {@link #WORK_NANOS}. */
    private static ScriptedServer busy() throws IOException {
        ReentrantLock one = new ReentrantLock(true);
        return new ScriptedServer(
                peer -> {
                    while (peer.request() != null) {
                        one.lock();
                        try {
                            LockSupport.parkNanos(WORK_NANOS);
                        } finally {
                            one.unlock();
                        }
                        peer.send(answer("ok"));
                    }
                });
    }

    /** By the median: a machine that is elsewhere for a moment makes few requests late. */
    @Test
    void theSameLoadWaitsLessOnThreeServersThanOnOne() throws Exception {
        List<Long> alone;
        List<Long> spread;
        try (ScriptedServer one = busy();
                ScriptedServer two = busy();
                ScriptedServer three = busy()) {
            try (PoolPath path = inTurns(one)) {
                alone = load(path);
            }
            try (PoolPath path = inTurns(one, two, three)) {
                spread = load(path);
            }
        }
        long medianAlone = alone.get(alone.size() / 2);
        long medianSpread = spread.get(spread.size() / 2);
        System.out.printf(
                "%d clients: median %.1f ms on one server, %.1f ms on three%n",
                LOAD_CLIENTS, medianAlone / 1e6, medianSpread / 1e6);
        assertThat((double) medianSpread / medianAlone)
                .as("a third, on a machine at rest")
                .isLessThan(SPREAD_TO_ALONE_MAX);
    }

    private static PoolPath inTurns(ScriptedServer... servers) throws IOException {
        List<BackendConfig.Server> list = new ArrayList<>();
        for (ScriptedServer server : servers) {
            list.add(PoolPath.server("web" + list.size(), server, Optional.empty()));
        }
        return new PoolPath(Mode.HTTP, Balance.ROUND_ROBIN, SpreadingConfig.DEFAULTS, list);
    }

    /** How long each request took, the longest last; each client asks again when it is answered. */
    private static List<Long> load(PoolPath path) throws Exception {
        List<CompletableFuture<List<Long>>> clients = new ArrayList<>();
        for (int number = 0; number < LOAD_CLIENTS; number++) {
            CompletableFuture<List<Long>> took = new CompletableFuture<>();
            clients.add(took);
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try (DataPath.Client client = path.client()) {
                                    took.complete(asking(client));
                                } catch (IOException | RuntimeException | AssertionError e) {
                                    took.completeExceptionally(e);
                                }
                            });
        }
        List<Long> all = new ArrayList<>();
        for (CompletableFuture<List<Long>> client : clients) {
            all.addAll(client.get(LONG.toSeconds(), TimeUnit.SECONDS));
        }
        Collections.sort(all);
        return all;
    }

    private static List<Long> asking(DataPath.Client client) throws IOException {
        List<Long> took = new ArrayList<>();
        for (int request = 0; request < LOAD_REQUESTS; request++) {
            long began = System.nanoTime();
            assertThat(client.ask(get("/")).status()).isEqualTo(200);
            took.add(System.nanoTime() - began);
        }
        return took;
    }

    @Test
    void theSameUriGoesToTheSameServerThroughTwoNodes() throws Exception {
        try (ScriptedServer one = named("one");
                ScriptedServer two = named("two");
                ScriptedServer three = named("three");
                PoolPath here = threeByUri(one, two, three);
                PoolPath there = threeByUri(one, two, three)) {
            Set<String> names = new HashSet<>();
            for (int page = 0; page < 40; page++) {
                String target = "/page?number=" + page;
                String server = ask(here, get(target));
                assertThat(ask(there, get(target))).isEqualTo(server);
                assertThat(ask(here, get(target, "X-Other: " + page + "\r\n"))).isEqualTo(server);
                names.add(server);
            }
            assertThat(names).containsExactlyInAnyOrder("one", "two", "three");
        }
    }

    private static PoolPath threeByUri(ScriptedServer... servers) throws IOException {
        List<BackendConfig.Server> list = new ArrayList<>();
        for (ScriptedServer server : servers) {
            list.add(PoolPath.server("web" + list.size(), server, Optional.empty()));
        }
        return new PoolPath(Mode.HTTP, Balance.HASH, hash(new HashKey.Uri()), list);
    }

    private static String ask(PoolPath path, String request) throws IOException {
        try (DataPath.Client client = path.client()) {
            return client.ask(request).text();
        }
    }

    @Test
    void aSessionCookieKeepsItsServerAndItsLossDoesNot() throws Exception {
        try (ScriptedServer one = named("one");
                ScriptedServer two = named("two");
                PoolPath path =
                        new PoolPath(
                                Mode.HTTP,
                                Balance.HASH,
                                hash(new HashKey.Cookie("sessionid")),
                                List.of(
                                        PoolPath.server("web1", one, Optional.empty()),
                                        PoolPath.server("web2", two, Optional.empty())))) {
            String session = "Cookie: a=b; sessionid=42\r\n";
            String server = ask(path, get("/", session));
            for (int request = 0; request < 10; request++) {
                assertThat(ask(path, get("/" + request, session))).isEqualTo(server);
            }
            assertThat(List.of(ask(path, get("/")), ask(path, get("/"))))
                    .as("without the cookie: round robin")
                    .containsExactlyInAnyOrder("one", "two");
        }
    }

    /** Answers only when it is let, and counts who is in. */
    private static final class Gate implements AutoCloseable {
        final ScriptedServer server;
        final Semaphore leave = new Semaphore(0);
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final AtomicInteger served = new AtomicInteger();

        Gate() throws IOException {
            server =
                    new ScriptedServer(
                            peer -> {
                                while (peer.request() != null) {
                                    int now = inside.incrementAndGet();
                                    most.accumulateAndGet(now, Math::max);
                                    leave.tryAcquire(20, TimeUnit.SECONDS);
                                    inside.decrementAndGet();
                                    served.incrementAndGet();
                                    peer.send(answer("done"));
                                }
                            });
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static PoolPath limited(Gate gate, int connections, SpreadingConfig spreading)
            throws IOException {
        return new PoolPath(
                Mode.HTTP,
                Balance.ROUND_ROBIN,
                spreading,
                List.of(PoolPath.server("web1", gate.server, Optional.of(connections))));
    }

    @Test
    void whatDoesNotFitWaitsForItsTurn() throws Exception {
        try (Gate gate = new Gate();
                PoolPath path = limited(gate, 2, queue(100, LONG))) {
            List<CompletableFuture<Integer>> answers = new ArrayList<>();
            for (int request = 0; request < 10; request++) {
                answers.add(status(path));
            }
            Await.until("in line", () -> path.pool.waiting() == 8 && gate.inside.get() == 2);
            gate.leave.release(10);
            for (CompletableFuture<Integer> answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(200);
            }
            assertThat(gate.most).hasValue(2);
            assertThat(gate.served).hasValue(10);
            assertThat(path.pool.waiting()).isZero();
            Await.until("idle", () -> current(path) == 0);
        }
    }

    private static int current(PoolPath path) {
        return path.pool.servers().stream().mapToInt(PooledServer::current).sum();
    }

    private static CompletableFuture<Integer> status(PoolPath path) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (DataPath.Client client = path.client()) {
                        client.socket.setSoTimeout(20_000);
                        return client.ask(get("/")).status();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                command -> Thread.ofVirtual().start(command));
    }

    @Test
    void whoWaitsTooLongHears503AndMayAskAgain() throws Exception {
        long began = System.nanoTime(); // before the loops, whose clock may lag behind
        try (Gate gate = new Gate();
                PoolPath path = limited(gate, 1, queue(10, Duration.ofMillis(200)));
                DataPath.Client first = path.client();
                DataPath.Client second = path.client()) {
            first.send(get("/"));
            Await.until("busy", () -> gate.inside.get() == 1);
            Wire.Message refusal = second.ask(get("/"));
            long millis = (System.nanoTime() - began) / 1_000_000;
            assertThat(refusal.status()).isEqualTo(503);
            assertThat(refusal.text()).contains("no server had room in time");
            assertThat(millis).isGreaterThanOrEqualTo(200);
            assertThat(path.pool.waiting()).isZero();
            gate.leave.release(2);
            assertThat(first.response().status()).isEqualTo(200);
            assertThat(second.ask(get("/")).status()).isEqualTo(200);
        }
    }

    @Test
    void whoFindsTheQueueFullHears503AtOnce() throws Exception {
        try (Gate gate = new Gate();
                PoolPath path = limited(gate, 1, queue(1, LONG));
                DataPath.Client first = path.client();
                DataPath.Client second = path.client();
                DataPath.Client third = path.client()) {
            first.send(get("/"));
            Await.until("busy", () -> gate.inside.get() == 1);
            second.send(get("/"));
            Await.until("in line", () -> path.pool.waiting() == 1);
            Wire.Message refusal = third.ask(get("/"));
            assertThat(refusal.status()).isEqualTo(503);
            assertThat(refusal.text()).contains("the queue is full");
            gate.leave.release(2);
            assertThat(first.response().status()).isEqualTo(200);
            assertThat(second.response().status()).isEqualTo(200);
        }
    }

    @Test
    void whoGoesAwayLeavesTheLine() throws Exception {
        try (Gate gate = new Gate();
                PoolPath path = limited(gate, 1, queue(10, LONG));
                DataPath.Client first = path.client();
                DataPath.Client last = path.client()) {
            first.send(get("/"));
            Await.until("busy", () -> gate.inside.get() == 1);
            try (DataPath.Client gone = path.client()) {
                gone.send(get("/"));
                Await.until("in line", () -> path.pool.waiting() == 1);
                gone.socket.setSoLinger(true, 0);
            }
            Await.until("gone", () -> path.pool.waiting() == 0);
            last.send(get("/"));
            Await.until("the next", () -> path.pool.waiting() == 1);
            gate.leave.release(2);
            assertThat(last.response().status()).isEqualTo(200);
            assertThat(gate.served).hasValue(2);
            Await.until("idle", () -> current(path) == 0);
        }
    }

    @Test
    void anUploadThatWaitedArrivesWhole() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                PoolPath path =
                        new PoolPath(
                                Mode.HTTP,
                                Balance.ROUND_ROBIN,
                                queue(10, LONG),
                                List.of(PoolPath.server("web1", server, Optional.of(1))));
                DataPath.Client first = path.client();
                DataPath.Client second = path.client()) {
            String body = "0123456789".repeat(30_000);
            String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length();
            first.send(post + "\r\n\r\n" + body.substring(0, 100_000));
            Await.until("busy", () -> current(path) == 1);
            second.send(post + "\r\n\r\n" + body.substring(0, 100_000));
            Await.until("in line", () -> path.pool.waiting() == 1);
            first.send(body.substring(100_000));
            assertThat(first.response().text()).endsWith(body);
            second.send(body.substring(100_000));
            assertThat(second.response().text()).endsWith(body);
        }
    }

    @Test
    void connectionsWaitToo() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> peer.in.transferTo(peer.out));
                PoolPath path =
                        new PoolPath(
                                Mode.TCP,
                                Balance.ROUND_ROBIN,
                                queue(1, LONG),
                                List.of(PoolPath.server("db1", server, Optional.of(1))));
                DataPath.Client first = path.client()) {
            assertThat(first.send("1").in.read()).isEqualTo('1');
            try (DataPath.Client second = path.client()) {
                Await.until("one waits", () -> path.pool.waiting() == 1);
                try (DataPath.Client third = path.client()) {
                    assertThat(third.ended()).as("the queue is full").isTrue();
                }
                second.send("2");
                first.socket.close();
                assertThat(second.in.read()).isEqualTo('2');
            }
            Await.until("idle", () -> current(path) == 0);
        }
    }

    @Test
    void aConnectionThatWaitsTooLongIsReset() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> peer.in.transferTo(peer.out));
                PoolPath path =
                        new PoolPath(
                                Mode.TCP,
                                Balance.ROUND_ROBIN,
                                queue(5, Duration.ofMillis(100)),
                                List.of(PoolPath.server("db1", server, Optional.of(1))));
                DataPath.Client first = path.client()) {
            assertThat(first.send("1").in.read()).isEqualTo('1');
            try (DataPath.Client second = path.client()) {
                assertThat(second.ended()).isTrue();
            }
            assertThat(path.pool.waiting()).isZero();
        }
    }

    /** One server answers at once, the other only after a while. */
    @ParameterizedTest
    @EnumSource(
            value = Balance.class,
            names = {"LEAST_TIME", "PEAK_EWMA"})
    void theFasterServerGetsMore(Balance balance) throws Exception {
        AtomicLong nanoTime = new AtomicLong();
        AtomicInteger slow = new AtomicInteger();
        try (ScriptedServer fast = taking(Duration.ofMillis(1), nanoTime, new AtomicInteger());
                ScriptedServer lazy = taking(Duration.ofMillis(150), nanoTime, slow);
                PoolPath path =
                        new PoolPath(
                                Mode.HTTP,
                                balance,
                                SpreadingConfig.DEFAULTS,
                                List.of(
                                        PoolPath.server("lazy", lazy, Optional.empty()),
                                        PoolPath.server("fast", fast, Optional.empty())),
                                nanoTime::get);
                DataPath.Client client = path.client()) {
            for (int request = 0; request < 60; request++) {
                assertThat(client.ask(get("/")).status()).isEqualTo(200);
            }
            assertThat(slow).as("of sixty, to know it").hasValue(1);
        }
    }

    /** Answers in so much time, which passes on that clock alone. */
    private static ScriptedServer taking(Duration time, AtomicLong nanoTime, AtomicInteger served)
            throws IOException {
        return new ScriptedServer(
                peer -> {
                    while (peer.request() != null) {
                        served.incrementAndGet();
                        nanoTime.addAndGet(time.toNanos());
                        peer.send(answer("ok"));
                    }
                });
    }
}
