package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.config.ClusterConfig;
import proa.testing.Ports;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

/** Who stood still asks the engine of another member; here a clock that jumps is the standstill. */
@Timeout(120)
class WakefulnessTest {

    /** No tick of the watch is late by this. */
    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    /** Who is put out stays out. */
    private static final String NEVER_SECONDS = "600";

    private final List<HazelcastInstance> engines = new ArrayList<>();

    @AfterEach
    void terminate() {
        engines.forEach(engine -> engine.getLifecycleService().terminate());
    }

    private void start(int members) throws Exception {
        ClusterConfig cluster =
                TestCluster.config(2, "awake-" + UUID.randomUUID(), Ports.free()).cluster();
        for (ClusterConfig.Node node : cluster.nodes().subList(0, members)) {
            Config config = EngineConfig.of(cluster, node);
            config.setProperty("hazelcast.merge.first.run.delay.seconds", NEVER_SECONDS);
            engines.add(Hazelcast.newHazelcastInstance(config));
        }
    }

    private Wakefulness stoodStill(HazelcastInstance member, boolean aloneIsEnough) {
        Standstill standstill = new Standstill(HOUR_NANOS, System.nanoTime() - 2 * HOUR_NANOS);
        assertThat(standstill.tick(System.nanoTime())).isPositive();
        return Wakefulness.watch(standstill, () -> member, aloneIsEnough);
    }

    @Test
    void anAnswerOfTheOtherEndsTheDoubt() throws Exception {
        start(2);
        try (Wakefulness awake = stoodStill(engines.getLast(), false)) {
            while (!awake.current()) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** That is what the answer is worth: who is put out gets none. */
    @Test
    void whoIsPutOutGetsNoAnswer() throws Exception {
        start(2);
        HazelcastInstance oldest = engines.getFirst();
        HazelcastInstance putOut = engines.getLast();
        Member other = putOut.getCluster().getMembers().iterator().next();
        ClusterServiceImpl members =
                ((HazelcastInstanceProxy) oldest).getOriginal().node.getClusterService();
        UUID out = putOut.getCluster().getLocalMember().getUuid();
        members.suspectMember(members.getMember(out), "it hangs", false);
        assertThat(oldest.getCluster().getMembers()).hasSize(1);
        try {
            var answer = putOut.getExecutorService("hear").submitToMember(new Hear(), other);
            assertThat(answer.get()).as("answer to a stranger").isNull();
        } catch (ExecutionException | RuntimeException e) {
            assertThat(e).hasStackTraceContaining("Member");
        }
    }

    @Test
    void whoIsAloneWaitsForSomebodyOnlyIfItNeedsSomebody() throws Exception {
        start(1);
        try (Wakefulness awake = stoodStill(engines.getFirst(), true)) {
            while (!awake.current()) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        try (Wakefulness awake = stoodStill(engines.getFirst(), false)) {
            assertThat(awake.current()).isFalse();
        }
    }
}
