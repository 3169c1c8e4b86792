package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.cluster.member.Post;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore.Condition;
import proa.config.ProaConfig;
import proa.testing.Ports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * The engines of two members in sight of each other lose each other, and meet again. Nothing that
 * was acknowledged is lost by that, or missing for a moment.
 */
@Timeout(120)
class PartedReadsTest {

    private static final long HOUR = 3_600_000;
    private static final int KEYS = 200;
    private static final int WRITERS = 8;

    private final Map<String, BiConsumer<String, byte[]>> listeners = new ConcurrentHashMap<>();

    /** A member whose words arrive at once. */
    private final class Speaking extends TestCluster.Everybody {
        private final String name;

        private Speaking(String name) {
            this.name = name;
        }

        @Override
        public Post post() {
            return new Post() {
                @Override
                public void send(String node, byte[] bytes) {
                    listeners.getOrDefault(node, (_, _) -> {}).accept(name, bytes);
                }

                @Override
                public void listen(int magic, BiConsumer<String, byte[]> listener) {
                    listeners.put(name, listener);
                }
            };
        }
    }

    /** Not: there is none. */
    private static byte @Nullable [] read(HazelcastSessions store, String key, int turn) {
        try {
            return turn % 2 == 0 ? store.get(key) : store.getAll(List.of("none", key)).getLast();
        } catch (SessionException e) {
            return new byte[0];
        }
    }

    /** That it has lost the other; on a busy machine they may be together again by then. */
    private static final class Parting implements MembershipListener {
        private final CountDownLatch parted;
        private final AtomicBoolean told = new AtomicBoolean();

        private Parting(CountDownLatch parted) {
            this.parted = parted;
        }

        @Override
        public void memberAdded(MembershipEvent event) {}

        @Override
        public void memberRemoved(MembershipEvent event) {
            if (told.compareAndSet(false, true)) {
                parted.countDown();
            }
        }
    }

    /** One after the other, also in the moment in which the one joins the other. */
    private static void write(HazelcastSessions store, String key, Set<String> written) {
        try {
            store.set(key, key.getBytes(UTF_8), HOUR, Condition.ALWAYS);
            written.add(key);
        } catch (SessionException _) {
            // not acknowledged
        }
    }

    private static void part(HazelcastInstance from) {
        ClusterServiceImpl members =
                ((HazelcastInstanceProxy) from).getOriginal().node.getClusterService();
        members.getMembers().stream()
                .filter(member -> !member.localMember())
                .forEach(member -> members.suspectMember(member, "it is cut off", true));
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private final ProaConfig config;
    private final List<HazelcastSessions> stores = new ArrayList<>();
    private final AtomicBoolean writing = new AtomicBoolean(true);
    private final Set<String> written = ConcurrentHashMap.newKeySet();
    private final List<String> missing = new CopyOnWriteArrayList<>();

    PartedReadsTest() throws Exception {
        config = TestCluster.config(2, "doubt-" + UUID.randomUUID(), Ports.free());
    }

    @AfterEach
    void close() {
        stores.forEach(HazelcastSessions::close);
    }

    private boolean allSettled() {
        return stores.stream().allMatch(each -> each.members() == 2 && each.settled());
    }

    private void startAndPart() throws Exception {
        for (String name : List.of("lb1", "lb2")) {
            stores.add(HazelcastSessions.start(config, name, Optional.empty(), new Speaking(name)));
        }
        await(this::allSettled);
        List<HazelcastInstance> engines = new ArrayList<>();
        for (String name : List.of("lb1", "lb2")) {
            String instance = "proa-" + config.cluster().name() + "-" + name;
            engines.add(Hazelcast.getHazelcastInstanceByName(instance));
        }
        CountDownLatch parted = new CountDownLatch(engines.size());
        for (HazelcastInstance engine : engines) {
            engine.getCluster().addMembershipListener(new Parting(parted));
        }
        engines.forEach(PartedReadsTest::part);
        parted.await();
    }

    private List<Thread> writers() {
        List<Thread> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            HazelcastSessions store = stores.get(writer % 2);
            String name = "writer" + writer + "-";
            writers.add(
                    Thread.startVirtualThread(
                            () -> {
                                for (int turn = 0; writing.get(); turn++) {
                                    write(store, name + turn, written);
                                }
                            }));
        }
        return writers;
    }

    /** Each key is written on the one side, and read on the other until there is an answer. */
    private List<Thread> readers() {
        List<Thread> readers = new ArrayList<>();
        for (int side = 0; side < 2; side++) {
            HazelcastSessions other = stores.get(1 - side);
            for (int key = 0; key < KEYS; key++) {
                String name = side + "-" + key;
                while (!written.contains(name)) {
                    write(stores.get(side), name, written);
                }
                readers.add(Thread.ofVirtual().unstarted(() -> readUntilAnswered(other, name)));
            }
        }
        return readers;
    }

    private void readUntilAnswered(HazelcastSessions store, String key) {
        byte[] found = new byte[0];
        for (int turn = 0; found != null && found.length == 0; turn++) {
            found = read(store, key, turn);
        }
        if (found == null) {
            missing.add(key);
        }
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void whatTheOtherHasAloneIsNeitherLostNorMissing() throws Exception {
        startAndPart();
        List<Thread> writers = writers();
        List<Thread> readers = readers();
        readers.forEach(Thread::start);
        join(readers);
        // Copies move slowly beside those who write without a pause.
        await(() -> stores.stream().allMatch(each -> each.members() == 2));
        writing.set(false);
        join(writers);
        await(this::allSettled);
        for (String key : written) {
            assertThat(stores.getFirst().get(key)).as("acknowledged: %s", key).isNotNull();
        }
        assertThat(missing).isEmpty();
        for (HazelcastSessions store : stores) {
            assertThat(store.get("none")).as("nobody brings anything any more").isNull();
            assertThat(store.expire("none", HOUR)).isFalse();
        }
    }
}
