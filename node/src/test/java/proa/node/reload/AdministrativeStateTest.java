package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;
import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.cli.NodeCommands;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** What operators ask of servers, on three real nodes. */
class AdministrativeStateTest {

    private static final String DRAINED = "drain by " + System.getProperty("user.name") + " on lb1";

    @TempDir private static Path root;

    private static ApplyTrio trio;

    @BeforeAll
    static void start() throws Exception {
        trio = new ApplyTrio(root);
    }

    @AfterAll
    static void close() {
        trio.close();
    }

    @BeforeEach
    void asTheFileSays() throws Exception {
        asked("lb1", "ready");
        asked("lb1", "weight", "file");
        awaitEverywhere("no drift", node -> order(node) == Order.READY && drift(node).isEmpty());
    }

    private interface OnNode {
        boolean holds(String node) throws Exception;
    }

    private static void awaitEverywhere(String what, OnNode condition) throws Exception {
        for (String node : ApplyTrio.NAMES) {
            Await.until(what + " on " + node, () -> condition.holds(node));
        }
    }

    private static NodeCommands.Done proa(String node, String... arguments) {
        return NodeCommands.run(trio.folder(node), arguments);
    }

    private static void asked(String node, String... action) {
        String[] all = new String[action.length + 2];
        all[0] = "server";
        all[1] = "shop/web";
        System.arraycopy(action, 0, all, 2, action.length);
        NodeCommands.Done done = proa(node, all);
        assertThat(done.code()).as(done.err()).isZero();
    }

    private static PooledServer server(String node) {
        Pool pool = trio.node(node).generation().pools().pool("shop");
        return pool.servers().getFirst();
    }

    private static Order order(String node) {
        return server(node).ordered();
    }

    /** What a node shows as drift of its one server; empty: none. */
    private static String drift(String node) {
        NodeCommands.Done done = proa(node, "server", "shop/web");
        assertThat(done.code()).as(done.err()).isZero();
        return done.out()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("drift: "))
                .map(line -> line.substring("drift: ".length()))
                .findFirst()
                .orElse("");
    }

    private static String status(String node) throws Exception {
        return NodeSocket.ask(trio.folder(node), "/status");
    }

    @Test
    void whatIsAskedOnOneNodeIsDoneOnAllAndOutlivesRestarts() throws Exception {
        asked("lb1", "drain");
        awaitEverywhere("drained", node -> order(node) == Order.DRAIN);
        assertThat(drift("lb2")).isEqualTo(DRAINED);
        assertThat(status("lb3"))
                .contains("\"drift\":[{\"backend\":\"shop\",\"server\":\"web\",\"order\":\"DRAIN\"")
                .contains("\"node\":\"lb1\",\"since\":\"20");
        trio.stop("lb2");
        trio.start("lb2");
        assertThat(order("lb2")).as("from its disk").isEqualTo(Order.DRAIN);
        assertThat(drift("lb2")).isEqualTo(DRAINED);
    }

    @Test
    void whoWasAwayHearsWhatWasAskedAndWhatWasTakenBackBeforeItIsReady() throws Exception {
        asked("lb2", "maintenance");
        awaitEverywhere("in maintenance", node -> order(node) == Order.MAINTENANCE);
        trio.stop("lb3");
        asked("lb1", "ready");
        asked("lb1", "weight", "7");
        trio.start("lb3");
        Await.until("lb3 is ready", () -> trio.node("lb3").lacking().isEmpty());
        assertThat(order("lb3")).isEqualTo(Order.READY);
        assertThat(server("lb3").weight()).isEqualTo(7);
        assertThat(drift("lb3")).startsWith("ready, weight 7 instead of 1 by ");
    }

    @Test
    void whoSeesNobodyWaitsForThemBeforeItIsReady() {
        assertThat(trio.aloneLacks).contains(Readiness.OLD, Readiness.UNTOLD);
    }

    @Test
    void whatHasAnEndEndsOnAllNodes() throws Exception {
        asked("lb3", "drain", "--for", "1h"); // long enough to look at all three
        awaitEverywhere("drained", node -> drift(node).contains(" on lb3 until "));
        asked("lb3", "drain", "--for", "1s");
        awaitEverywhere("over", node -> order(node) == Order.READY && drift(node).isEmpty());
    }

    @Test
    void anOrderAndAWeightEndEachAtItsOwnTime() throws Exception {
        asked("lb1", "maintenance");
        awaitEverywhere("in maintenance", node -> order(node) == Order.MAINTENANCE);
        asked("lb2", "weight", "7", "--for", "1h");
        awaitEverywhere(
                "the order has no end",
                node ->
                        drift(node)
                                .matches(
                                        "maintenance, weight 7 instead of 1 until [^ ]+ by .* on"
                                                + " lb2"));
        asked("lb2", "weight", "7", "--for", "1s");
        awaitEverywhere(
                "only the weight is over",
                node -> order(node) == Order.MAINTENANCE && server(node).givenWeight() == 1);
        asked("lb3", "weight", "7");
        asked("lb3", "drain", "--for", "1s");
        awaitEverywhere(
                "only the order is over",
                node -> drift(node).startsWith("ready, weight 7 instead of 1 by "));
    }

    @Test
    void whatIsAskedAtTheSameTimeOnAllNodesEndsAsOneThing() throws Exception {
        try (ExecutorService operators = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> wishes =
                    ApplyTrio.NAMES.stream().map(AdministrativeStateTest::wishes).toList();
            for (var done : operators.invokeAll(wishes)) {
                done.get();
            }
        }
        Await.until(
                "the same on all nodes",
                () ->
                        ApplyTrio.NAMES.stream()
                                        .map(AdministrativeStateTest::drift)
                                        .distinct()
                                        .count()
                                == 1);
        assertThat(drift("lb1")).startsWith("drain, weight ");
    }

    private static Callable<Void> wishes(String node) {
        return () -> {
            asked(node, "drain");
            for (int weight = 10; weight < 20; weight++) {
                asked(node, "weight", "" + (weight + 10 * ApplyTrio.NAMES.indexOf(node)));
            }
            return null;
        };
    }

    @Test
    void whatWasAskedOfAServerThatIsGoneFromTheFileIsForgotten() throws Exception {
        asked("lb1", "drain");
        awaitEverywhere("drained", node -> order(node) == Order.DRAIN);
        String with = trio.text(1, "");
        apply(with.replace("name = web, address", "name = other, address"));
        apply(with);
        awaitEverywhere("a new server", node -> order(node) == Order.READY);
        Await.until("nobody has it", () -> status("lb1").contains("\"drift\":[]"));
    }

    /** Another address makes it another server, of which nobody has asked anything yet. */
    @Test
    void aServerInMaintenanceIsSoFromTheStartAtAnotherAddress() throws Exception {
        asked("lb1", "maintenance");
        awaitEverywhere("in maintenance", node -> order(node) == Order.MAINTENANCE);
        AtomicBoolean watching = new AtomicBoolean(true);
        AtomicInteger open = new AtomicInteger();
        Thread watcher =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (watching.get()) {
                                        if (order("lb1") != Order.MAINTENANCE) {
                                            open.incrementAndGet();
                                        }
                                        // the nodes need the processors, too
                                        LockSupport.parkNanos(1_000);
                                    }
                                });
        try {
            for (int port = 10; port < 15; port++) {
                apply(trio.text(1, "").replace("127.0.0.1:9\"", "127.0.0.1:" + port + "\""));
            }
            apply(trio.text(1, ""));
        } finally {
            watching.set(false);
            watcher.join();
        }
        assertThat(open).hasValue(0);
    }

    private static void apply(String text) throws Exception {
        Path file = Files.writeString(root.resolve("next.conf"), text);
        NodeCommands.Done done = proa("lb1", "apply", file.toString());
        assertThat(done.code()).as(done.err()).isZero();
    }
}
