package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.internal.util.Clock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A member's wall that is set while it keeps sessions. */
class EngineTimeTest {

    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final AtomicLong wallMillis = new AtomicLong(System.currentTimeMillis());
    private final AtomicLong nanos = new AtomicLong();

    @AfterEach
    void putBack() {
        EngineTime.beginAnew();
    }

    private void begin() {
        EngineTime.beginAnew(wallMillis::get, nanos::get);
    }

    /** Both clocks go on, and somebody asks once a second. */
    private void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            nanos.addAndGet(SECOND_NANOS);
            wallMillis.addAndGet(1_000);
            EngineTime.nowMillis();
        }
    }

    private long awayMillis() {
        return wallMillis.get() - EngineTime.nowMillis();
    }

    @Test
    void theEngineGoesByIt() throws Exception {
        try (TestCluster cluster = TestCluster.start(1)) {
            assertThat(cluster.stores).hasSize(1);
            wallMillis.addAndGet(-HOUR_MILLIS);
            begin();
            assertThat(Clock.currentTimeMillis()).isEqualTo(wallMillis.get());
        }
    }

    @Test
    void aWallThatIsSetAheadWhileItRunsIsNotFollowed() {
        begin();
        pass(Duration.ofMinutes(11));
        wallMillis.addAndGet(HOUR_MILLIS);
        pass(Duration.ofMinutes(2));
        assertThat(awayMillis()).isGreaterThan(HOUR_MILLIS - 1_000);
    }

    @Test
    void aWallThatIsSetSoonAfterItBeganIsFollowed() {
        wallMillis.addAndGet(-HOUR_MILLIS);
        begin();
        pass(Duration.ofMinutes(1));
        wallMillis.addAndGet(HOUR_MILLIS);
        pass(Duration.ofMinutes(1));
        assertThat(awayMillis()).isZero();
    }

    @Test
    void itIsTheWallAgainWhereItBeginsAnew() {
        begin();
        pass(Duration.ofMinutes(11));
        wallMillis.addAndGet(HOUR_MILLIS);
        begin();
        assertThat(awayMillis()).isZero();
    }
}
