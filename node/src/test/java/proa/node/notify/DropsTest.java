package proa.node.notify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Events that nobody can be told of any more are said, but not each. */
class DropsTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void theyAreSaidAgainAfterAWhile() {
        Drops drops = new Drops();
        assertThat(drops.add(-5 * SECOND)).isEqualTo(1);
        assertThat(drops.add(-4 * SECOND)).isZero();
        assertThat(drops.add(4 * SECOND)).isZero();
        assertThat(drops.add(5 * SECOND)).as("since the last time").isEqualTo(3);
        assertThat(drops.add(400_000 * SECOND)).as("days later").isEqualTo(1);
        assertThat(drops.count()).isEqualTo(5);
    }
}
