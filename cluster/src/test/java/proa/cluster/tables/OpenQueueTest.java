package proa.cluster.tables;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenQueueTest {

    private static final long SECOND = 1_000_000_000L;

    private final OpenQueue queue = new OpenQueue();

    /** Else one client that connects and leaves a thousand times a second would fill the heap. */
    @Test
    void whatOpensAgainAndAgainIsThereOnce() {
        for (int time = 0; time < 1_000; time++) {
            queue.add(7, SECOND + time);
            queue.add(8, SECOND + time);
        }
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.due(0)).isFalse();
        assertThat(queue.due(2 * SECOND)).as("when the first was").isTrue();
        assertThat(queue.take()).isEqualTo(7);
        queue.add(7, 3 * SECOND);
        assertThat(queue.take()).isEqualTo(8);
        assertThat(queue.take()).isEqualTo(7);
        assertThat(queue.size()).isZero();
    }
}
