package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.HealthConfig;
import proa.config.RateConfig;
import proa.config.SpreadingConfig;
import proa.node.exchange.Destination;
import proa.node.exchange.Server;
import proa.node.exchange.Waiter;
import proa.node.rules.FakeFacts;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One configuration of the backends follows another. */
class PoolsTest {

    private static final Check CHECK =
            new Check(new Probe.Tcp(), Duration.ofSeconds(1), Duration.ofSeconds(1), 2, 2);

    private final AtomicLong nanos = new AtomicLong();
    private final Queue<Runnable> looks = new ArrayDeque<>();

    private static BackendConfig backend(BackendConfig.Server... servers) {
        return backend(SpreadingConfig.DEFAULTS, servers);
    }

    private static BackendConfig backend(
            SpreadingConfig spreading, BackendConfig.Server... servers) {
        return new BackendConfig(
                        "shop",
                        Balance.ROUND_ROBIN,
                        new BackendConfig.Sticky.Off(),
                        Optional.of(CHECK),
                        List.of(servers),
                        BackendConfig.Timeouts.DEFAULTS,
                        2,
                        64)
                .with(spreading);
    }

    private static BackendConfig.Server server(String name, int port, int weight) {
        return new BackendConfig.Server(
                name, new InetSocketAddress("127.0.0.1", port), weight, false);
    }

    private Pools pools(BackendConfig backend) {
        return new Pools(
                List.of(backend),
                _ -> null,
                nanos::get,
                1,
                () -> Instant.EPOCH,
                new Allowance.Source() {
                    @Override
                    public Allowance shared(String table, String key, RateConfig rate) {
                        throw new AssertionError(table);
                    }

                    @Override
                    public void in(long wait, Runnable action) {
                        looks.add(action);
                    }
                });
    }

    private static Pools follow(Pools before, BackendConfig backend) {
        Pools after = before.next(List.of(backend));
        after.takeOver(before);
        return after;
    }

    private static PooledServer named(Pools pools, String name) {
        PooledServer server = pools.pool("shop").named(name);
        assertThat(server).as(name).isNotNull();
        return server;
    }

    private static Server next(Pools pools) {
        return pools.pool("shop").destination(FakeFacts.get("/")).next();
    }

    @Test
    void aBackendThatIsTheSameKeepsItsPool() {
        BackendConfig backend = backend(server("a", 1, 1));
        Pools before = pools(backend);
        Pools after = follow(before, backend(server("a", 1, 1)));
        assertThat(after.pool("shop")).isSameAs(before.pool("shop"));
    }

    @Test
    void aServerThatStaysKeepsWhatIsKnownOfIt() {
        Pools before = pools(backend(server("a", 1, 1), server("b", 2, 1)));
        PooledServer a = named(before, "a");
        before.pool("shop").health(a, Health.DOWN, "a test");
        before.pool("shop").order(named(before, "b"), Order.DRAIN, "a test");
        a.connectFailed("");

        Pools after = follow(before, backend(server("b", 2, 1), server("a", 1, 7)));
        assertThat(named(after, "a").health()).isEqualTo(Health.DOWN);
        assertThat(named(after, "a").weight()).isEqualTo(7);
        assertThat(named(after, "a").connectFailures()).isEqualTo(1);
        assertThat(named(after, "a").index()).isEqualTo(a.index());
        assertThat(named(after, "b").order()).isEqualTo(Order.DRAIN);
        assertThat(named(after, "a").isSameAs(a)).isTrue();
    }

    @Test
    void whatIsUnderWayEndsWithTheServerOfBefore() {
        Pools before = pools(backend(server("a", 1, 1)));
        Server underWay = next(before);
        Pools after = follow(before, backend(server("a", 1, 2)));
        assertThat(named(after, "a").current()).isEqualTo(1);
        underWay.ended();
        assertThat(named(after, "a").current()).isZero();
        assertThat(named(after, "a").total()).isEqualTo(1);
    }

    @Test
    void anotherAddressIsAnotherServer() {
        Pools before = pools(backend(server("a", 1, 1)));
        next(before);
        Pools after = follow(before, backend(server("a", 2, 1)));
        assertThat(named(after, "a").current()).isZero();
        assertThat(named(after, "a").isSameAs(named(before, "a"))).isFalse();

        Pools announced = follow(after, backend(server("a", 2, 1)).with(ProxyProtocol.V2));
        assertThat(named(announced, "a").isSameAs(named(after, "a")))
                .as("idle connections to it begin otherwise")
                .isFalse();
    }

    @Test
    void aServerThatJoinsWaitsForItsCheckUnlessNobodyElseServes() {
        Pools before = pools(backend(server("a", 1, 1)));
        Pools joined = follow(before, backend(server("a", 1, 1), server("b", 2, 1)));
        assertThat(next(joined).name()).isEqualTo("a");
        assertThat(next(joined).name()).isEqualTo("a");
        joined.pool("shop").health(named(joined, "b"), Health.UP, "a test");
        assertThat(List.of(next(joined).name(), next(joined).name()))
                .containsExactlyInAnyOrder("a", "b");

        Pools replaced = follow(joined, backend(server("c", 3, 1)));
        assertThat(next(replaced).name()).isEqualTo("c");
    }

    @Test
    void whatTheOperatorWeighedStaysUntilTheFileSaysOtherwise() {
        Pools before = pools(backend(server("a", 1, 1), server("b", 2, 1)));
        before.pool("shop").weight(named(before, "a"), 9);
        Pools other = follow(before, backend(server("a", 1, 1), server("b", 2, 5)));
        assertThat(named(other, "a").weight()).isEqualTo(9);
        Pools said = follow(other, backend(server("a", 1, 3), server("b", 2, 5)));
        assertThat(named(said, "a").weight()).isEqualTo(3);
        said.pool("shop").weight(named(said, "a"), 9);
        Pools elsewhere = follow(said, backend(server("a", 1, 3), server("b", 2, 5)));
        assertThat(named(elsewhere, "a").weight()).as("the same pool").isEqualTo(9);
    }

    @Test
    void theVerdictOfACheckThatIsGoneIsForgotten() {
        Pools before = pools(backend(server("a", 1, 1)));
        before.pool("shop").health(named(before, "a"), Health.DOWN, "a test");
        BackendConfig checked = backend(server("a", 1, 1));
        BackendConfig unchecked =
                new BackendConfig(
                        "shop",
                        Balance.ROUND_ROBIN,
                        checked.sticky(),
                        Optional.empty(),
                        checked.servers(),
                        checked.timeouts(),
                        2,
                        64);
        Pools after = follow(before, unchecked);
        assertThat(next(after).name()).isEqualTo("a");
    }

    @Test
    void whoWaitsByTheOldConfigurationHearsOfRoomThatTheNewOneMakes() {
        SpreadingConfig limits = TestPool.limits(Optional.of(1), 10);
        Pools before = pools(backend(limits, server("a", 1, 1)));
        Server busy = next(before);
        Destination late = before.pool("shop").destination(FakeFacts.get("/"));
        assertThat(late.next()).isNull();
        List<Server> granted = new ArrayList<>();
        assertThat(late.joinLine(taking(granted))).isEqualTo(Destination.Line.JOINED);

        Pools after = follow(before, backend(limits, server("a", 1, 2)));
        assertThat(next(after)).as("the limit is one over both").isNull();
        busy.ended();
        assertThat(granted).hasSize(1);
        Destination newer = after.pool("shop").destination(FakeFacts.get("/"));
        assertThat(newer.next()).isNull();
        List<Server> grantedThen = new ArrayList<>();
        newer.joinLine(taking(grantedThen));
        granted.getFirst().ended();
        assertThat(grantedThen).as("told by the end of an old request").hasSize(1);
        assertThat(named(after, "a").current()).isEqualTo(1);
    }

    @Test
    void roomWithinTheLimitOfAllIsHeardOfWhateverServerMakesIt() {
        SpreadingConfig limits = TestPool.limits(Optional.of(1), 10);
        Pools before = pools(backend(limits, server("a", 1, 1)));
        Server busy = next(before);
        List<Server> granted = new ArrayList<>();
        Destination older = before.pool("shop").destination(FakeFacts.get("/"));
        assertThat(older.next()).isNull();
        older.joinLine(taking(granted));

        Pools after = follow(before, backend(limits, server("a", 2, 1)));
        Destination newer = after.pool("shop").destination(FakeFacts.get("/"));
        assertThat(newer.next()).as("the limit is one over both").isNull();
        List<Server> grantedThen = new ArrayList<>();
        newer.joinLine(taking(grantedThen));
        older.leaveLine();
        busy.ended();
        assertThat(grantedThen).as("told by the end at another server").hasSize(1);

        Destination late = before.pool("shop").destination(FakeFacts.get("/"));
        assertThat(late.next()).isNull();
        late.joinLine(taking(granted));
        grantedThen.getFirst().ended();
        assertThat(granted).as("and the other way round").hasSize(1);
        before.retire(after);
        granted.getFirst().ended();
        assertThat(next(after)).isNotNull();
    }

    /** The clock of these pools stands still. */
    @Test
    void aShareThatGrowsIsWholeWhenItIsNotToGrowAnyMore() {
        SpreadingConfig growing = TestPool.slowStart(Duration.ofSeconds(30));
        Pools before = pools(backend(growing, server("a", 1, 1), server("b", 2, 1)));
        for (Health health : List.of(Health.DOWN, Health.UP)) {
            before.pool("shop").health(named(before, "a"), health, "a test");
        }
        assertThat(named(before, "a").sharePercent()).isEqualTo(10);
        Pools after = follow(before, backend(server("a", 1, 1), server("b", 2, 1)));
        assertThat(named(after, "a").sharePercent()).isEqualTo(100);
        assertThat(List.of(next(after).name(), next(after).name()))
                .containsExactlyInAnyOrder("a", "b");
    }

    private static Waiter taking(List<Server> granted) {
        return new Waiter() {
            @Override
            public void granted(Server server) {
                granted.add(server);
            }

            @Override
            public void askAgain() {
                // it goes on waiting
            }
        };
    }

    @Test
    void indexesStayDenseOverManyConfigurations() {
        Pools now = pools(backend(server("a", 1, 1), server("b", 2, 1)));
        for (int port = 3; port < 203; port++) {
            Pools before = now;
            now = follow(before, backend(server("a", 1, 1), server("b", port, 1)));
            assertThat(before.serversBeyond(now))
                    .extracting(PooledServer::name)
                    .containsExactly("b");
            before.retire(now);
        }
        assertThat(named(now, "a").index()).isLessThan(4);
        assertThat(named(now, "b").index()).isLessThan(4);
    }

    @Test
    void aConfigurationThatIsNotUsedLeavesNothingBehind() {
        Pools running = pools(backend(server("a", 1, 1)));
        Pools refused = running.next(List.of(backend(server("a", 1, 1), server("b", 2, 1))));
        refused.retire(running);
        Pools after = follow(running, backend(server("a", 1, 1), server("c", 3, 1)));
        assertThat(named(after, "c").index()).isEqualTo(1);
    }

    /** As one does that waited for its turn, or whose connect failed, while a reload was done. */
    @Test
    void whoJoinsTheLineOfAConfigurationThatIsOverIsNotForgotten() {
        BackendConfig one =
                backend(TestPool.limits(Optional.empty(), 10), TestPool.limited("a", 1));
        BackendConfig other =
                backend(TestPool.limits(Optional.empty(), 9), TestPool.limited("a", 1));
        Pools before = pools(one);
        Destination late = before.pool("shop").destination(FakeFacts.get("/"));
        Pools after = follow(before, other);
        before.retire(after);
        Server busy = next(after);
        assertThat(late.next()).isNull();
        List<Server> granted = new ArrayList<>();
        assertThat(late.joinLine(taking(granted))).isEqualTo(Destination.Line.JOINED);
        busy.ended();
        looks.poll().run();
        assertThat(granted).hasSize(1);
        assertThat(looks).as("nobody waits, and nobody looks").isEmpty();
    }

    @Test
    void whoIsInLineWhenAConfigurationIsGivenUpIsNotForgotten() {
        BackendConfig one =
                backend(TestPool.limits(Optional.empty(), 10), TestPool.limited("a", 1));
        Pools before = pools(one);
        next(before);
        Destination late = before.pool("shop").destination(FakeFacts.get("/"));
        assertThat(late.next()).isNull();
        AtomicInteger asked = new AtomicInteger();
        late.joinLine(
                new Waiter() {
                    @Override
                    public void granted(Server server) {
                        throw new AssertionError(server.name());
                    }

                    @Override
                    public void askAgain() {
                        asked.incrementAndGet();
                    }
                });
        Pools after =
                follow(
                        before,
                        backend(TestPool.limits(Optional.empty(), 9), TestPool.limited("a", 1)));
        before.retire(after);
        looks.poll().run();
        assertThat(asked).hasValue(0);
        after.pool("shop").health(named(after, "a"), Health.DOWN, "a test");
        looks.poll().run();
        assertThat(asked).as("there is nobody to wait for any more").hasValue(1);
    }

    @Test
    void aFindingThatReachesTheConfigurationBeforeIsHeardOf() {
        Pools before = pools(backend(server("a", 1, 1), server("b", 2, 1)));
        PooledServer old = named(before, "a");
        before.pool("shop").health(old, Health.DOWN, "a test");
        Pools after = follow(before, backend(server("a", 1, 2), server("b", 2, 1)));
        before.pool("shop").health(named(before, "b"), Health.DOWN, "a test");
        before.pool("shop").health(old, Health.UP, "a test");
        assertThat(next(after)).as("it is up").isNotNull();
        assertThat(next(after).name()).isEqualTo("a");
    }

    /** One of two that are up is too few; three of four are not. */
    @Test
    void whetherThereIsPanicIsSaidByTheNewestConfiguration() {
        SpreadingConfig growing = TestPool.slowStart(Duration.ofSeconds(10));
        HealthConfig panics = new HealthConfig(Optional.empty(), Optional.empty(), 60);
        Pools before = pools(backend(growing, server("a", 1, 1), server("b", 2, 1)).with(panics));
        before.pool("shop").health(named(before, "a"), Health.DOWN, "a test");
        before.pool("shop").health(named(before, "b"), Health.DOWN, "a test");
        before.pool("shop").health(named(before, "b"), Health.UP, "a test");
        Destination late = before.pool("shop").destination(FakeFacts.get("/"));
        Pools after =
                follow(
                        before,
                        backend(
                                        growing,
                                        server("a", 1, 1),
                                        server("b", 2, 1),
                                        server("c", 3, 1),
                                        server("d", 4, 1))
                                .with(panics));
        for (String name : List.of("c", "d")) {
            after.pool("shop").health(named(after, name), Health.UP, "a test");
        }
        assertThat(named(after, "a").up()).isFalse();
        nanos.set(Duration.ofSeconds(5).toNanos());
        assertThat(late.next()).as("which looks at how the shares have grown").isNotNull();
        assertThat(named(after, "a").up()).isFalse();
    }
}
