package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.config.ClusterConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The engine's oldest member dies, and the other two do not learn it at the same time: who knows
 * first must wait for the other instead of going on alone.
 */
@Timeout(120)
class MasterDeathTest {

    /** How much later the third member learns it: views differ by this on a busy machine. */
    private static final long LATER_MILLIS = 700;

    private final List<HazelcastInstance> engines = new ArrayList<>();

    @AfterEach
    void terminate() {
        engines.forEach(engine -> engine.getLifecycleService().terminate());
    }

    /** Who has left, as one member saw it. */
    private static final class Leavers implements MembershipListener {
        private final Set<UUID> gone = ConcurrentHashMap.newKeySet();
        private final CountDownLatch first = new CountDownLatch(1);

        @Override
        public void memberAdded(MembershipEvent event) {}

        @Override
        public void memberRemoved(MembershipEvent event) {
            gone.add(event.getMember().getUuid());
            first.countDown();
        }
    }

    private Leavers leavers(HazelcastInstance engine) {
        Leavers leavers = new Leavers();
        engine.getCluster().addMembershipListener(leavers);
        return leavers;
    }

    private static void suspects(HazelcastInstance engine, Member dead) {
        ClusterServiceImpl members =
                ((HazelcastInstanceProxy) engine).getOriginal().node.getClusterService();
        members.suspectMember(members.getMember(dead.getUuid()), "its connections are cut", true);
    }

    private static Set<UUID> members(HazelcastInstance engine) {
        return engine.getCluster().getMembers().stream()
                .map(Member::getUuid)
                .collect(Collectors.toSet());
    }

    @Test
    void theOthersStayTogether() throws Exception {
        ClusterConfig cluster =
                TestCluster.config(3, "master-" + UUID.randomUUID(), TestCluster.freePort())
                        .cluster();
        for (ClusterConfig.Node node : cluster.nodes()) {
            engines.add(Hazelcast.newHazelcastInstance(EngineConfig.of(cluster, node)));
        }
        HazelcastInstance second = engines.get(1);
        HazelcastInstance third = engines.get(2);
        Member master = engines.getFirst().getCluster().getLocalMember();
        Set<UUID> survivors =
                Set.of(second.getLocalEndpoint().getUuid(), third.getLocalEndpoint().getUuid());
        Leavers atSecond = leavers(second);
        Leavers atThird = leavers(third);

        suspects(second, master);
        boolean early = atSecond.first.await(LATER_MILLIS, TimeUnit.MILLISECONDS);
        suspects(third, master);
        engines.getFirst().getLifecycleService().terminate();

        assertThat(early).as("removed before the third agrees").isFalse();
        assertThat(atSecond.first.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(atThird.first.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(atSecond.gone).containsExactly(master.getUuid());
        assertThat(atThird.gone).containsExactly(master.getUuid());
        assertThat(members(second)).isEqualTo(survivors);
        assertThat(members(third)).isEqualTo(survivors);
    }
}
