package proa.chaos.bench.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What the kernel says of a program's use of the machine. */
class UsageTest {

    @Test
    void cpuTimeIsUserAndSystemWhateverTheProcessIsCalled() {
        String stat = "42 (a ) b) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20";
        assertThat(CpuTime.micros(stat)).isEqualTo(3_000_000);
    }

    @Test
    void theUseOfACoreCountsEverythingButIdleness() {
        String stat =
                "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 100 1 20 5000 70 3 4 5 0 0\ncpu1 1 1 1 1 1 1 1 1\n";
        assertThat(CpuTime.busyMicros(stat, 0)).isEqualTo(1_330_000);
    }

    @Test
    void sharedPagesAreCountedOnce() {
        String rollup =
                "55d0-7ffd ---p 00000000 00:00 0    [rollup]\nRss:    9000 kB\nPss:    4242 kB\n";
        assertThat(Memory.parse(rollup)).isEqualTo(4_242);
        assertThatThrownBy(() -> Memory.parse("")).hasMessageStartingWith("no Pss");
    }
}
