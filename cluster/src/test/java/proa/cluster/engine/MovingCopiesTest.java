package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.partition.InternalPartitionService;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.cluster.sessions.SessionStore;
import proa.config.ProaConfig;
import proa.testing.Ports;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
        HazelcastInstance oldest =
                Hazelcast.getAllHazelcastInstances().stream()
                        .filter(engine -> engine.getName().contains(name))
                        .filter(
                                engine ->
                                        engine.getCluster()
                                                .getMembers()
                                                .iterator()
                                                .next()
                                                .localMember())
                        .findFirst()
                        .orElseThrow();
        return ((HazelcastInstanceProxy) oldest).getOriginal().node.getPartitionService();
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
        for (int key = 0; key < KEYS; key++) {
            stores.getFirst()
                    .set(
                            "key-" + key,
                            "value".getBytes(UTF_8),
                            SessionStore.NEVER,
                            SessionStore.Condition.ALWAYS);
        }
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
}
