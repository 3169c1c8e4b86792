package proa.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class SlowWarningTest {
    private static final long SLOW = 100_000_000;

    private final SlowWarning warning = new SlowWarning(Duration.ofNanos(SLOW));

    @Test
    void isDueOncePerPeriod() {
        assertThat(warning.due(SLOW, 0)).as("not slower than that").isFalse();
        assertThat(warning.due(SLOW + 1, 5)).isTrue();
        assertThat(warning.due(SLOW + 1, SlowWarning.PERIOD_NANOS)).isFalse();
        assertThat(warning.due(1, SlowWarning.PERIOD_NANOS + 1)).isFalse();
        assertThat(warning.due(SLOW + 1, SlowWarning.PERIOD_NANOS + 5)).isTrue();
        assertThat(warning.due(SLOW + 1, SlowWarning.PERIOD_NANOS + 6)).isFalse();
    }
}
