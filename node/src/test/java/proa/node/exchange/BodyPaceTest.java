package proa.node.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How long a body may take to go on. */
class BodyPaceTest {

    private static final long SECOND = 1_000_000_000;

    @Test
    void eachByteBuysItsPartOfASecond() {
        BodyPace pace = new BodyPace(1_000, 10 * SECOND);
        pace.begin(0);
        assertThat(pace.leftNanos(4 * SECOND)).isEqualTo(6 * SECOND);
        pace.received(2_000, 4 * SECOND);
        assertThat(pace.leftNanos(4 * SECOND)).isEqualTo(8 * SECOND);
        pace.received(1, 12 * SECOND);
        assertThat(pace.leftNanos(12 * SECOND))
                .as("one byte is a millisecond")
                .isEqualTo(SECOND / 1_000);
        assertThat(pace.leftNanos(13 * SECOND)).isZero();
    }

    @Test
    void whatCameFastIsCreditForTheTimeAlone() {
        BodyPace pace = new BodyPace(1_000, 10 * SECOND);
        pace.begin(0);
        pace.received(Integer.MAX_VALUE, SECOND);
        assertThat(pace.leftNanos(SECOND)).isEqualTo(10 * SECOND);
        assertThat(pace.leftNanos(11 * SECOND)).isZero();
    }

    @Test
    void aPauseThatIsNotItsSendersIsForgiven() {
        BodyPace pace = new BodyPace(1_000, 10 * SECOND);
        pace.begin(0);
        pace.begin(9 * SECOND);
        assertThat(pace.leftNanos(10 * SECOND)).isEqualTo(9 * SECOND);
    }

    @Test
    void withoutARateOnlySilenceCounts() {
        BodyPace pace = new BodyPace(0, 10 * SECOND);
        pace.begin(0);
        assertThat(pace.leftNanos(100 * SECOND)).isEqualTo(10 * SECOND);
    }
}
