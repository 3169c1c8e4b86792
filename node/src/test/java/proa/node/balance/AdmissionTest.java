package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.SpreadingConfig;
import proa.node.exchange.Destination;
import proa.node.exchange.Destination.Line;
import proa.node.exchange.Server;
import proa.node.exchange.Waiter;
import proa.node.rules.FakeFacts;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Limits of servers and backends, and the line before them. */
class AdmissionTest {

    private static final SpreadingConfig FOUR_WAIT = TestPool.limits(Optional.empty(), 4);

    @Test
    void aServerGetsNoMoreThanItMay() {
        TestPool pool =
                TestPool.of(
                        Balance.ROUND_ROBIN,
                        TestPool.limited("a", 2),
                        TestPool.limited("b", 1),
                        TestPool.backup("spare"));
        for (int request = 0; request < 3; request++) {
            assertThat(pool.take(FakeFacts.get("/"))).isNotNull();
        }
        assertThat(pool.take(FakeFacts.get("/"))).as("backups are not for overload").isNull();
        pool.named("b").ended();
        assertThat(pool.take(FakeFacts.get("/")).name()).isEqualTo("b");
    }

    @Test
    void aBackendGetsNoMoreThanItMay() {
        TestPool pool =
                TestPool.of(
                        Balance.LEAST_CONNECTIONS,
                        TestPool.limits(Optional.of(3), 1),
                        TestPool.servers(2));
        for (int request = 0; request < 3; request++) {
            assertThat(pool.take(FakeFacts.get("/"))).isNotNull();
        }
        Client waits = new Client(pool);
        assertThat(waits.line).isEqualTo(Line.JOINED);
        assertThat(new Client(pool).line).isEqualTo(Line.FULL);
        pool.named("s1").ended();
        assertThat(waits.server).isNotNull();
        assertThat(pool.take(FakeFacts.get("/"))).isNull();
    }

    @Test
    void whoComesFirstIsServedFirst() {
        TestPool pool = TestPool.of(Balance.ROUND_ROBIN, FOUR_WAIT, TestPool.limited("a", 1));
        Server first = pool.take(FakeFacts.get("/"));
        List<Client> line = new ArrayList<>();
        for (int client = 0; client < 4; client++) {
            line.add(new Client(pool));
        }
        assertThat(new Client(pool).line).isEqualTo(Line.FULL);
        assertThat(pool.pool.waiting()).isEqualTo(4);
        first.ended();
        for (int turn = 0; turn < 4; turn++) {
            Client client = line.get(turn);
            assertThat(client.server).isNotNull();
            assertThat(line.stream().filter(each -> each.server != null)).hasSize(turn + 1);
            assertThat(pool.named("a").current()).isEqualTo(1);
            client.server.ended();
        }
        assertThat(pool.named("a").current()).isZero();
        assertThat(pool.named("a").total()).isEqualTo(5);
        assertThat(pool.pool.waiting()).isZero();
    }

    @Test
    void whoLeavesTheLineIsPassedOver() {
        TestPool pool = TestPool.of(Balance.ROUND_ROBIN, FOUR_WAIT, TestPool.limited("a", 1));
        Server first = pool.take(FakeFacts.get("/"));
        Client gone = new Client(pool);
        Client stays = new Client(pool);
        gone.choice.leaveLine();
        assertThat(pool.pool.waiting()).isEqualTo(1);
        first.ended();
        assertThat(gone.server).isNull();
        assertThat(stays.server).isNotNull();
    }

    @Test
    void nobodyWaitsWhereNothingIsLimitedOrNobodyIsLeft() {
        TestPool free = TestPool.of(Balance.ROUND_ROBIN, FOUR_WAIT, TestPool.servers(1));
        free.down("s0");
        assertThat(new Client(free).line).isEqualTo(Line.NOBODY);
        TestPool limited = TestPool.of(Balance.ROUND_ROBIN, FOUR_WAIT, TestPool.limited("a", 1));
        limited.down("a");
        assertThat(new Client(limited).line).isEqualTo(Line.NOBODY);
        limited.up("a");
        Client once = new Client(limited);
        assertThat(once.server).isNotNull();
        assertThat(once.choice.next()).isNull();
        assertThat(once.choice.joinLine(once))
                .as("the only one has been tried")
                .isEqualTo(Line.NOBODY);
    }

    @Test
    void aStickyClientWaitsForItsOwnServer() {
        TestPool pool =
                new TestPool(
                        Balance.ROUND_ROBIN,
                        new Sticky.Cookie("S"),
                        FOUR_WAIT,
                        List.of(TestPool.limited("a", 1), TestPool.limited("b", 1)));
        FakeFacts ofA = FakeFacts.get("/").withCookie("S", "a");
        Server onA = pool.take(ofA);
        Client waits = new Client(pool, ofA);
        assertThat(waits.line).as("although the other has room").isEqualTo(Line.JOINED);
        Server onB = pool.take(FakeFacts.get("/"));
        assertThat(onB.name()).isEqualTo("b");
        Client anybody = new Client(pool);
        onB.ended();
        assertThat(waits.server).isNull();
        assertThat(anybody.server.name()).isEqualTo("b");
        onA.ended();
        assertThat(waits.server.name()).isEqualTo("a");
    }

    /** Or whoever waits for a full server would have it asked without a pause. */
    @Test
    void aServerThatIsFullIsNotCountedFirst() {
        TestPool pool =
                new TestPool(
                        Balance.ROUND_ROBIN,
                        new Sticky.Cookie("S"),
                        TestPool.limits(Optional.of(3), 4),
                        List.of(TestPool.limited("a", 1), TestPool.server("b", 1)));
        FakeFacts ofA = FakeFacts.get("/").withCookie("S", "a");
        pool.take(ofA);
        Server onB = pool.take(FakeFacts.get("/").withCookie("S", "b"));
        assertThat(new Client(pool, ofA).line).isEqualTo(Line.JOINED);
        onB.ended();
        assertThat(pool.later).isEmpty();
    }

    @Test
    void aStickyClientGoesElsewhereWhenTheLineIsFull() {
        TestPool pool =
                new TestPool(
                        Balance.ROUND_ROBIN,
                        new Sticky.Cookie("S"),
                        TestPool.limits(Optional.empty(), 0),
                        List.of(TestPool.limited("a", 1), TestPool.limited("b", 1)));
        FakeFacts ofA = FakeFacts.get("/").withCookie("S", "a");
        pool.take(ofA);
        assertThat(pool.take(ofA).name()).isEqualTo("b");
    }

    @Test
    void whoWaitsAsksAnewWhenServersChange() {
        TestPool pool =
                new TestPool(
                        Balance.ROUND_ROBIN,
                        new Sticky.Cookie("S"),
                        FOUR_WAIT,
                        List.of(TestPool.limited("a", 1), TestPool.limited("b", 1)));
        FakeFacts ofA = FakeFacts.get("/").withCookie("S", "a");
        pool.take(ofA);
        Client waits = new Client(pool, ofA);
        pool.down("a");
        assertThat(waits.server.name()).as("its own is down").isEqualTo("b");
    }

    @Test
    void aServerThatGoesDownJustBeforeItIsWaitedForIsNoticed() {
        TestPool pool =
                new TestPool(
                        Balance.ROUND_ROBIN,
                        new Sticky.Cookie("S"),
                        FOUR_WAIT,
                        List.of(TestPool.limited("a", 1), TestPool.limited("b", 1)));
        FakeFacts ofA = FakeFacts.get("/").withCookie("S", "a");
        pool.take(ofA);
        Destination choice = pool.pool.destination(ofA);
        assertThat(choice.next()).isNull();
        pool.down("a");
        AtomicReference<@Nullable Server> asked = new AtomicReference<>();
        Waiter waiter =
                new Waiter() {
                    @Override
                    public void granted(Server server) {
                        throw new AssertionError(server.name());
                    }

                    @Override
                    public void askAgain() {
                        asked.set(choice.next());
                    }
                };
        assertThat(choice.joinLine(waiter)).isEqualTo(Line.JOINED);
        assertThat(asked.get().name()).isEqualTo("b");
        assertThat(pool.pool.waiting()).isZero();
    }

    @Test
    void aServerThatComesUpServesTheLine() {
        TestPool pool =
                TestPool.of(
                        Balance.ROUND_ROBIN,
                        FOUR_WAIT,
                        TestPool.limited("a", 1),
                        TestPool.limited("b", 2));
        pool.down("b");
        pool.take(FakeFacts.get("/"));
        Client one = new Client(pool);
        Client two = new Client(pool);
        Client three = new Client(pool);
        pool.up("b");
        assertThat(one.server.name()).isEqualTo("b");
        assertThat(two.server.name()).isEqualTo("b");
        assertThat(three.server).isNull();
        assertThat(pool.pool.waiting()).isEqualTo(1);
    }

    /** Whoever asks anew does so later, on an event loop of its own. */
    @Test
    void aChangeThatIsNoMatterForThoseInLineLeavesThemThere() {
        TestPool pool =
                TestPool.of(
                        Balance.ROUND_ROBIN,
                        TestPool.limits(Optional.empty(), 2),
                        TestPool.limited("a", 1),
                        TestPool.limited("b", 1),
                        TestPool.backup("spare"));
        Server onA = pool.take(FakeFacts.get("/"));
        pool.take(FakeFacts.get("/"));
        List<Server> granted = new ArrayList<>();
        Waiter patient =
                new Waiter() {
                    @Override
                    public void granted(Server server) {
                        granted.add(server);
                    }

                    @Override
                    public void askAgain() {
                        throw new AssertionError("there is still somebody to wait for");
                    }
                };
        for (int client = 0; client < 2; client++) {
            Destination choice = pool.pool.destination(FakeFacts.get("/"));
            assertThat(choice.next()).isNull();
            assertThat(choice.joinLine(patient)).isEqualTo(Line.JOINED);
        }
        pool.down("spare");
        pool.down("b");
        assertThat(pool.pool.waiting()).isEqualTo(2);
        assertThat(new Client(pool).line).as("nobody gets in before them").isEqualTo(Line.FULL);
        onA.ended();
        assertThat(granted).hasSize(1);
    }

    /**
     * Threads that take, wait, give up and end as fast as they can: the limits hold at every
     * moment, and in the end nobody waits beside an idle server.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 5})
    void limitsHoldAndNobodyIsForgottenWithSeveralThreads(int ofTheBackend) throws Exception {
        Optional<Integer> most = ofTheBackend == 0 ? Optional.empty() : Optional.of(ofTheBackend);
        TestPool pool =
                TestPool.of(
                        Balance.ROUND_ROBIN,
                        TestPool.limits(most, 64),
                        TestPool.limited("a", 2),
                        TestPool.limited("b", 4));
        Crowd crowd = new Crowd(pool, ofTheBackend == 0 ? 6 : ofTheBackend);
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 16; thread++) {
            boolean impatient = thread % 4 == 0;
            threads.add(Thread.ofPlatform().start(() -> crowd.run(2_000, impatient)));
        }
        for (Thread thread : threads) {
            thread.join(60_000);
            assertThat(thread.isAlive()).as("somebody was forgotten in line").isFalse();
        }
        assertThat(crowd.offences).isEmpty();
        assertThat(crowd.served.get()).isPositive();
        assertThat(pool.pool.waiting()).isZero();
        assertThat(pool.named("a").current()).isZero();
        assertThat(pool.named("b").current()).isZero();
        assertThat(pool.named("a").total() + pool.named("b").total())
                .isEqualTo(crowd.served.get() + crowd.late.get());
    }

    /** One request; asks again when told to. */
    private static final class Client implements Waiter {
        final Destination choice;
        Line line = Line.NOBODY;
        @Nullable Server server;

        Client(TestPool pool) {
            this(pool, FakeFacts.get("/"));
        }

        Client(TestPool pool, FakeFacts facts) {
            choice = pool.pool.destination(facts);
            askAgain();
        }

        @Override
        public void granted(Server granted) {
            server = granted;
        }

        @Override
        public void askAgain() {
            server = choice.next();
            if (server == null) {
                line = choice.joinLine(this);
            }
        }
    }

    /** What the threads do and find. */
    private static final class Crowd {
        final ConcurrentLinkedQueue<String> offences = new ConcurrentLinkedQueue<>();
        final AtomicInteger served = new AtomicInteger();
        final AtomicInteger late = new AtomicInteger();
        private final TestPool pool;
        private final int most;
        private final AtomicInteger inside = new AtomicInteger();

        Crowd(TestPool pool, int most) {
            this.pool = pool;
            this.most = most;
        }

        void run(int requests, boolean impatient) {
            for (int request = 0; request < requests; request++) {
                Patient patient = new Patient(late);
                Destination choice = pool.pool.destination(FakeFacts.get("/"));
                Server server = choice.next();
                if (server == null && choice.joinLine(patient) == Line.JOINED) {
                    server = patient.await(impatient ? 20 : Integer.MAX_VALUE);
                    if (server == null) {
                        choice.leaveLine();
                    }
                }
                if (server != null) {
                    use(server);
                }
            }
        }

        private void use(Server server) {
            int now = inside.incrementAndGet();
            if (now > most) {
                offences.add(now + " at once");
            }
            served.incrementAndGet();
            Thread.onSpinWait();
            inside.decrementAndGet();
            server.ended();
        }
    }

    /** Waits on another thread than the one that grants; what comes too late goes back. */
    private static final class Patient implements Waiter {
        private final AtomicInteger late;
        private final Thread thread = Thread.currentThread();
        private @Nullable Server server;
        private boolean gone;

        Patient(AtomicInteger late) {
            this.late = late;
        }

        @Override
        public void granted(Server granted) {
            boolean tooLate;
            synchronized (this) {
                tooLate = gone;
                server = granted;
            }
            if (tooLate) {
                late.incrementAndGet();
                granted.ended();
            }
            LockSupport.unpark(thread);
        }

        @Override
        public void askAgain() {
            throw new AssertionError("nothing changed");
        }

        @Nullable Server await(int looks) {
            for (int look = 0; look < looks; look++) {
                synchronized (this) {
                    if (server != null) {
                        return server;
                    }
                }
                LockSupport.parkNanos(looks == Integer.MAX_VALUE ? 1_000_000_000L : 1_000);
            }
            synchronized (this) {
                gone = server == null;
                return server;
            }
        }
    }
}
