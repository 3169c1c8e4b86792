package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.config.ClusterConfig;
import proa.testing.Patience;
import proa.testing.Ports;

import java.io.BufferedReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The engine's oldest member hangs, and the other two do not learn it at the same time: who knows
 * first must wait for the other instead of going on alone. And a member that has no master at all
 * finds one.
 */
@Timeout(120)
class MasterTest {

    /** How much later the third member learns it: views differ by this on a busy machine. */
    private static final long LATER_MILLIS = 300;

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final long LOOK_NANOS = 1_000_000;

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

    private static ClusterServiceImpl service(HazelcastInstance engine) {
        return ((HazelcastInstanceProxy) engine).getOriginal().node.getClusterService();
    }

    private static void suspects(HazelcastInstance engine, Member dead) {
        ClusterServiceImpl members = service(engine);
        members.suspectMember(members.getMember(dead.getUuid()), "its connections are cut", true);
    }

    private static Set<UUID> members(HazelcastInstance engine) {
        return engine.getCluster().getMembers().stream()
                .map(Member::getUuid)
                .collect(Collectors.toSet());
    }

    private void start(ClusterConfig cluster, int from) {
        cluster.nodes().stream()
                .skip(from)
                .forEach(
                        node ->
                                engines.add(
                                        Hazelcast.newHazelcastInstance(
                                                EngineConfig.of(cluster, node))));
    }

    private static ClusterConfig trio(String name, int port) throws Exception {
        return TestCluster.config(3, name, port).cluster();
    }

    /** What a join does that ends its round while it is admitted. */
    @Test
    void aMemberWithoutAMasterIsTakenInAgain() throws Exception {
        start(trio("master-" + UUID.randomUUID(), Ports.free()), 0);
        HazelcastInstance third = engines.get(2);
        CountDownLatch merged = new CountDownLatch(1);
        third.getLifecycleService()
                .addLifecycleListener(
                        event -> {
                            if (event.getState() == LifecycleState.MERGED) {
                                merged.countDown();
                            }
                        });
        service(third).setMasterAddressToJoin(null);
        assertThat(merged.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(service(third).getMasterAddress())
                .isEqualTo(engines.getFirst().getCluster().getLocalMember().getAddress());
        awaitAllSee(3);
    }

    /** The view of a member that others have joined may be older than theirs. */
    private void awaitAllSee(int count) {
        Patience patience = new Patience(DEADLINE);
        while (!engines.stream().allMatch(engine -> members(engine).size() == count)) {
            assertThat(patience.isOver()).as("not all see %d", count).isFalse();
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Test
    void theOthersStayTogether() throws Exception {
        String name = "master-" + UUID.randomUUID();
        int port = Ports.free();
        Process oldest = SessionMember.process(name, port, "lb1");
        try {
            awaitMember(oldest);
            start(trio(name, port), 1);
            awaitAllSee(3);
            hang(oldest);
            HazelcastInstance second = engines.getFirst();
            HazelcastInstance third = engines.getLast();
            Member master = second.getCluster().getMembers().iterator().next();
            Leavers atSecond = leavers(second);
            Leavers atThird = leavers(third);

            suspects(second, master);
            boolean early = atSecond.first.await(LATER_MILLIS, TimeUnit.MILLISECONDS);
            suspects(third, master);

            assertThat(early).as("removed before the third agrees").isFalse();
            assertThat(atSecond.first.await(40, TimeUnit.SECONDS)).isTrue();
            assertThat(atThird.first.await(40, TimeUnit.SECONDS)).isTrue();
            assertThat(atSecond.gone).containsExactly(master.getUuid());
            assertThat(atThird.gone).containsExactly(master.getUuid());
            assertThat(members(second)).hasSize(2).isEqualTo(members(third));
        } finally {
            oldest.destroyForcibly();
        }
    }

    private static void awaitMember(Process member) throws Exception {
        PrintStream out = new PrintStream(member.getOutputStream(), true, UTF_8);
        BufferedReader in = member.inputReader(UTF_8);
        do {
            out.println("members");
        } while (!"1".equals(in.readLine()));
    }

    private static void hang(Process process) throws Exception {
        Process kill =
                new ProcessBuilder("kill", "-STOP", Long.toString(process.pid()))
                        .inheritIO()
                        .start();
        assertThat(kill.waitFor()).isZero();
    }
}
