package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.HealthConfig;
import proa.node.exchange.Destination;
import proa.node.exchange.Server;
import proa.node.rules.FakeFacts;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Who gets traffic, by what is known of the servers and what is asked to do with them. */
class StandingTest {

    @Test
    void anEjectedServerGetsNothingUntilItIsBack() {
        Pool pool = pool(0, new Sticky.Off(), "a", "b");
        pool.ejected(named(pool, "a"), true, "a test");
        assertThat(picks(pool, 4)).containsExactly("b");
        pool.health(named(pool, "a"), Health.UP, "a test");
        assertThat(picks(pool, 4)).as("its check does not end that").containsExactly("b");
        pool.ejected(named(pool, "a"), false, "a test");
        assertThat(picks(pool, 4)).containsExactly("a", "b");
    }

    @Test
    void aServerThatDrainsKeepsItsClientsAndGetsNoNewOnes() {
        Pool pool = pool(0, new Sticky.Cookie("id"), "a", "b");
        pool.agent(named(pool, "a"), Order.DRAIN, true, 100);
        assertThat(picks(pool, 4)).containsExactly("b");
        Destination old = pool.destination(FakeFacts.get("/").withCookie("id", "a"));
        assertThat(name(old)).isEqualTo("a");
    }

    @Test
    void aServerInMaintenanceGetsNothingAtAll() {
        Pool pool = pool(0, new Sticky.Cookie("id"), "a", "b");
        pool.agent(named(pool, "a"), Order.MAINTENANCE, true, 100);
        assertThat(name(pool.destination(FakeFacts.get("/").withCookie("id", "a")))).isEqualTo("b");
        pool.agent(named(pool, "a"), Order.READY, false, 100);
        assertThat(picks(pool, 4)).as("its agent says down").containsExactly("b");
        pool.agent(named(pool, "a"), Order.READY, true, 100);
        assertThat(picks(pool, 4)).containsExactly("a", "b");
    }

    @Test
    void theWeightOfAnAgentIsAShareOfTheConfigured() {
        Pool pool = pool(0, new Sticky.Off(), "a", "b");
        PooledServer server = named(pool, "a");
        pool.agent(server, Order.READY, true, 50);
        assertThat(server.weight()).isEqualTo(50);
        pool.agent(server, Order.READY, true, 1);
        assertThat(server.weight()).isEqualTo(1);
        pool.agent(server, Order.READY, true, 25_600);
        assertThat(server.weight()).isEqualTo(256);
        pool.agent(server, Order.READY, true, 0);
        assertThat(picks(pool, 4)).containsExactly("b");
    }

    @Test
    void belowTheShareAllAreUsedRatherThanFewOrNone() {
        Pool pool = pool(50, new Sticky.Off(), "a", "b", "c");
        down(pool, "a");
        assertThat(pool.panicking()).isFalse();
        assertThat(picks(pool, 6)).containsExactly("b", "c");
        down(pool, "b");
        assertThat(pool.panicking()).isTrue();
        assertThat(picks(pool, 6)).containsExactly("a", "b", "c");
        pool.ejected(named(pool, "c"), true, "a test");
        assertThat(picks(pool, 6)).containsExactly("a", "b", "c");
        pool.health(named(pool, "a"), Health.UP, "a test");
        pool.ejected(named(pool, "c"), false, "a test");
        assertThat(pool.panicking()).isFalse();
        assertThat(picks(pool, 6)).containsExactly("a", "c");
    }

    @Test
    void withoutAShareThereIsNoPanic() {
        Pool pool = pool(0, new Sticky.Off(), "a");
        down(pool, "a");
        assertThat(pool.panicking()).isFalse();
        assertThat(pool.destination(FakeFacts.get("/")).next()).isNull();
    }

    @Test
    void panicRespectsOrders() {
        Pool pool = pool(1, new Sticky.Off(), "a", "b", "c");
        pool.agent(named(pool, "a"), Order.MAINTENANCE, true, 100);
        pool.agent(named(pool, "b"), Order.DRAIN, true, 100);
        down(pool, "b");
        down(pool, "c");
        assertThat(picks(pool, 6)).containsExactly("c");
    }

    @Test
    void backupsComeBeforePanic() {
        Pool pool = pool(50, new Sticky.Off(), "a", "b", "backup");
        down(pool, "a");
        down(pool, "b");
        assertThat(pool.panicking()).isFalse();
        assertThat(picks(pool, 6)).containsExactly("backup");
        down(pool, "backup");
        assertThat(pool.panicking()).isTrue();
        assertThat(picks(pool, 6)).containsExactly("a", "b");
    }

    /** Random findings and orders: who is chosen is always one that may be. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void choosesNobodyWhoMayNotBe(long seed) {
        Random random = new Random(seed);
        int panicBelow = random.nextInt(101);
        Pool pool = pool(panicBelow, new Sticky.Off(), "a", "b", "c", "d", "backup");
        for (int step = 0; step < 3_000; step++) {
            PooledServer server = pool.servers().get(random.nextInt(pool.servers().size()));
            switch (random.nextInt(3)) {
                case 0 -> pool.health(server, one(random, List.of(Health.values())), "a test");
                case 1 -> pool.ejected(server, random.nextBoolean(), "a test");
                default ->
                        pool.agent(
                                server,
                                one(random, List.of(Order.values())),
                                random.nextBoolean(),
                                random.nextInt(3) * 50);
            }
            Server chosen = pool.destination(FakeFacts.get("/")).next();
            boolean somebody = pool.servers().stream().anyMatch(each -> mayServe(pool, each));
            assertThat(chosen != null).as("seed %s, step %s", seed, step).isEqualTo(somebody);
            assertThat(chosen == null || mayServe(pool, (PooledServer) chosen)).isTrue();
        }
    }

    private static <T> T one(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static boolean mayServe(Pool pool, PooledServer server) {
        Standing standing = server.standing();
        return (standing.up() || pool.panicking())
                && standing.order() == Order.READY
                && standing.weightPercent() > 0;
    }

    private static Pool pool(int panicBelow, Sticky sticky, String... names) {
        List<BackendConfig.Server> servers = new ArrayList<>();
        for (String name : names) {
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), servers.size() + 1);
            servers.add(new BackendConfig.Server(name, address, 100, name.equals("backup")));
        }
        BackendConfig config =
                new BackendConfig(
                                "shop",
                                Balance.ROUND_ROBIN,
                                sticky,
                                Optional.empty(),
                                servers,
                                BackendConfig.Timeouts.DEFAULTS,
                                2,
                                64)
                        .with(new HealthConfig(Optional.empty(), Optional.empty(), panicBelow));
        return new Pools(
                        List.of(config),
                        table -> {
                            throw new AssertionError(table);
                        },
                        System::nanoTime,
                        1)
                .pool("shop");
    }

    private static void down(Pool pool, String name) {
        pool.health(named(pool, name), Health.DOWN, "a test");
    }

    private static PooledServer named(Pool pool, String name) {
        PooledServer server = pool.named(name);
        assertThat(server).isNotNull();
        return server;
    }

    private static Set<String> picks(Pool pool, int times) {
        Set<String> picks = new TreeSet<>();
        for (int pick = 0; pick < times; pick++) {
            picks.add(name(pool.destination(FakeFacts.get("/"))));
        }
        return picks;
    }

    private static String name(Destination destination) {
        Server server = destination.next();
        return server == null ? "nobody" : server.name();
    }
}
