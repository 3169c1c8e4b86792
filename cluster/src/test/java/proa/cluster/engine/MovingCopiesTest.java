package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hazelcast.cluster.Address;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.networking.nio.NioChannel;
import com.hazelcast.internal.partition.IPartition;
import com.hazelcast.internal.partition.InternalPartitionService;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.server.tcp.TcpServerConnection;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.cluster.sessions.SessionStore;
import proa.config.ProaConfig;
import proa.testing.Ports;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * While copies move, a member that was a backup may not know yet that it is none any more: what
 * lies there may be older than what was acknowledged.
 */
@Timeout(180)
class MovingCopiesTest {

    private static final int KEYS = 50;
    private static final long LOOK_NANOS = 1_000_000;

    private final String name = "moving-" + UUID.randomUUID();
    private final List<HazelcastSessions> stores = new ArrayList<>();

    @AfterEach
    void close() {
        stores.forEach(HazelcastSessions::close);
    }

    private static void await(BooleanSupplier what) {
        while (!what.getAsBoolean()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void start(ProaConfig config, String node) throws Exception {
        stores.add(
                HazelcastSessions.start(
                        config, node, Optional.empty(), new TestCluster.Everybody()));
        int members = stores.size();
        await(() -> stores.stream().allMatch(store -> store.members() == members));
    }

    private void awaitSettled() {
        await(() -> stores.stream().allMatch(HazelcastSessions::settled));
    }

    private InternalPartitionService master() {
        return node(MovingCopiesTest::isOldest).getPartitionService();
    }

    private static boolean isOldest(HazelcastInstance engine) {
        return engine.getCluster().getMembers().iterator().next().localMember();
    }

    private Node node(Predicate<HazelcastInstance> which) {
        HazelcastInstance found =
                Hazelcast.getAllHazelcastInstances().stream()
                        .filter(engine -> engine.getName().contains(name))
                        .filter(which)
                        .findFirst()
                        .orElseThrow();
        return ((HazelcastInstanceProxy) found).getOriginal().node;
    }

    /** None for a moment where the machine stood still: it asks first whether it is a member. */
    private static long atHand(HazelcastSessions store) {
        return IntStream.range(0, KEYS)
                .mapToObj(key -> store.atHand("key-" + key))
                .filter(Objects::nonNull)
                .count();
    }

    @Test
    void nothingIsReadInPlaceUntilEveryCopyIsWhereItBelongs() throws Exception {
        ProaConfig config = TestCluster.config(3, name, Ports.free());
        start(config, "lb1");
        start(config, "lb2");
        awaitSettled();
        List<String> keys = IntStream.range(0, KEYS).mapToObj(key -> "key-" + key).toList();
        write(stores.getFirst(), keys, "value");
        await(() -> stores.stream().allMatch(store -> atHand(store) == KEYS));

        InternalPartitionService moving = master();
        moving.pauseMigration();
        start(config, "lb3");
        assertThat(stores).allSatisfy(store -> assertThat(atHand(store)).isZero());
        for (HazelcastSessions store : stores) {
            assertThat(store.settled()).isFalse();
            assertThat(store.get("key-7")).asString(UTF_8).isEqualTo("value");
        }

        moving.resumeMigration();
        awaitSettled();
        AtomicLong found = new AtomicLong();
        await(
                () -> {
                    found.set(stores.stream().mapToLong(MovingCopiesTest::atHand).sum());
                    return found.get() >= 2 * KEYS;
                });
        assertThat(found).as("each key at its owner and its backup").hasValue(2 * KEYS);
    }

    /**
     * The one that hears last of a third member: what the oldest tells it does not arrive, as where
     * a thread gets no processor. The oldest has to wait for it before it moves what lies there.
     */
    @Test
    void whoHearsLastOfAMemberReadsNothingOld() throws Exception {
        ProaConfig config = TestCluster.config(3, name, Ports.free());
        start(config, "lb1");
        start(config, "lb2");
        awaitSettled();
        HazelcastSessions first = stores.getFirst();
        HazelcastSessions second = stores.getLast();
        List<String> keys = IntStream.range(0, KEYS).mapToObj(key -> "key-" + key).toList();
        write(first, keys, "old");
        await(() -> atHand(second) == KEYS);

        Node oldest = node(MovingCopiesTest::isOldest);
        CountDownLatch hears = deafen(node(Predicate.not(MovingCopiesTest::isOldest)), oldest);
        List<String> moved;
        List<String> stale;
        try {
            stores.add(
                    HazelcastSessions.start(
                            config, "lb3", Optional.empty(), new TestCluster.Everybody()));
            String third = EngineConfig.host(config.cluster().node("lb3").orElseThrow());
            await(() -> !backedBy(third, oldest, keys).isEmpty() || waits(oldest));
            moved = backedBy(third, oldest, keys);
            write(first, moved, "new");
            stale = moved.stream().filter(key -> "old".equals(textAtHand(second, key))).toList();
        } finally {
            hears.countDown();
        }
        assertThat(stale).as("read in place of what was acknowledged").isEmpty();
        assertThat(moved).as("moved without the word of one that reads").isEmpty();
        await(() -> stores.stream().allMatch(store -> store.members() == 3));
        awaitSettled();
        await(() -> stores.stream().mapToLong(MovingCopiesTest::atHand).sum() >= 2 * KEYS);
    }

    /** From now on, what one engine sends another is not read until the latch is counted down. */
    private static CountDownLatch deafen(Node node, Node to) {
        TcpServerConnection connection =
                (TcpServerConnection)
                        node.getServer()
                                .getConnectionManager(EndpointQualifier.MEMBER)
                                .get(to.getThisAddress());
        CountDownLatch hears = new CountDownLatch(1);
        ((NioChannel) connection.getChannel())
                .inboundPipeline()
                .owner()
                .addTaskAndWakeup(() -> awaitQuietly(hears));
        return hears;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the thread that moves copies waits for members to stop reading. */
    private static boolean waits(Node oldest) {
        String its = oldest.hazelcastInstance.getName();
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().contains(its))
                .flatMap(thread -> Arrays.stream(thread.getValue()))
                .anyMatch(frame -> frame.getClassName().equals(ReadGrants.class.getName()));
    }

    /** Which keys one owns and another backs up. */
    private static List<String> backedBy(String backup, Node owner, List<String> keys) {
        return keys.stream()
                .filter(
                        key -> {
                            IPartition lies = partition(owner, key);
                            Address second = lies.getReplicaAddress(1);
                            return lies.isLocal()
                                    && second != null
                                    && second.getHost().equals(backup);
                        })
                .toList();
    }

    private static IPartition partition(Node node, String key) {
        Data name = node.getSerializationService().toData(key);
        InternalPartitionService partitions = node.getPartitionService();
        return partitions.getPartition(partitions.getPartitionId(name), false);
    }

    private static @Nullable String textAtHand(HazelcastSessions store, String key) {
        byte[] found = store.atHand(key);
        return found == null ? null : new String(found, UTF_8);
    }

    @Test
    void aMasterOfAnEarlierVersionGrantsNothing() throws Exception {
        ProaConfig config = TestCluster.config(3, name, Ports.free());
        start(config, "lb1");
        start(config, "lb2");
        awaitSettled();
        Node second = node(Predicate.not(MovingCopiesTest::isOldest));
        ReadGrants grants = ReadGrants.here(second.getNodeEngine().getHazelcastInstance());
        assertThat(grants).isNotNull();
        assertThat(grants.ask()).isEqualTo(ReadGrants.Answer.GRANTED);
        assertThat(grants.ask(new Unheard())).isEqualTo(ReadGrants.Answer.UNKNOWN);
    }

    /** A question that no version knows. */
    private static final class Unheard extends ReadMessage {
        @Override
        Long answer(ReadGrants here) {
            throw new AssertionError("nobody knows it");
        }

        @Override
        public int getClassId() {
            return Integer.MAX_VALUE;
        }
    }

    private static void write(HazelcastSessions store, List<String> keys, String value)
            throws Exception {
        for (String key : keys) {
            store.set(
                    key, value.getBytes(UTF_8), SessionStore.NEVER, SessionStore.Condition.ALWAYS);
        }
    }
}
