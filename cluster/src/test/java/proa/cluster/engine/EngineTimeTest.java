package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hazelcast.internal.util.Clock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import proa.cluster.sessions.SessionStore;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A member's wall that is set while it keeps sessions. */
class EngineTimeTest {

    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    private final AtomicLong aheadMillis = new AtomicLong();

    @AfterEach
    void putBack() {
        EngineTime.beginAnew();
    }

    private void beginBesideATurnedWall() {
        EngineTime.beginAnew(
                new EngineClock(
                        0, () -> System.currentTimeMillis() + aheadMillis.get(), System::nanoTime));
    }

    @Test
    void anHourAheadEndsNothing() throws Exception {
        try (TestCluster cluster = TestCluster.start(1)) {
            beginBesideATurnedWall();
            SessionStore store = cluster.stores.getFirst();
            store.set(
                    "kept",
                    "value".getBytes(UTF_8),
                    Duration.ofMinutes(30).toMillis(),
                    SessionStore.Condition.ALWAYS);
            long before = Clock.currentTimeMillis();

            aheadMillis.set(HOUR_MILLIS);

            assertThat(Clock.currentTimeMillis() - before)
                    .as("milliseconds that passed for the engine")
                    .isBetween(0L, HOUR_MILLIS / 2);
            assertThat(store.get("kept")).isEqualTo("value".getBytes(UTF_8));
        }
    }

    @Test
    void isTheWallAgainWhereTheEngineBeginsAnew() throws Exception {
        try (TestCluster cluster = TestCluster.start(1)) {
            assertThat(cluster.stores).hasSize(1);
            aheadMillis.set(HOUR_MILLIS);
            long before = Clock.currentTimeMillis();
            beginBesideATurnedWall();
            assertThat(Clock.currentTimeMillis() - before).isGreaterThan(HOUR_MILLIS / 2);
        }
    }
}
