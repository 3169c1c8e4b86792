package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.replication.ServerHint;
import proa.cluster.transport.Separation;
import proa.config.TableConfig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Members over real sockets with mutual TLS. */
class ClusterMemberTest {

    private static final int ENTRIES = 100_000;
    private static final int TIMED = 300;

    @Test
    void aClientSticksToTheSameServerOnEveryNodeWithinMilliseconds() {
        try (Trio trio = new Trio(3, List.of(Trio.sticky("clients", 1_000)))) {
            trio.startAll();
            List<Long> lags = new ArrayList<>();
            for (int n = 0; n < TIMED; n++) {
                int key = n;
                long start = System.nanoTime();
                trio.get("lb1").table("clients").stick(Trio.key(key), "web2");
                for (String node : List.of("lb2", "lb3")) {
                    SharedTable table = trio.get(node).table("clients");
                    Trio.await(
                            "entry on " + node, () -> "web2".equals(table.server(Trio.key(key))));
                }
                lags.add(System.nanoTime() - start);
            }
            Collections.sort(lags);
            System.out.printf(
                    "sticky entry on both other nodes: p50 %.1f ms, p99 %.1f ms, worst %.1f ms%n",
                    lags.get(TIMED / 2) / 1e6,
                    lags.get(TIMED * 99 / 100) / 1e6,
                    lags.getLast() / 1e6);
            trio.awaitTogether(3);
            Trio.await("a majority in sight", () -> trio.get("lb3").view().quorum());
        }
    }

    @Test
    void twoNodesCountTheSameSourceTogether() throws InterruptedException {
        try (Trio trio = new Trio(2, List.of(Trio.counter("requests", Duration.ofMinutes(2))))) {
            trio.startAll();
            List<Thread> requests = new ArrayList<>();
            for (int n = 0; n < 1_000; n++) {
                requests.add(Thread.startVirtualThread(() -> hit(trio, "lb1", 1)));
                requests.add(Thread.startVirtualThread(() -> hit(trio, "lb2", 1)));
            }
            for (Thread request : requests) {
                request.join();
            }
            awaitRate(trio, 2_000, "lb1", "lb2");
        }
    }

    @Test
    void connectionsAreCountedOverAllNodesAndThoseOfADeadOneAreGone() {
        TableConfig.Counter connections =
                new TableConfig.Counter("connections", Optional.empty(), true, true);
        TableConfig clients =
                new TableConfig(
                        "clients",
                        TableConfig.Key.SOURCE,
                        TableConfig.Prefix.DEFAULT,
                        Duration.ofMinutes(1),
                        1_000,
                        List.of(connections),
                        List.of("blocked"));
        try (Trio trio = new Trio(3, List.of(clients))) {
            trio.startAll();
            add(trio, "lb1", 4);
            add(trio, "lb2", 5);
            add(trio, "lb3", 2);
            trio.get("lb2").table("clients").tag(Trio.key(1), 0, 7);
            awaitCurrent(trio, 11, "lb1", "lb2", "lb3");
            trio.get("lb1").table("clients").take(Trio.key(1), 0, 1);
            awaitCurrent(trio, 10, "lb1", "lb2", "lb3");
            trio.stop("lb2");
            awaitCurrent(trio, 5, "lb1", "lb3");
            trio.start("lb2");
            trio.awaitTogether(3);
            awaitCurrent(trio, 5, "lb1", "lb2", "lb3");
            add(trio, "lb2", 1);
            awaitCurrent(trio, 6, "lb1", "lb2", "lb3");
            SharedTable restarted = trio.get("lb2").table("clients");
            assertThat(restarted.total(Trio.key(1), 0)).isEqualTo(12);
            assertThat(restarted.tag(Trio.key(1), 0)).isEqualTo(7);
        }
    }

    @Test
    void whatOneFindsDownTheOthersHearAndItselfDoesNot() {
        try (Trio trio = new Trio(2, List.of(Trio.sticky("clients", 10)))) {
            trio.startAll();
            List<ServerHint> heard = new CopyOnWriteArrayList<>();
            List<ServerHint> own = new CopyOnWriteArrayList<>();
            trio.get("lb1").onHint(own::add);
            trio.get("lb2").onHint(heard::add);
            for (int at = 0; at < 3; at++) {
                trio.get("lb1").hint(new ServerHint("shop", "web1"));
                trio.get("lb1").hint(new ServerHint("shop", "web2"));
            }
            Trio.await("both hints", () -> heard.size() >= 2);
            assertThat(heard)
                    .contains(new ServerHint("shop", "web1"), new ServerHint("shop", "web2"));
            assertThat(own).isEmpty();
        }
    }

    @Test
    void aNodeThatJoinsGetsEverythingBeforeItSaysItIsSynchronised() {
        try (Trio trio = new Trio(2, List.of(Trio.sticky("clients", ENTRIES * 2)))) {
            ClusterMember first = trio.start("lb1");
            for (int n = 0; n < ENTRIES; n++) {
                first.table("clients").stick(Trio.key(n), "web" + n % 10);
            }
            Trio.await("lb1 alone", first::synchronised);
            long start = System.nanoTime();
            ClusterMember second = trio.start("lb2");
            Trio.await(
                    "lb2 synchronised with lb1",
                    () -> second.view().members().size() == 2 && second.synchronised());
            System.out.printf(
                    "%,d entries on the joining node %.2f s after its start%n",
                    ENTRIES, (System.nanoTime() - start) / 1e9);
            for (int n = 0; n < ENTRIES; n += 97) {
                assertThat(second.table("clients").server(Trio.key(n))).isEqualTo("web" + n % 10);
            }
            assertThat(second.table("clients").size()).isEqualTo(ENTRIES);
        }
    }

    @Test
    void separatedNodesGoOnAndAgreeWhenTheyMeetAgain() throws Exception {
        try (Trio trio =
                new Trio(
                        3,
                        List.of(
                                Trio.sticky("clients", 1_000),
                                Trio.counter("requests", Duration.ofMinutes(2))))) {
            trio.startAll();
            hit(trio, "lb1", 100);
            awaitRate(trio, 100, "lb1", "lb2", "lb3");
            try (Separation _ = new Separation(trio.get("lb3").group())) {
                Trio.await(
                        "lb3 alone",
                        () ->
                                trio.get("lb3").view().members().size() == 1
                                        && trio.get("lb1").view().members().size() == 2);
                assertThat(trio.get("lb3").view().quorum()).isFalse();
                assertThat(trio.get("lb1").view().quorum()).isTrue();
                hit(trio, "lb1", 50);
                hit(trio, "lb3", 70);
                trio.get("lb1").table("clients").stick(Trio.key(1), "web1");
                trio.get("lb3").table("clients").stick(Trio.key(2), "web3");
            }
            trio.awaitTogether(3);
            awaitRate(trio, 220, "lb1", "lb2", "lb3");
            for (String node : List.of("lb1", "lb2", "lb3")) {
                SharedTable clients = trio.get(node).table("clients");
                Trio.await("both on " + node, () -> clients.size() == 2);
            }
        }
    }

    @Test
    void aMemberThatHearsNothingLeavesTheViewThoughItIsHeard() throws Exception {
        for (String deaf : List.of("lb1", "lb3")) { // the coordinator, and the last of all
            try (Trio trio = new Trio(3, List.of(Trio.sticky("clients", 1_000)))) {
                trio.startAll();
                try (Separation _ = new Separation(trio.get(deaf).group(), true)) {
                    Trio.await(deaf + " is out of view", () -> isOut(trio, deaf));
                }
                trio.awaitTogether(3);
            }
        }
    }

    private static boolean isOut(Trio trio, String deaf) {
        return List.of("lb1", "lb2", "lb3").stream()
                .filter(node -> !node.equals(deaf))
                .noneMatch(node -> trio.get(node).view().members().contains(deaf));
    }

    @Test
    void aRestartedNodeFindsItsCountsAndAddsToThem() {
        try (Trio trio = new Trio(2, List.of(Trio.counter("requests", Duration.ofMinutes(2))))) {
            trio.startAll();
            hit(trio, "lb1", 30);
            awaitRate(trio, 30, "lb2");
            trio.stop("lb1");
            Trio.await("lb1 gone", () -> trio.get("lb2").view().members().size() == 1);
            trio.start("lb1");
            trio.awaitTogether(2);
            awaitRate(trio, 30, "lb1");
            hit(trio, "lb1", 12);
            awaitRate(trio, 42, "lb1", "lb2");
        }
    }

    @Test
    void leavingSendsWhatHasNotBeenSent() {
        try (Trio trio = new Trio(2, List.of(Trio.counter("requests", Duration.ofMinutes(2))))) {
            trio.startAll();
            hit(trio, "lb1", 500);
            trio.stop("lb1");
            awaitRate(trio, 500, "lb2");
        }
    }

    @Test
    void statusIsOneJsonObjectWithTheFiguresOfTheTables() {
        try (Trio trio = new Trio(2, List.of(Trio.sticky("clients", 1_000)))) {
            trio.startAll();
            trio.get("lb1").table("clients").stick(Trio.key(1), "web1");
            Trio.await("sent", () -> trio.get("lb1").statusJson().contains("\"entriesSent\":1,"));
            assertThat(trio.get("lb1").statusJson())
                    .startsWith("{\"node\":\"lb1\"")
                    .contains("\"synchronised\":true", "\"members\":[\"lb1\",\"lb2\"]")
                    .contains("\"name\":\"clients\",\"entries\":1,\"entriesMax\":1000")
                    .contains("\"tooNew\":0,", "\"dropped\":0,\"unreached\":")
                    .endsWith("}]}");
        }
    }

    @Test
    void aReplicatorThatFailsAgainAndAgainIsNotSynchronisedAndGoesOn() {
        try (Trio trio = new Trio(2, List.of(Trio.sticky("clients", 1_000)))) {
            ClusterMember first = trio.start("lb1");
            Trio.await("lb1 alone", first::synchronised);
            for (int n = 0; n < Work.FAILURES_MAX; n++) {
                first.inbox().received(2, null);
            }
            Trio.await("lb1 says that it fails", () -> !first.synchronised());
            trio.start("lb2").table("clients").stick(Trio.key(1), "web1");
            trio.awaitTogether(2);
            Trio.await(
                    "lb2's entry on lb1",
                    () -> "web1".equals(first.table("clients").server(Trio.key(1))));
            Trio.await("lb1 works again", first::synchronised);
        }
    }

    @Test
    void viewsAreToldAtOnceAndOnEveryChange() {
        try (Trio trio = new Trio(2, List.of())) {
            List<Member.View> seen = Collections.synchronizedList(new ArrayList<>());
            trio.start("lb1").onView(seen::add);
            Trio.await("the first", () -> !seen.isEmpty());
            trio.start("lb2");
            Trio.await("both", () -> seen.getLast().members().equals(List.of("lb1", "lb2")));
            List<Member.View> all = List.of(seen.toArray(new Member.View[0]));
            assertThat(all).isSortedAccordingTo((a, b) -> Long.compare(a.number(), b.number()));
        }
    }

    private static void hit(Trio trio, String node, int times) {
        SharedTable table = trio.get(node).table("requests");
        for (int n = 0; n < times; n++) {
            table.hit(Trio.key(1));
        }
    }

    private static void add(Trio trio, String node, int times) {
        for (int n = 0; n < times; n++) {
            trio.get(node).table("clients").add(Trio.key(1), 0, 1);
        }
    }

    private static void awaitCurrent(Trio trio, long current, String... nodes) {
        for (String node : nodes) {
            SharedTable table = trio.get(node).table("clients");
            trio.awaitHere(
                    () ->
                            current
                                    + " on "
                                    + node
                                    + ", not "
                                    + table.current(Trio.key(1), 0)
                                    + " of "
                                    + table.total(Trio.key(1), 0),
                    () -> table.current(Trio.key(1), 0) == current);
        }
    }

    private static void awaitRate(Trio trio, long rate, String... nodes) {
        for (String node : nodes) {
            SharedTable table = trio.get(node).table("requests");
            trio.awaitHere(rate + " on " + node, () -> table.rate(Trio.key(1)) == rate);
        }
    }
}
