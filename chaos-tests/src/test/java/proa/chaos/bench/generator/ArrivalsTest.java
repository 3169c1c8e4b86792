package proa.chaos.bench.generator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private static final long START = 7_000_000_000L;

    @Test
    void atARateEachIsDueAtItsOwnMoment() {
        Arrivals arrivals = arrivals(10);
        assertThat(arrivals.take(START)).isEqualTo(START);
        assertThat(arrivals.take(START + 99_999_999)).isEqualTo(Arrivals.NONE);
        assertThat(arrivals.next()).isEqualTo(START + 100_000_000);
        assertThat(arrivals.take(START + 100_000_000)).isEqualTo(START + 100_000_000);
    }

    @Test
    void whoComesLateFindsAllThatWereDueMeanwhile() {
        Arrivals arrivals = arrivals(10);
        long late = START + 5_000_000_000L;
        for (int each = 0; each < 10; each++) {
            assertThat(arrivals.over(late)).isFalse();
            assertThat(arrivals.take(late)).isEqualTo(START + each * 100_000_000L);
        }
        assertThat(arrivals.take(late)).isEqualTo(Arrivals.NONE);
        assertThat(arrivals.over(late)).isTrue();
    }

    @Test
    void withoutARateOneIsDueWheneverSomebodyAsks() {
        Arrivals arrivals = arrivals(0);
        assertThat(arrivals.take(START + 1)).isEqualTo(START + 1);
        assertThat(arrivals.take(START + 1)).isEqualTo(START + 1);
        assertThat(arrivals.over(START + 999_999_999)).isFalse();
        assertThat(arrivals.take(START + 1_000_000_000)).isEqualTo(Arrivals.NONE);
        assertThat(arrivals.over(START + 1_000_000_000)).isTrue();
    }

    private static Arrivals arrivals(double perSecond) {
        return new Arrivals(new Plan("ECHO", "", false, false, false, 1, 1, perSecond, 1), START);
    }
}
