package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import proa.cluster.tables.TableKey;
import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.FirstChoice;
import proa.config.BackendConfig.Sticky;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;
import proa.node.exchange.Server;
import proa.node.rules.FakeFacts;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

class PoolTest {
    private static final Facts CLIENT = FakeFacts.get("/");

    private final FakeTable table = new FakeTable();

    @Test
    void roundRobinTakesTurns() {
        Pool pool = roundRobin(server("a", 1), server("b", 1), server("c", 1));
        assertThat(picks(pool, 7)).containsExactly("a", "b", "c", "a", "b", "c", "a");
    }

    @Test
    void weightedRoundRobinIsSmoothAndExact() {
        Pool pool = roundRobin(server("a", 5), server("b", 1), server("c", 1));
        assertThat(picks(pool, 7)).containsExactly("a", "a", "b", "a", "c", "a", "a");

        Pool brief = roundRobin(server("a", 5), server("b", 3), server("c", 2));
        for (int ten = 0; ten < 10; ten++) {
            assertThat(count(picks(brief, 10))).isEqualTo(Map.of("a", 5, "b", 3, "c", 2));
        }
    }

    @Test
    void equalWeightsHaveTheShortestPeriodWhateverTheirSize() {
        Pool pool = roundRobin(server("a", 100), server("b", 200));
        assertThat(picks(pool, 6)).containsExactly("b", "a", "b", "b", "a", "b");
    }

    @Test
    void spreadsExactlyFromSeveralThreads() throws Exception {
        Pool pool = roundRobin(server("a", 1), server("b", 1), server("c", 1));
        List<String> picks = Collections.synchronizedList(new ArrayList<>());
        List<Thread> loops = new ArrayList<>();
        for (int loop = 0; loop < 3; loop++) {
            loops.add(Thread.ofPlatform().start(() -> picks.addAll(picks(pool, 33_333))));
        }
        for (Thread loop : loops) {
            loop.join();
        }
        assertThat(count(picks)).isEqualTo(Map.of("a", 33_333, "b", 33_333, "c", 33_333));
    }

    @Test
    void leastConnectionsTakesTheServerWithTheFewest() {
        Pool pool = leastConnections(server("a", 1), server("b", 1), server("c", 1));
        hold(pool, "a", 10);
        hold(pool, "b", 15);
        hold(pool, "c", 20);
        assertThat(picks(pool, 3)).containsExactly("a", "a", "a");
    }

    @Test
    void leastConnectionsHonoursWeights() {
        Pool pool = leastConnections(server("a", 5), server("b", 3), server("c", 2));
        for (int connection = 1; connection <= 100; connection++) {
            pick(pool);
            if (connection % 10 == 0) {
                assertThat(load(pool)).isEqualTo(loads(connection / 10, 5, 3, 2));
            }
        }
    }

    @Test
    void leastConnectionsBreaksTiesByTurns() {
        Pool pool = leastConnections(server("a", 1), server("b", 1), server("c", 1));
        assertThat(picks(pool, 6)).containsExactly("a", "b", "c", "a", "b", "c");
    }

    @Test
    void leastConnectionsSeesConnectionsEnd() {
        Pool pool = leastConnections(server("a", 1), server("b", 1));
        hold(pool, "a", 2);
        hold(pool, "b", 1);
        named(pool, "a").ended();
        named(pool, "a").ended();
        assertThat(picks(pool, 1)).containsExactly("a");
    }

    @Test
    void usesBackupsOnlyWhenEveryPrimaryIsDown() {
        Pool pool = roundRobin(server("a", 1), server("b", 1), backup("spare"));
        assertThat(picks(pool, 4)).containsExactly("a", "b", "a", "b");

        down(pool, "a");
        assertThat(picks(pool, 2)).containsExactly("b", "b");
        down(pool, "b");
        assertThat(picks(pool, 2)).containsExactly("spare", "spare");
        up(pool, "a");
        assertThat(picks(pool, 2)).containsExactly("a", "a");
    }

    @Test
    void offersABackupToARequestThatTriedEveryPrimaryInVain() {
        Destination choice = roundRobin(server("a", 1), backup("spare")).destination(CLIENT);
        assertThat(next(choice)).isEqualTo("a");
        assertThat(next(choice)).isEqualTo("spare");
        assertThat(next(choice)).isNull();
    }

    /** As HAProxy's static-rr: the order is that of the file for good. */
    @Test
    void staticRoundRobinKeepsToTheWeightsOfTheFile() {
        Pool pool =
                pool(
                        Balance.STATIC_ROUND_ROBIN,
                        new Sticky.Off(),
                        null,
                        List.of(server("a", 2), server("b", 1), server("c", 0)));
        pool.weight(named(pool, "a"), 1);
        pool.weight(named(pool, "b"), 200);
        pool.weight(named(pool, "c"), 50);
        assertThat(picks(pool, 6)).containsExactly("a", "b", "a", "a", "b", "a");
        down(pool, "a");
        assertThat(picks(pool, 2)).containsExactly("b", "b");
        pool.weight(named(pool, "b"), 0);
        assertThat(pool.destination(CLIENT).next()).as("weight 0 means nothing new").isNull();
    }

    @Test
    void givesNothingNewToWeightZero() {
        Pool pool = roundRobin(server("a", 0), server("b", 1));
        assertThat(picks(pool, 3)).containsExactly("b", "b", "b");
        down(pool, "b");
        assertThat(pool.destination(CLIENT).next()).isNull();
    }

    @Test
    void doesNotOfferAServerTwice() {
        Destination choice =
                roundRobin(server("a", 9), server("b", 1), server("c", 1)).destination(CLIENT);
        assertThat(List.of(next(choice), next(choice), next(choice)))
                .containsExactlyInAnyOrder("a", "b", "c");
        assertThat(choice.next()).isNull();
    }

    @Test
    void hasNothingToOfferWhenAllAreDown() {
        Pool pool = roundRobin(server("a", 1), server("b", 1));
        down(pool, "a");
        down(pool, "b");
        assertThat(pool.destination(CLIENT).next()).isNull();
    }

    @Test
    void cookieIsSetOnceAndObeyed() {
        Pool pool = sticky(new Sticky.Cookie("SERVERID"), server("a", 1), server("b", 1));
        Destination first = pool.destination(CLIENT);
        Server server = first.next();

        assertThat(first.hiddenCookie()).isEqualTo("SERVERID");
        assertThat(first.setCookieFor(server))
                .isEqualTo("SERVERID=a; Path=/; HttpOnly; SameSite=Lax");

        for (int request = 0; request < 5; request++) {
            Destination later = pool.destination(FakeFacts.get("/").withCookie("SERVERID", "a"));
            assertThat(later.next()).isSameAs(server);
            assertThat(later.setCookieFor(server)).isNull();
        }
    }

    @Test
    void cookieOfAServerThatIsDownOrUnknownIsReplaced() {
        Pool pool = sticky(new Sticky.Cookie("SERVERID"), server("a", 1), server("b", 1));
        down(pool, "a");
        for (String cookie : List.of("a", "nonsense")) {
            Destination choice =
                    pool.destination(FakeFacts.get("/").withCookie("SERVERID", cookie));
            Server server = choice.next();
            assertThat(server.name()).isEqualTo("b");
            assertThat(choice.setCookieFor(server)).startsWith("SERVERID=b;");
        }
    }

    @Test
    void cookieKeepsItsClientOnAServerOfWeightZero() {
        Pool pool = sticky(new Sticky.Cookie("SERVERID"), server("a", 0), server("b", 1));
        assertThat(next(pool.destination(FakeFacts.get("/").withCookie("SERVERID", "a"))))
                .isEqualTo("a");
        assertThat(next(pool.destination(CLIENT))).isEqualTo("b");
    }

    @Test
    void cookieIsReplacedWhenItsServerCannotBeReached() {
        Pool pool = sticky(new Sticky.Cookie("SERVERID"), server("a", 1), server("b", 1));
        Destination choice = pool.destination(FakeFacts.get("/").withCookie("SERVERID", "a"));
        assertThat(next(choice)).isEqualTo("a");
        Server second = choice.next();
        assertThat(second.name()).isEqualTo("b");
        assertThat(choice.setCookieFor(second)).startsWith("SERVERID=b;");
    }

    @Test
    void tableKeepsAClientOnItsServer() {
        Pool pool = onTable(FirstChoice.ALGORITHM, server("a", 1), server("b", 1));
        assertThat(picks(pool, 3)).containsExactly("a", "a", "a");
        assertThat(next(pool.destination(FakeFacts.get("/").from("10.0.0.2")))).isEqualTo("b");
        assertThat(table.entries)
                .containsEntry(TableKey.ofAddress(CLIENT.source()), "a")
                .hasSize(2);
    }

    @Test
    void tableMovesAClientWhoseServerIsDownAndLeavesItThere() {
        Pool pool = onTable(FirstChoice.ALGORITHM, server("a", 1), server("b", 1));
        assertThat(picks(pool, 1)).containsExactly("a");
        down(pool, "a");
        assertThat(picks(pool, 1)).containsExactly("b");
        up(pool, "a");
        assertThat(picks(pool, 1)).containsExactly("b");
    }

    @Test
    void tableMovesAClientWhoseServerCannotBeReached() {
        Pool pool = onTable(FirstChoice.HASH, server("a", 1), server("b", 1));
        Destination choice = pool.destination(CLIENT);
        String first = next(choice);
        String second = next(choice);
        assertThat(second).isNotNull().isNotEqualTo(first);
        assertThat(table.entries).containsEntry(TableKey.ofAddress(CLIENT.source()), second);
        assertThat(choice.next()).isNull();
    }

    @Test
    void tableFollowsAPeerThatWasFirst() {
        Pool pool = onTable(FirstChoice.ALGORITHM, server("a", 1), server("b", 1));
        table.peerStuck = "b";
        assertThat(picks(pool, 1)).containsExactly("b");
        down(pool, "b");
        assertThat(picks(pool, 1)).as("but not to a server that is down").containsExactly("a");
    }

    @Test
    void hashIsTheSameOnEveryNodeAndSpreads() {
        Pool here = onTable(FirstChoice.HASH, server("a", 1), server("b", 1), server("c", 1));
        FakeTable theirs = new FakeTable();
        Pool there = pool(stickyTable(FirstChoice.HASH), theirs, here.config().servers());
        picks(there, 5); // its own history makes no difference

        Map<String, Integer> spread = new TreeMap<>();
        for (int client = 0; client < 3_000; client++) {
            Facts facts = FakeFacts.get("/").from("10.1." + client / 250 + "." + client % 250);
            String server = next(here.destination(facts));
            assertThat(next(there.destination(facts))).isEqualTo(server);
            spread.merge(server, 1, Integer::sum);
        }
        assertThat(spread).hasSize(3).allSatisfy((_, n) -> assertThat(n).isBetween(850, 1_150));
    }

    @Test
    void hashMovesOnlyTheClientsOfAServerThatIsDownAndSpreadsThem() {
        Pool all = onTable(FirstChoice.HASH, server("a", 1), server("b", 1), server("c", 1));
        Pool without = pool(stickyTable(FirstChoice.HASH), new FakeTable(), all.config().servers());
        down(without, "a");

        Map<String, Integer> taken = new TreeMap<>();
        for (int client = 0; client < 3_000; client++) {
            Facts facts = FakeFacts.get("/").from("10.1." + client / 250 + "." + client % 250);
            String before = next(all.destination(facts));
            String after = next(without.destination(facts));
            if (before.equals("a")) {
                taken.merge(after, 1, Integer::sum);
            } else {
                assertThat(after).isEqualTo(before);
            }
        }
        assertThat(taken).containsOnlyKeys("b", "c");
        assertThat(taken.values()).allSatisfy(n -> assertThat(n).isBetween(300, 700));
    }

    private static BackendConfig.Server server(String name, int weight) {
        return new BackendConfig.Server(name, new InetSocketAddress("127.0.0.1", 1), weight, false);
    }

    private static BackendConfig.Server backup(String name) {
        return new BackendConfig.Server(name, new InetSocketAddress("127.0.0.1", 1), 1, true);
    }

    private Pool roundRobin(BackendConfig.Server... servers) {
        return pool(Balance.ROUND_ROBIN, new Sticky.Off(), table, List.of(servers));
    }

    private Pool leastConnections(BackendConfig.Server... servers) {
        return pool(Balance.LEAST_CONNECTIONS, new Sticky.Off(), table, List.of(servers));
    }

    private Pool sticky(Sticky sticky, BackendConfig.Server... servers) {
        return pool(sticky, table, List.of(servers));
    }

    private Pool onTable(FirstChoice choice, BackendConfig.Server... servers) {
        return pool(stickyTable(choice), table, List.of(servers));
    }

    private static Sticky stickyTable(FirstChoice choice) {
        return new Sticky.Table("clients", choice);
    }

    private static Pool pool(Sticky sticky, FakeTable table, List<BackendConfig.Server> servers) {
        return pool(Balance.ROUND_ROBIN, sticky, table, servers);
    }

    private static Pool pool(
            Balance balance, Sticky sticky, FakeTable table, List<BackendConfig.Server> servers) {
        BackendConfig config =
                new BackendConfig(
                        "shop",
                        balance,
                        sticky,
                        Optional.empty(),
                        servers,
                        BackendConfig.Timeouts.DEFAULTS,
                        BackendConfig.RETRIES_DEFAULT,
                        BackendConfig.IDLE_CONNECTIONS_DEFAULT);
        return new Pools(List.of(config), _ -> table, () -> 0, 1).pool("shop");
    }

    private static Server pick(Pool pool) {
        Server server = pool.destination(CLIENT).next();
        assertThat(server).isNotNull();
        return server;
    }

    private static List<String> picks(Pool pool, int times) {
        List<String> picks = new ArrayList<>();
        for (int pick = 0; pick < times; pick++) {
            picks.add(pick(pool).name());
        }
        return picks;
    }

    private static @Nullable String next(Destination destination) {
        Server server = destination.next();
        return server == null ? null : server.name();
    }

    private static Map<String, Integer> count(List<String> picks) {
        Map<String, Integer> counts = new TreeMap<>();
        picks.forEach(pick -> counts.merge(pick, 1, Integer::sum));
        return counts;
    }

    private static Map<String, Integer> load(Pool pool) {
        Map<String, Integer> load = new TreeMap<>();
        pool.servers().forEach(server -> load.put(server.name(), server.current()));
        return load;
    }

    private static Map<String, Integer> loads(int times, int a, int b, int c) {
        return Map.of("a", a * times, "b", b * times, "c", c * times);
    }

    private static PooledServer named(Pool pool, String name) {
        return pool.servers().stream()
                .filter(server -> server.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void hold(Pool pool, String name, int connections) {
        for (int connection = 0; connection < connections; connection++) {
            assertThat(named(pool, name).take()).isTrue();
        }
    }

    private static void down(Pool pool, String name) {
        pool.health(named(pool, name), Health.DOWN, "a test");
    }

    private static void up(Pool pool, String name) {
        pool.health(named(pool, name), Health.UP, "a test");
    }
}
