package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hazelcast.config.Config;
import com.hazelcast.config.TcpIpConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.IMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionReply;
import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;
import proa.config.ClusterConfig;
import proa.testing.Ports;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two engines that do not know of each other write the same keys, then meet. Which of them joins
 * the other is the engine's business, so each case is written both ways round.
 */
@Timeout(120)
class HealedSplitTest {

    private static final long MINUTE_MILLIS = 60_000;
    private static final long HOUR_MILLIS = 3_600_000;

    /** The engine rounds to seconds, and keeps a little longer than the value says. */
    private static final long SLACK_MILLIS = 10_000;

    /** The life that is shortened has lasted for a while by then. */
    private static final int AHEAD_MILLIS = 2_000;

    private final List<HazelcastInstance> engines = new ArrayList<>();
    private final List<SplitHealing> healings = new ArrayList<>();
    private final CountDownLatch merged = new CountDownLatch(1);
    private final AtomicInteger refusals = new AtomicInteger();
    private final Set<String> brought = ConcurrentHashMap.newKeySet();
    private long nowMillis;

    private TcpIpConfig start(ClusterConfig cluster, ClusterConfig.Node node) {
        Config config = EngineConfig.of(cluster, node);
        TcpIpConfig peers = config.getNetworkConfig().getJoin().getTcpIpConfig();
        String own = EngineConfig.address(cluster, node).getAddress().getHostAddress();
        peers.setMembers(List.of(own + ":" + cluster.ports().engine()));
        HazelcastInstance engine = Hazelcast.newHazelcastInstance(config);
        IMap<String, byte[]> map = engine.getMap(EngineConfig.MAP);
        SplitHealing healing =
                new SplitHealing(
                        new LocalCopies(engine)::all,
                        keys -> TellStamp.of(map, keys),
                        held -> {
                            brought.add(held.key());
                            if (refusals.getAndDecrement() > 0) {
                                return CompletableFuture.failedFuture(new IOException("late"));
                            }
                            return map.submitToKey(
                                    held.key(), new KeepLater(held.value(), nowMillis));
                        });
        engine.getLifecycleService()
                .addLifecycleListener(
                        event -> {
                            if (event.getState() == LifecycleEvent.LifecycleState.MERGING) {
                                healing.separated();
                            } else if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
                                healing.joined();
                                merged.countDown();
                            }
                        });
        engines.add(engine);
        healings.add(healing);
        return peers;
    }

    private IMap<String, byte[]> map(int side) {
        return engines.get(side).getMap(EngineConfig.MAP);
    }

    private void apply(int side, String key, SessionChange change) {
        SessionReply reply =
                SessionReply.decode(map(side).executeOnKey(key, new ApplyChange(change, false)));
        assertThat(reply.outcome()).isEqualTo(SessionChange.Outcome.DONE);
    }

    private void write(int side, String key, long ttlMillis, int turn) {
        long until = ttlMillis == SessionStore.NEVER ? SessionStore.NEVER : nowMillis + ttlMillis;
        apply(
                side,
                key,
                new SessionChange.Write(
                        stamp(side, turn),
                        nowMillis,
                        (key + turn).getBytes(UTF_8),
                        until,
                        SessionStore.Condition.ALWAYS));
    }

    private SessionStamp stamp(int side, int turn) {
        return new SessionStamp(SessionStamp.timeAfter(0, nowMillis + turn), side + 1);
    }

    private void differ(int earlier, int later) {
        String way = "-" + later;
        write(earlier, "longer" + way, MINUTE_MILLIS, 1);
        write(later, "longer" + way, HOUR_MILLIS, 2);
        write(earlier, "shorter" + way, HOUR_MILLIS, 1);
        write(later, "shorter" + way, MINUTE_MILLIS, 2);
        write(earlier, "ended" + way, HOUR_MILLIS, 1);
        write(later, "ended" + way, HOUR_MILLIS, 1);
        apply(
                later,
                "ended" + way,
                new SessionChange.Expire(
                        stamp(later, AHEAD_MILLIS),
                        nowMillis + AHEAD_MILLIS,
                        nowMillis + AHEAD_MILLIS + 1));
        write(earlier, "never" + way, MINUTE_MILLIS, 1);
        write(later, "never" + way, SessionStore.NEVER, 2);
        write(earlier, "removed" + way, SessionStore.NEVER, 1);
        write(later, "removed" + way, SessionStore.NEVER, 1);
        apply(later, "removed" + way, new SessionChange.Remove(stamp(later, 2), nowMillis));
    }

    private void meet(TcpIpConfig first, TcpIpConfig second) throws InterruptedException {
        List<String> all = new ArrayList<>(first.getMembers());
        all.addAll(second.getMembers());
        first.setMembers(all);
        second.setMembers(all);
        assertThat(merged.await(60, TimeUnit.SECONDS)).as("the two meet").isTrue();
        assertThat(engines).allMatch(engine -> engine.getCluster().getMembers().size() == 2);
        while (healings.stream().anyMatch(SplitHealing::active)) {
            Thread.onSpinWait();
        }
    }

    private void assertKept(String key, long ttlMillis, int turn) {
        SessionValue value = SessionValue.decode(map(0).get(key));
        long expiresAt = map(0).getEntryView(key).getExpirationTime();
        assertThat(value.stamp().millis()).as(key).isEqualTo(nowMillis + turn);
        if (ttlMillis == SessionStore.NEVER) {
            assertThat(expiresAt).as(key).isEqualTo(Long.MAX_VALUE);
        } else {
            assertThat(expiresAt - nowMillis)
                    .as(key)
                    .isBetween(ttlMillis, ttlMillis + SLACK_MILLIS);
        }
    }

    /** The engine's own merge stopped at the first late backup and forgot the rest. */
    @Test
    void nothingIsForgottenWhenTheOthersAreLate() throws Exception {
        ClusterConfig cluster =
                TestCluster.config(2, "late-" + UUID.randomUUID(), Ports.free()).cluster();
        try {
            TcpIpConfig first = start(cluster, cluster.nodes().getFirst());
            TcpIpConfig second = start(cluster, cluster.nodes().getLast());
            nowMillis = System.currentTimeMillis();
            for (int key = 0; key < 500; key++) {
                write(0, "first-" + key, HOUR_MILLIS, 1);
                write(1, "second-" + key, HOUR_MILLIS, 1);
                write(0, "same-" + key, HOUR_MILLIS, 1);
                map(1).set("same-" + key, map(0).get("same-" + key));
            }
            refusals.set(50);
            meet(first, second);
            assertThat(refusals.get()).as("refused").isLessThanOrEqualTo(0);
            assertThat(brought).hasSize(500).noneMatch(key -> key.startsWith("same-"));
            for (int key = 0; key < 500; key++) {
                assertThat(map(0).get("first-" + key)).as("first-%d", key).isNotNull();
                assertThat(map(0).get("second-" + key)).as("second-%d", key).isNotNull();
                assertThat(map(0).get("same-" + key)).as("same-%d", key).isNotNull();
            }
        } finally {
            engines.forEach(engine -> engine.getLifecycleService().terminate());
        }
    }

    @Test
    void whatStaysKeepsItsOwnExpiry() throws Exception {
        ClusterConfig cluster =
                TestCluster.config(2, "split-" + UUID.randomUUID(), Ports.free()).cluster();
        try {
            TcpIpConfig first = start(cluster, cluster.nodes().getFirst());
            TcpIpConfig second = start(cluster, cluster.nodes().getLast());
            nowMillis = System.currentTimeMillis();
            long conflicts = Conflicts.HERE.sum();
            differ(0, 1);
            differ(1, 0);
            write(0, "alone", HOUR_MILLIS, 1);
            meet(first, second);
            assertThat(Conflicts.HERE.sum() - conflicts)
                    .as("keys written on both sides")
                    .isEqualTo(2 * 5);
            for (String way : List.of("-0", "-1")) {
                assertKept("longer" + way, HOUR_MILLIS, 2);
                assertKept("shorter" + way, MINUTE_MILLIS, 2);
                assertKept("ended" + way, HOUR_MILLIS - AHEAD_MILLIS, AHEAD_MILLIS);
                assertThat(
                                SessionValue.decode(map(0).get("ended" + way))
                                        .aliveAt(nowMillis + AHEAD_MILLIS + 1))
                        .as("a life that was shortened and is over")
                        .isFalse();
                assertKept("never" + way, SessionStore.NEVER, 2);
                assertKept("removed" + way, SessionValue.REMOVAL_MILLIS, 2);
            }
        } finally {
            engines.forEach(engine -> engine.getLifecycleService().terminate());
        }
    }
}
