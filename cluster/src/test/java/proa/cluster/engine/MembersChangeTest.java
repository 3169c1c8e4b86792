package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import proa.cluster.member.Certificates;
import proa.cluster.member.ClusterMember;
import proa.cluster.member.Member;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore.Condition;
import proa.cluster.tables.TableKey;
import proa.config.ClusterConfig;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.config.Timing;
import proa.testing.Patience;
import proa.testing.Ports;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A pair becomes a trio, one of that is replaced, and a pair again, one node after the other and
 * under writing clients, as the guide tells operators to: each node that stays is started anew with
 * the changed list, and only when everything is in place again the next one is.
 */
class MembersChangeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long LOOK_NANOS = 2_000_000;
    private static final long PAUSE_NANOS = 10_000_000;
    private static final int WRITERS = 4;
    private static final String TABLE = "clients";

    private final String prefix = prefix();
    private final String cluster = "change-" + ThreadLocalRandom.current().nextInt(1 << 30);
    private final int enginePort = Ports.free();
    private final List<Running> running = new CopyOnWriteArrayList<>();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final Map<Integer, String> stuck = new ConcurrentHashMap<>();
    private final List<SessionException> late = new CopyOnWriteArrayList<>();
    private final List<SessionException> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicInteger number = new AtomicInteger();
    private final List<Thread> writers = new ArrayList<>();
    private volatile boolean writing = true;
    private long incarnation = System.currentTimeMillis();

    /** A node of which clients know once it is whole, and that they have left before it stops. */
    private static final class Running {
        private final String name;
        private final Member member;
        private final HazelcastSessions store;
        private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
        private volatile boolean open;

        Running(String name, Member member, HazelcastSessions store) {
            this.name = name;
            this.member = member;
            this.store = store;
        }

        boolean isWhole(int nodes) {
            return member.view().members().size() == nodes
                    && member.synchronised()
                    && store.members() == nodes
                    && store.settled();
        }

        void close() {
            use.writeLock().lock();
            try {
                open = false;
            } finally {
                use.writeLock().unlock();
            }
            store.close();
            member.close();
        }
    }

    private static String prefix() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "127." + random.nextInt(80, 250) + "." + random.nextInt(1, 250) + ".";
    }

    @AfterEach
    void close() {
        writing = false;
        running.forEach(Running::close);
    }

    private ProaConfig config(int... ids) throws Exception {
        List<ClusterConfig.Node> nodes = new ArrayList<>();
        for (int id : ids) {
            nodes.add(
                    new ClusterConfig.Node(
                            "lb" + id, id, List.of(InetAddress.getByName(prefix + id))));
        }
        ClusterConfig members =
                new ClusterConfig(
                        cluster,
                        Timing.LAN,
                        nodes,
                        Optional.empty(),
                        new ClusterConfig.Ports(7800, 7801, enginePort, 7112),
                        ClusterConfig.Ownership.BIND);
        TableConfig table =
                new TableConfig(
                        TABLE,
                        TableConfig.Key.SOURCE,
                        Duration.ofMinutes(30),
                        1_000_000,
                        Optional.empty());
        return new ProaConfig(members, List.of(), List.of(table), List.of(), List.of());
    }

    /** Starts a node with a list of nodes; returns when everything is in place again. */
    private void start(int id, int... listed) throws Exception {
        Running started = begin(id, listed);
        awaitWhole();
        started.open = true;
    }

    private Running begin(int id, int... listed) throws Exception {
        String name = "lb" + id;
        ProaConfig config = config(listed);
        Member member =
                ClusterMember.start(
                        config, name, ++incarnation, Optional.of(Certificates.named(name)));
        Running begun =
                new Running(
                        name,
                        member,
                        HazelcastSessions.start(config, name, Optional.empty(), member));
        running.add(begun);
        return begun;
    }

    private void stop(int id) {
        Running leaves = running.stream().filter(r -> r.name.equals("lb" + id)).findFirst().get();
        running.remove(leaves);
        leaves.close();
    }

    private void restart(int id, int... listed) throws Exception {
        stop(id);
        start(id, listed);
    }

    private void awaitWhole() {
        Patience patience = new Patience(PATIENCE);
        while (!running.stream().allMatch(each -> each.isWhole(running.size()))) {
            assertThat(patience.isOver())
                    .as(
                            () ->
                                    "not whole: "
                                            + running.stream()
                                                    .map(r -> r.member.statusJson())
                                                    .toList())
                    .isFalse();
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void write(int writer) {
        while (writing) {
            int turn = number.incrementAndGet();
            String key = "sess:" + writer + ":" + turn;
            while (writing && !written(key, turn)) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** A session and a sticky entry, by a node that clients may use. */
    private boolean written(String key, int turn) {
        for (Running each : running) {
            if (turn % 2 == 0 && each == running.getFirst() && running.size() > 1) {
                continue; // clients of several nodes
            }
            each.use.readLock().lock();
            try {
                if (each.open) {
                    String server = "web" + turn % 5;
                    each.member.table(TABLE).stick(new TableKey(7, turn), server);
                    stuck.put(turn, server);
                    each.store.set(key, key.getBytes(UTF_8), 600_000, Condition.ALWAYS);
                    acknowledged.put(key, key);
                    return true;
                }
            } catch (SessionException.Minority e) {
                refusals.incrementAndGet();
            } catch (SessionException.Unknown e) {
                unknown.incrementAndGet(); // under way when the majority went: written again
            } catch (SessionException.Unavailable e) {
                late.add(e); // copies moved for longer than a call waits: written again
            } catch (SessionException e) {
                failures.add(e);
            } finally {
                each.use.readLock().unlock();
            }
        }
        return false;
    }

    /**
     * Every session that was acknowledged by now and every sticky entry, on every node; none was
     * refused, or some were for want of a majority, since the last time. One of which nobody knows
     * may have been either.
     */
    private void isAllThere(String after, boolean refused) throws Exception {
        Map<String, String> sessions = Map.copyOf(acknowledged);
        Map<Integer, String> entries = Map.copyOf(stuck);
        for (Running each : running) {
            for (String key : sessions.keySet()) {
                byte[] found = each.store.get(key);
                assertThat(found).as("%s on %s after: %s", key, each.name, after).isNotNull();
                assertThat(new String(found, UTF_8)).isEqualTo(key);
            }
            awaitEntries(each, entries, after);
        }
        assertThat(failures).as(after).isEmpty();
        assertThat(late)
                .as("each client may once have waited in vain: %s", after)
                .hasSizeLessThanOrEqualTo(WRITERS);
        int now = refusals.getAndSet(0);
        int either = unknown.getAndSet(0) + late.size();
        late.clear();
        System.out.printf(
                "%s: %d sessions, %d sticky entries, %d refusals, %d unknown%n",
                after, sessions.size(), entries.size(), now, either);
        if (refused) {
            assertThat(now + either).as("refused: %s", after).isPositive();
        } else {
            assertThat(now).as("refused: %s", after).isZero();
        }
    }

    private void awaitEntries(Running on, Map<Integer, String> entries, String after) {
        Patience patience = new Patience(PATIENCE);
        entries.forEach(
                (turn, server) -> {
                    TableKey key = new TableKey(7, turn);
                    while (!server.equals(on.member.table(TABLE).server(key))) {
                        assertThat(patience.isOver())
                                .as("no entry %d on %s after: %s", turn, on.name, after)
                                .isFalse();
                        LockSupport.parkNanos(LOOK_NANOS);
                    }
                });
    }

    @Test
    void pairToTrioToAnotherTrioToPairLosesNothing() throws Exception {
        begin(1, 1, 2);
        begin(2, 1, 2);
        awaitWhole();
        running.forEach(each -> each.open = true);
        for (int writer = 0; writer < WRITERS; writer++) {
            int own = writer;
            writers.add(Thread.ofPlatform().daemon().start(() -> write(own)));
        }
        restart(1, 1, 2, 3);
        isAllThere("the first of a pair knows of a third", false);
        restart(2, 1, 2, 3);
        isAllThere("the second does, too", true);
        start(3, 1, 2, 3);
        isAllThere("a trio", false);

        stop(3);
        awaitWhole();
        isAllThere("one of the trio has stopped", false);
        restart(1, 1, 2, 4);
        isAllThere("the first knows the new one", true);
        restart(2, 1, 2, 4);
        isAllThere("the second does, too", true);
        start(4, 1, 2, 4);
        isAllThere("the new one is there", false);

        stop(4);
        awaitWhole();
        restart(1, 1, 2);
        isAllThere("the first is of a pair", true);
        restart(2, 1, 2);
        isAllThere("a pair", false);
        writing = false;
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(acknowledged).hasSizeGreaterThan(100);
    }
}
