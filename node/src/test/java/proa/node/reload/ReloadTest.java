package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.exchange.Destination;
import proa.node.exchange.Server;
import proa.node.exchange.Waiter;
import proa.node.rules.FakeFacts;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A node whose file changes while clients use it. */
class ReloadTest {

    private static final String HEAD_BEGUN = "GET / HTTP/1.1\r\nHost: a\r\n";
    private static final String HEAD_END = "\r\n";

    @TempDir private Path directory;

    private Site site;
    private NodeFile file;
    private NodeRuntime node;

    @BeforeEach
    void start() throws Exception {
        site = new Site(directory, 1);
        file = site.file;
        node = site.node();
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private Reload.Done reload(String text) throws IOException {
        file.write(text);
        Reload result = node.reload("test");
        assertThat(result).as("%s", result).isInstanceOf(Reload.Done.class);
        return (Reload.Done) result;
    }

    private List<String> refused(String text) throws IOException {
        file.write(text);
        Reload result = node.reload("test");
        assertThat(result).as("%s", result).isInstanceOf(Reload.Refused.class);
        return ((Reload.Refused) result).reasons();
    }

    private static HttpResponse<String> get(int port) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                            .version(HttpClient.Version.HTTP_1_1)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void fiftyReloadsUnderLoadLoseNothingAndLeaveNothing() throws Exception {
        Await.until("warm", () -> node.lacking().isEmpty());
        try (SteadyClients clients = new SteadyClients()) {
            clients.http(file.httpPort, 2, false);
            clients.http(file.httpPort, 1, true);
            clients.echo(file.echoPort, 2);
            Await.until("load", () -> clients.requests.get() > 100 && clients.echoes.get() > 100);
            reload(file.withMore(file.text(3, 5)));
            reload(file.text(2, 1));
            Await.until("over", () -> node.inventory().leaving() == 0);
            NodeRuntime.Inventory before = node.inventory();
            List<Integer> listening = List.of(listening(file.httpPort), listening(file.morePort));
            int threads = Thread.getAllStackTraces().size();

            for (int round = 0; round < 10; round++) {
                int seen = clients.requests.get();
                reload(file.text(3, 1));
                refused(file.text(2, 1).replace("mode = tcp", "mode = tpc"));
                reload(file.withMore(file.text(3, 2)));
                refused(file.text(2, 1).replace("insecure", "timing = vm, insecure"));
                reload(
                        file.text(2, 1)
                                .replace(
                                        "backend = shop",
                                        "backend = shop, timeouts { keep-alive = 9s }"));
                Await.until("requests go on", () -> clients.requests.get() > seen + 10);
            }
            reload(file.text(2, 1));
            Await.until("over", () -> node.inventory().leaving() == 0);
            clients.stop();
            assertThat(clients.failures).isEmpty();
            assertThat(node.inventory()).isEqualTo(before);
            assertThat(List.of(listening(file.httpPort), listening(file.morePort)))
                    .as("sockets of the kernel")
                    .isEqualTo(listening);
            assertThat(Thread.getAllStackTraces().size()).isLessThanOrEqualTo(threads);
        }
    }

    /** Sockets that listen on a port (proc(5), state 0A). */
    private static int listening(int port) throws IOException {
        String suffix = ":%04X".formatted(port);
        try (Stream<String> lines = Files.lines(Path.of("/proc/net/tcp"))) {
            return (int)
                    lines.map(line -> line.strip().split("\\s+"))
                            .filter(field -> field[1].endsWith(suffix) && field[3].equals("0A"))
                            .count();
        }
    }

    @Test
    void theOldGenerationIsDropped() throws Exception {
        WeakReference<Generation> first = new WeakReference<>(node.generation());
        reload(file.withMore(file.text(3, 2)));
        reload(file.text(2, 1));
        Await.until(
                "collected",
                () -> {
                    System.gc();
                    return first.get() == null;
                });
    }

    @Test
    void aRefusedFileChangesNothingAndEveryViolationIsTold() throws Exception {
        String broken =
                file.text(3, 7)
                        .replace("mode = tcp", "mode = tpc")
                        .replace("name = e,", "nam = e,");
        assertThat(refused(broken))
                .anySatisfy(line -> assertThat(line).matches(".*proa.conf:\\d+: .*tpc.*"))
                .anySatisfy(line -> assertThat(line).matches(".*proa.conf:\\d+: .*nam.*"));
        assertThat(get(file.httpPort).headers().firstValue("X-Weight")).hasValue("1");
        assertThat(site.status())
                .contains("\"generation\":1,")
                .contains("\"lastRefusal\":{\"at\":\"")
                .contains("\"by\":\"test\"");
    }

    @Test
    void whatTakesARestartIsNamed() throws Exception {
        assertThat(refused(file.text(2, 1).replace("127.0.0.2", "127.0.0.3")))
                .containsExactly(
                        "cluster.nodes.lb2.addresses: changes at a restart only: the members speak"
                                + " to each other by it");
        String counts = "expire = 30m, count { requests { total = true } }";
        assertThat(refused(file.text(2, 1).replace("expire = 30m", counts)))
                .singleElement()
                .asString()
                .startsWith("tables.clients.count: ");
    }

    @Test
    void tablesComeAndGoAndChangeTheirRoom() throws Exception {
        String text = file.text(2, 1);
        String more =
                text.replace(
                        "entries = 1k }",
                        "entries = 2k }\n"
                            + "  visits { key = src, expire = 1m, count { requests { total = true }"
                            + " } }");
        assertThat(reload(more).changes())
                .containsExactly("table clients changed: entries", "table visits added");
        assertThat(site.status()).contains("\"name\":\"visits\"");
        assertThat(reload(text).changes())
                .containsExactly("table clients changed: entries", "table visits removed");
        assertThat(site.status()).doesNotContain("\"name\":\"visits\"");
    }

    /** What is too much for a smaller table goes at once, and does not come back. */
    @Test
    void tablesFollowAConfigurationOnlyWhenItIsInUse() throws Exception {
        String smaller = file.text(2, 1).replace("entries = 1k", "entries = 7");
        try (ServerSocket taken =
                new ServerSocket(file.morePort, 1, InetAddress.getLoopbackAddress())) {
            assertThat(refused(file.withMore(smaller)))
                    .singleElement()
                    .asString()
                    .contains(Integer.toString(taken.getLocalPort()));
        }
        assertThat(site.member.entriesMax).as("was told nothing").isZero();
        reload(smaller);
        assertThat(site.member.entriesMax).isEqualTo(7);
    }

    @Test
    void aFrontendThatCannotBeBoundUndoesTheWholeReload() throws Exception {
        Await.until("warm", () -> node.lacking().isEmpty());
        try (ServerSocket taken =
                new ServerSocket(file.morePort, 1, InetAddress.getLoopbackAddress())) {
            NodeRuntime.Inventory before = node.inventory();
            assertThat(refused(file.withMore(file.text(3, 9))))
                    .singleElement()
                    .asString()
                    .contains(
                            "frontend more cannot listen on 127.0.0.1 port "
                                    + taken.getLocalPort());
            assertThat(get(file.httpPort).headers().firstValue("X-Weight")).hasValue("1");
            assertThat(node.inventory()).isEqualTo(before);
        }
    }

    @Test
    void frontendsComeAndGo() throws Exception {
        Reload.Done added = reload(file.withMore(file.text(2, 1)));
        assertThat(added.changes()).containsExactly("frontend more added");
        assertThat(added.generation()).isEqualTo(2);
        assertThat(get(file.morePort).statusCode()).isEqualTo(200);
        try (Socket kept = new Socket(InetAddress.getLoopbackAddress(), file.morePort)) {
            ask(kept);
            send(kept, HEAD_BEGUN); // idle, it would be closed after a second
            reload(file.text(2, 1));
            assertThat(site.status()).contains("\"generation\":2,\"frontends\":[\"more\"]");
            assertThat(catchConnect(file.morePort)).isInstanceOf(ConnectException.class);
            send(kept, HEAD_END);
            assertThat(answer(kept)).as("told with its next answer").contains("Connection: close");
        }
        Await.until("drained", () -> site.status().contains("\"draining\":[]"));
    }

    private static Exception catchConnect(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return new IllegalStateException("it listens: " + socket);
        } catch (IOException e) {
            return e;
        }
    }

    /** One request on a connection that stays open; the head of the answer. */
    private static String ask(Socket socket) throws IOException {
        send(socket, HEAD_BEGUN + HEAD_END);
        return answer(socket);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String answer(Socket socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("\r\n\r\ns0")
                && !answer.toString().endsWith("\r\n\r\ns1")) {
            int next = socket.getInputStream().read();
            assertThat(next).as("what follows %s", answer).isNotNegative();
            answer.append((char) next);
        }
        return answer.toString();
    }

    @Test
    void aKeptConnectionMeetsTheNewRulesWithItsNextRequest() throws Exception {
        try (Socket kept = new Socket(InetAddress.getLoopbackAddress(), file.httpPort)) {
            assertThat(ask(kept)).contains("X-Weight: 1");
            assertThat(reload(file.text(2, 4)).changes())
                    .containsExactly(
                            "frontend http changed: rules", "server shop/s0 changed: weight");
            assertThat(ask(kept)).contains("X-Weight: 4").doesNotContain("Connection: close");
        }
    }

    @Test
    void aFrontendMayMoveAndAnotherTakeItsPlace() throws Exception {
        reload(file.withMore(file.text(2, 1)));
        String swapped =
                file.withMore(file.text(2, 1))
                        .replace("port = " + file.httpPort, "port = 1")
                        .replace("port = " + file.morePort, "port = " + file.httpPort)
                        .replace("port = 1 ", "port = " + file.morePort + " ");
        reload(swapped);
        assertThat(get(file.morePort).headers().firstValue("X-Weight")).hasValue("1");
        assertThat(get(file.httpPort).headers().firstValue("X-Weight")).isEmpty();
    }

    @Test
    void aServerJoinsWhenItsCheckHasPassedAndLeavesWithoutALoss() throws Exception {
        assertThat(reload(file.text(3, 1)).changes()).containsExactly("server shop/s2 added");
        Await.until(
                "the new one serves",
                () -> {
                    get(file.httpPort);
                    return site.shops.get(2).requests.get() > 0;
                });
        try (SteadyClients clients = new SteadyClients()) {
            clients.http(file.httpPort, 2, false);
            Await.until("load", () -> clients.requests.get() > 50);
            reload(file.text(2, 1));
            int had = site.shops.get(2).requests.get();
            int seen = clients.requests.get();
            Await.until("going on", () -> clients.requests.get() > seen + 100);
            clients.stop();
            assertThat(clients.failures).isEmpty();
            assertThat(site.shops.get(2).requests.get() - had)
                    .as("what was under way")
                    .isLessThan(3);
        }
    }

    /** A large one that shrinks takes a while. */
    @Test
    void serversAreProbedAndUsedWhileTablesStillFollow() throws Exception {
        CompletableFuture<Void> mayFollow = new CompletableFuture<>();
        site.member.mayFollow = mayFollow;
        file.write(file.text(3, 1));
        CompletableFuture<Reload> reloading =
                CompletableFuture.supplyAsync(() -> node.reload("test"));
        try {
            Await.until(
                    "the new one serves",
                    () -> {
                        get(file.httpPort);
                        return site.shops.get(2).requests.get() > 0;
                    });
            assertThat(reloading).isNotDone();
        } finally {
            mayFollow.complete(null);
        }
        assertThat(reloading.get()).isInstanceOf(Reload.Done.class);
    }

    @Test
    void healthAndCountersOutliveAReload() throws Exception {
        site.shops.get(1).close();
        Await.until("down", () -> site.status().contains("\"state\":\"DOWN\""));
        for (int request = 0; request < 5; request++) {
            get(file.httpPort);
        }
        reload(file.text(2, 3));
        assertThat(site.status()).contains("\"name\":\"s0\"").contains("\"state\":\"DOWN\"");
        assertThat(site.status()).containsPattern("\"name\":\"s0\".*\"weight\":3.*\"total\":[5-9]");
        for (int request = 0; request < 5; request++) {
            assertThat(get(file.httpPort).body()).isEqualTo("s0");
        }
    }

    @Test
    void slowStartMayGoWhileAServerGrows() throws Exception {
        reload(file.text(2, 1).replace("sticky { cookie", "slow-start = 1h, sticky { cookie"));
        Pool growing = node.generation().pools().pool("shop");
        PooledServer server = growing.servers().getFirst();
        growing.order(server, Order.MAINTENANCE, "a test");
        growing.order(server, Order.READY, "a test");
        assertThat(server.sharePercent()).isEqualTo(10);
        reload(file.text(2, 1));
        assertThat(server.sharePercent()).isEqualTo(100);
    }

    @Test
    void whoWaitsInLineHearsOfServersWhateverIsReloadedMeanwhile() throws Exception {
        String full = file.text(2, 1).replace("weight = 1 }", "weight = 1, connections = 1 }");
        reload(full);
        Pool first = node.generation().pools().pool("shop");
        List<Server> busy = List.of(next(first), next(first));
        Destination waiting = first.destination(FakeFacts.get("/"));
        assertThat(waiting.next()).isNull();
        List<Server> granted = new ArrayList<>();
        assertThat(waiting.joinLine(taking(granted))).isEqualTo(Destination.Line.JOINED);

        for (String patience : List.of("7s", "8s")) {
            String timeouts = "timeouts { connect = " + patience + " }, sticky { cookie";
            reload(full.replace("sticky { cookie", timeouts));
        }
        Await.until("by the second nobody waits", () -> node.inventory().leaving() == 1);
        assertThat(site.status()).containsPattern("\"generation\":2,[^}]*\"connections\":1}");
        Pool now = node.generation().pools().pool("shop");
        PooledServer server = now.named(busy.getLast().name());
        now.order(server, Order.MAINTENANCE, "a test");
        busy.getLast().ended();
        assertThat(granted).as("it may not be used").isEmpty();
        now.order(server, Order.READY, "a test");
        assertThat(granted).containsExactly(busy.getLast());
        Await.until("over", () -> node.inventory().leaving() == 0);
    }

    private static Server next(Pool pool) {
        Server server = pool.destination(FakeFacts.get("/")).next();
        assertThat(server).isNotNull();
        return server;
    }

    private static Waiter taking(List<Server> granted) {
        return new Waiter() {
            @Override
            public void granted(Server server) {
                granted.add(server);
            }

            @Override
            public void askAgain() {
                throw new AssertionError("there is a server to wait for");
            }
        };
    }

    @Test
    void aNodeThatStopsTakesNothingInAnyMore() throws Exception {
        node.close();
        assertThat(refused(file.text(3, 1))).containsExactly("the node is stopping");
    }

    @Test
    void ratesOfFrontendsAndServersHoldOnceTheyAreTakenIn() throws Exception {
        reload(
                file.text(1, 1)
                        .replace("weight = 1 }", "weight = 1, rate { per-second = 1, burst = 2 } }")
                        .replace("sticky { cookie", "limits { queue = 0 }, sticky { cookie"));
        List<Integer> statuses = new ArrayList<>();
        for (int request = 0; request < 10; request++) {
            statuses.add(get(file.httpPort).statusCode());
        }
        assertThat(statuses).as("by the server's rate").contains(200, 503).doesNotContain(429);
        reload(
                file.text(1, 1)
                        .replace(
                                "backend = shop",
                                "backend = shop, limits { request-rate { per-second = 1 } }"));
        for (int request = 0; request < 10; request++) {
            statuses.add(get(file.httpPort).statusCode());
        }
        assertThat(statuses).as("by the frontend's rate").contains(200, 429);
        reload(file.text(2, 1));
        assertThat(get(file.httpPort).statusCode()).isEqualTo(200);
    }
}
