package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import proa.cluster.tables.Origin;
import proa.cluster.tables.SipHash;
import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;
import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.RateConfig;
import proa.config.SpreadingConfig;
import proa.config.TableConfig;
import proa.node.exchange.Destination;
import proa.node.exchange.Destination.Line;
import proa.node.exchange.Server;
import proa.node.exchange.Waiter;
import proa.node.rules.FakeFacts;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Servers that are given something only so often. */
class ServerRateTest {

    private static final long MILLI = 1_000_000;

    private final AtomicLong nanos = new AtomicLong();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private Allowance together = new Twice();

    private record Task(long at, Runnable action) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return Long.compare(at, other.at);
        }
    }

    /** Ten a second, two at once. */
    private static BackendConfig.Server rated(String name, Optional<String> table) {
        return new BackendConfig.Server(
                name,
                new InetSocketAddress("127.0.0.1", 1),
                1,
                false,
                1,
                Optional.empty(),
                Optional.of(new RateConfig.OfServer(new RateConfig(10, 2), table)));
    }

    /** Likewise, and one at a time. */
    private static BackendConfig.Server narrow(String name) {
        return new BackendConfig.Server(
                name,
                new InetSocketAddress("127.0.0.1", 1),
                1,
                false,
                1,
                Optional.of(1),
                Optional.of(new RateConfig.OfServer(new RateConfig(10, 2), Optional.empty())));
    }

    private Pools pools(int queue, BackendConfig.Server... servers) {
        return pools(config(queue, servers));
    }

    private Pools pools(BackendConfig config) {
        return new Pools(
                List.of(config),
                _ -> null,
                nanos::get,
                1,
                () -> Instant.EPOCH,
                new Allowance.Source() {
                    @Override
                    public Allowance shared(String table, String key, RateConfig rate) {
                        assertThat(table + " " + key).isEqualTo("rates shop/a");
                        return together;
                    }

                    @Override
                    public void in(long wait, Runnable action) {
                        tasks.add(new Task(nanos.get() + wait, action));
                    }
                });
    }

    private static BackendConfig config(int queue, BackendConfig.Server... servers) {
        SpreadingConfig spreading = TestPool.limits(Optional.empty(), queue);
        return new BackendConfig(
                        "shop",
                        Balance.ROUND_ROBIN,
                        new Sticky.Off(),
                        Optional.empty(),
                        List.of(servers),
                        BackendConfig.Timeouts.DEFAULTS,
                        BackendConfig.RETRIES_DEFAULT,
                        BackendConfig.IDLE_CONNECTIONS_DEFAULT)
                .with(spreading);
    }

    /** What comes of a table: two, and then none for a while. */
    private static final class Twice implements Allowance {
        private int left = 2;

        @Override
        public boolean any() {
            return left > 0;
        }

        @Override
        public boolean take() {
            return left-- > 0;
        }

        @Override
        public void giveBack() {
            left++;
        }

        @Override
        public long waitNanos() {
            return any() ? 0 : 20 * MILLI;
        }
    }

    /** One that says that there is one, but has none; somebody may come when it is asked. */
    private static final class Empty implements Allowance {
        private Runnable meanwhile = () -> {};

        @Override
        public boolean any() {
            return true;
        }

        @Override
        public boolean take() {
            Runnable once = meanwhile;
            meanwhile = () -> {};
            once.run();
            return false;
        }

        @Override
        public void giveBack() {
            throw new AssertionError("nothing was given");
        }

        @Override
        public long waitNanos() {
            return 100 * MILLI;
        }
    }

    /** Ten in ten seconds, as a table counts them: what it has room for, it has a turn for. */
    private final class OfTable implements Allowance {
        private static final int MOST = 10;
        private final TableKey key = new SipHash(1, 2).of("shop/a");
        private final Table table =
                new Table(
                        TableShape.of(
                                new TableConfig(
                                        "rates",
                                        TableConfig.Key.TEXT,
                                        Duration.ofMinutes(1),
                                        10,
                                        Optional.of(Duration.ofSeconds(10)))),
                        10,
                        new Origin(1, 1),
                        WallTime.at(0, 0),
                        3,
                        0);

        @Override
        public boolean any() {
            return table.ceiling(key, 0, nanos.get()) < MOST;
        }

        @Override
        public boolean take() {
            return table.admit(key, 0, MOST, 1, nanos.get()) >= 0;
        }

        @Override
        public void giveBack() {}

        @Override
        public long waitNanos() {
            return any() ? 0 : 20 * MILLI;
        }

        long rate() {
            return table.rate(key, 0, nanos.get());
        }
    }

    private void runUntil(long millis) {
        long end = millis * MILLI;
        for (Task next = tasks.peek(); next != null && next.at <= end; next = tasks.peek()) {
            tasks.remove();
            nanos.set(next.at);
            next.action.run();
        }
        nanos.set(end);
    }

    private static @Nullable String taken(Pool pool) {
        Server server = pool.destination(FakeFacts.get("/")).next();
        if (server == null) {
            return null;
        }
        server.ended();
        return server.name();
    }

    private static final class Client implements Waiter {
        private final Line line;
        private @Nullable Server server;

        Client(Pool pool) {
            Destination choice = pool.destination(FakeFacts.get("/"));
            assertThat(choice.next()).isNull();
            line = choice.joinLine(this);
        }

        @Override
        public void granted(Server granted) {
            server = granted;
        }

        @Override
        public void askAgain() {
            throw new AssertionError("nothing has changed");
        }
    }

    @Test
    void othersGetWhatOneMayNot() {
        Pool pool = pools(0, rated("a", Optional.empty()), TestPool.server("b", 1)).pool("shop");
        List<String> names = new ArrayList<>();
        for (int request = 0; request < 10; request++) {
            names.add(taken(pool));
        }
        assertThat(names).filteredOn("a"::equals).hasSize(2);
        assertThat(names).doesNotContainNull();
        nanos.set(100 * MILLI);
        assertThat(List.of(taken(pool), taken(pool))).contains("a");
    }

    @Test
    void whoFindsNobodyWaitsForTheNextTurn() {
        Pool pool = pools(2, rated("a", Optional.empty())).pool("shop");
        taken(pool);
        taken(pool);
        Client first = new Client(pool);
        Client second = new Client(pool);
        assertThat(first.line).isEqualTo(Line.JOINED);
        assertThat(new Client(pool).line).isEqualTo(Line.FULL);
        runUntil(99);
        assertThat(first.server).isNull();
        runUntil(101);
        assertThat(first.server).isNotNull();
        assertThat(second.server).isNull();
        runUntil(201);
        assertThat(second.server).isNotNull();
        runUntil(10_000);
        assertThat(tasks).as("nobody waits, and nobody looks").isEmpty();
        assertThat(pool.waiting()).isZero();
    }

    @Test
    void aTurnIsNotMissedBecauseTheServerWasFull() {
        Pool pool = pools(9, narrow("a")).pool("shop");
        Server held = pool.destination(FakeFacts.get("/")).next();
        Client first = new Client(pool); // it has a turn, and no place
        Client second = new Client(pool);
        runUntil(5);
        held.ended();
        assertThat(first.server).isNotNull();
        runUntil(60);
        first.server.ended(); // a place, and no turn
        assertThat(second.server).isNull();
        runUntil(121);
        assertThat(second.server).isNotNull();
        Client third = new Client(pool); // neither
        second.server.ended();
        runUntil(201);
        assertThat(third.server).isNotNull();
    }

    @Test
    void withoutAQueueWhatIsTooMuchIsRefused() {
        Pool pool = pools(0, rated("a", Optional.empty())).pool("shop");
        taken(pool);
        taken(pool);
        assertThat(new Client(pool).line).isEqualTo(Line.FULL);
        assertThat(tasks).isEmpty();
    }

    @Test
    void aReloadGivesNobodyAnotherBurst() {
        Pools before = pools(0, rated("a", Optional.empty()));
        taken(before.pool("shop"));
        taken(before.pool("shop"));
        Pools after =
                before.next(
                        List.of(config(0, rated("a", Optional.empty()), TestPool.server("b", 0))));
        after.takeOver(before);
        assertThat(taken(after.pool("shop"))).isNull();
        nanos.set(100 * MILLI);
        assertThat(taken(after.pool("shop"))).isEqualTo("a");
    }

    @Test
    void whereATableIsNamedAllNodesCountTogether() {
        Pool pool = pools(5, rated("a", Optional.of("rates"))).pool("shop");
        assertThat(taken(pool)).isEqualTo("a");
        assertThat(taken(pool)).isEqualTo("a");
        Client waits = new Client(pool);
        runUntil(1_000);
        assertThat(waits.server).isNull();
        assertThat(tasks).as("it is asked again").hasSize(1);
    }

    /** Of a table that has no room for the key, or that slides otherwise than it was asked. */
    @Test
    void aServerThatRefusesWhatItSaysItHasRoomForIsFull() {
        together = new Empty();
        Pool pool =
                pools(1, rated("a", Optional.of("rates")), TestPool.backup("spare")).pool("shop");
        assertThat(taken(pool)).as("backups are not for overload").isNull();
        Client waits = new Client(pool);
        assertThat(waits.line).isEqualTo(Line.JOINED);
        runUntil(1_000);
        assertThat(waits.server).isNull();
        Pool two = pools(1, rated("a", Optional.of("rates")), TestPool.server("b", 1)).pool("shop");
        assertThat(List.of(taken(two), taken(two), taken(two))).containsOnly("b");
    }

    @Test
    void whatSlidesOutOfATablesWindowIsATurnWhenItHasLeft() {
        OfTable table = new OfTable();
        together = table;
        Pool pool = pools(1, rated("a", Optional.of("rates"))).pool("shop");
        for (int request = 0; request < OfTable.MOST; request++) {
            assertThat(taken(pool)).isEqualTo("a");
        }
        runUntil(10_500);
        assertThat(table.rate()).as("half of it has slid out").isEqualTo(OfTable.MOST / 2);
        Client waits = new Client(pool);
        runUntil(10_900);
        assertThat(waits.server).isNull();
        runUntil(11_021);
        assertThat(waits.server).isNotNull();
    }

    /** Whoever comes in the middle finds as many as there may be, and would wait for nobody. */
    @Test
    void aCountThatIsTakenBackHidesNoRoom() {
        Empty empty = new Empty();
        together = empty;
        Pool pool =
                pools(
                                config(1, rated("a", Optional.of("rates")), TestPool.server("b", 1))
                                        .with(TestPool.limits(Optional.of(2), 1)))
                        .pool("shop");
        assertThat(pool.admission().take(pool.named("b"))).isTrue();
        List<Client> clients = new ArrayList<>();
        empty.meanwhile = () -> clients.add(new Client(pool));
        assertThat(pool.admission().take(pool.named("a"))).isFalse();
        Client waits = clients.getFirst();
        assertThat(waits.line).isEqualTo(Line.JOINED);
        runUntil(2);
        assertThat(waits.server).isSameAs(pool.named("b"));
    }
}
