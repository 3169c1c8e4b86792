package proa.chaos.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.lab.Lab;

import java.util.List;
import java.util.Optional;

class StartBenchTest {

    /** Three times the promise: classes from folders, no cache, and whatever else is running. */
    private static final long TRIPWIRE_MILLIS = 4_500;

    /**
     * Ten times the promise, for the best of three: they may share two busy cores with all tests.
     */
    private static final long VIPD_TRIPWIRE_MILLIS = 10 * VipdStart.BUDGET_MILLIS;

    /** Classes from folders, no cache. */
    private static final double VIPD_MEGABYTES_MAX = 1.5 * VipdStart.MEGABYTES_MAX;

    private static final VipdStart VIPD = new VipdStart(290, 250, 91);

    @Test
    void aNodeAnswersSoonAfterItsStart() throws Exception {
        StartBench.Report report = StartBench.measure(3, 3);
        System.out.print(report.line());
        assertThat(report.bestMillis()).isPositive().isLessThan(TRIPWIRE_MILLIS);
        assertThat(report.vipd().isPresent()).isEqualTo(Lab.missing().isEmpty());
        report.vipd()
                .ifPresent(
                        vipd -> {
                            assertThat(vipd.bestMillis())
                                    .isPositive()
                                    .isLessThan(VIPD_TRIPWIRE_MILLIS);
                            assertThat(vipd.megabytes()).isBetween(10.0, VIPD_MEGABYTES_MAX);
                        });
    }

    @Test
    void theMedianIsTheOneInTheMiddle() {
        StartBench.Report report =
                StartBench.Report.of(List.of(900L, 1_700L, 1_600L), Optional.of(VIPD));
        assertThat(report.medianMillis()).isEqualTo(1_600);
        assertThat(report.bestMillis()).isEqualTo(900);
        assertThat(report.line()).contains("1600 ms (median of 3, best 900), NOT within");
        assertThat(report.line())
                .contains("after 290 ms (best 250), within the 300 ms promised; 91 MB resident")
                .contains("NOT within the 90 promised");
        assertThat(report.keeps()).isFalse();
    }
}
