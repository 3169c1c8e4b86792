package proa.chaos.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class StartBenchTest {

    /** Three times the promise: classes from folders, no cache, and whatever else is running. */
    private static final long TRIPWIRE_MILLIS = 4_500;

    @Test
    void aNodeAnswersSoonAfterItsStart() throws Exception {
        StartBench.Report report = StartBench.measure(3);
        System.out.print(report.line());
        assertThat(report.bestMillis()).isPositive().isLessThan(TRIPWIRE_MILLIS);
    }

    @Test
    void theMedianIsTheOneInTheMiddle() {
        StartBench.Report report = StartBench.Report.of(List.of(900L, 1_700L, 1_600L));
        assertThat(report.medianMillis()).isEqualTo(1_600);
        assertThat(report.bestMillis()).isEqualTo(900);
        assertThat(report.line()).contains("1600 ms (median of 3, best 900), NOT within");
    }
}
