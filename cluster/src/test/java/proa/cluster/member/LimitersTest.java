package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.Origin;
import proa.cluster.tables.WallTime;
import proa.config.ProaConfig;

import java.time.Duration;
import java.util.List;

/** When a node that has just started may admit what must never be too much. */
class LimitersTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long WINDOW = 10 * SECOND;

    private final Limiters limiters = limiters(2);

    private static Limiters limiters(int nodes) {
        ProaConfig config =
                Trio.config(nodes, List.of(Trio.counter("requests", Duration.ofSeconds(10))));
        Tables tables =
                new Tables(
                        config,
                        new Origin(1, 1),
                        WallTime.at(0, 0),
                        7,
                        new Changes(1_000, () -> {}),
                        () -> 0);
        return new Limiters(config.cluster(), 1, tables, () -> {}, 0);
    }

    /** Nobody is there who could tell what its former life has counted. */
    @Test
    void aloneOnlyWhenThatCountsNoMore() {
        limiters.seen(List.of());
        limiters.inform();
        assertThat(limiters.informed(WINDOW, WINDOW - 1)).isFalse();
        assertThat(limiters.informed(WINDOW, WINDOW)).isTrue();
        assertThat(limiters.informed(3_600 * SECOND, 60 * SECOND - 1)).isFalse();
        assertThat(limiters.informed(3_600 * SECOND, 60 * SECOND)).as("long enough").isTrue();
    }

    @Test
    void atOnceWithWhatAnotherNodeHas() {
        limiters.seen(List.of(2));
        assertThat(limiters.informed(WINDOW, 1)).isFalse();
        limiters.inform();
        assertThat(limiters.informed(WINDOW, 1)).isTrue();
        limiters.seen(List.of());
        assertThat(limiters.informed(WINDOW, 1)).isTrue();
    }

    @Test
    void atOnceWhereThereIsNoOther() {
        Limiters single = limiters(1);
        single.inform();
        assertThat(single.informed(WINDOW, 1)).isTrue();
    }
}
