package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;

import java.util.Objects;

/** An engine ends by itself when it could not join the others after a split. */
@Timeout(120)
class EngineEndTest {

    private static final int KEYS = 200;

    @Test
    void anEngineThatEndedIsStartedAgainAndNothingIsLost() throws Exception {
        try (TestCluster cluster = TestCluster.start(2)) {
            HazelcastSessions hit = cluster.stores.getFirst();
            for (int key = 0; key < KEYS; key++) {
                hit.set(
                        "key" + key,
                        ("value" + key).getBytes(UTF_8),
                        SessionStore.NEVER,
                        SessionStore.Condition.ALWAYS);
            }
            Objects.requireNonNull(engine(cluster)).getLifecycleService().terminate();
            assertThat(hit.members()).isZero();
            cluster.awaitWhole();
            for (int key = 0; key < KEYS; key++) {
                for (SessionStore store : cluster.stores) {
                    assertThat(store.get("key" + key)).asString(UTF_8).isEqualTo("value" + key);
                }
            }
            assertThat(hit.writable()).isTrue();
        }
    }

    /** Whoever keeps its content, or asks for it, does so again later. */
    @Test
    void oneThatHasJustEndedIsAsOneThatStarts() throws Exception {
        try (TestCluster cluster = TestCluster.start(1)) {
            HazelcastInstance ended = Objects.requireNonNull(engine(cluster));
            ended.getLifecycleService().terminate();
            assertThatThrownBy(() -> Keeping.life(ended))
                    .isInstanceOf(SessionException.Starting.class);
            assertThatThrownBy(() -> Keeping.map(ended, EngineConfig.LIVES))
                    .isInstanceOf(SessionException.Starting.class);
        }
    }

    private static @Nullable HazelcastInstance engine(TestCluster cluster) {
        return Hazelcast.getHazelcastInstanceByName(
                "proa-" + cluster.config.cluster().name() + "-lb1");
    }
}
