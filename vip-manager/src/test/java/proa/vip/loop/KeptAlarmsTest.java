package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Instant;

class KeptAlarmsTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.750Z");

    private final KeptAlarms kept = new KeptAlarms();

    @Test
    void whatNobodyWasThereForIsToldOnceWithItsTime() {
        kept.untold("first", NOON);
        kept.untold("second", NOON.plusSeconds(1));

        assertThat(kept.next(0))
                .containsExactly("first (2026-03-01T12:00:00Z)", "second (2026-03-01T12:00:01Z)");
        assertThat(kept.next(1)).isEmpty();
    }

    @Test
    void whatAProcessWasToldRightBeforeItsEndTheNextOneIsToldToo() {
        kept.told("first", NOON, 0);
        assertThat(kept.next(1)).as("it is there").isEmpty();

        kept.gone(KeptAlarms.READ_NANOS - 1);
        kept.untold("second", NOON);

        assertThat(kept.next(KeptAlarms.READ_NANOS))
                .containsExactly("first (2026-03-01T12:00:00Z)", "second (2026-03-01T12:00:00Z)");
    }

    @Test
    void whoLivesOnAfterItWasToldHasReadIt() {
        kept.told("old", NOON, 0);
        kept.told("new", NOON, 1);

        kept.gone(KeptAlarms.READ_NANOS);

        assertThat(kept.next(KeptAlarms.READ_NANOS)).containsExactly("new (2026-03-01T12:00:00Z)");
    }

    @Test
    void whatWaitsIsNotForgottenHoweverLongNobodyIsThereAndWhoeverEnds() {
        kept.told("first", NOON, 0);
        kept.gone(0);
        kept.gone(100 * KeptAlarms.READ_NANOS);
        assertThat(kept.next(100 * KeptAlarms.READ_NANOS)).hasSize(1);

        kept.gone(100 * KeptAlarms.READ_NANOS + 1);
        assertThat(kept.next(101 * KeptAlarms.READ_NANOS)).as("ended at once, too").hasSize(1);
    }

    @Test
    void theLastOnesAreKept() {
        for (int number = 0; number <= KeptAlarms.ALARMS_MAX; number++) {
            kept.untold(number + ".", NOON);
        }

        assertThat(kept.next(0))
                .hasSize(KeptAlarms.ALARMS_MAX)
                .first()
                .isEqualTo("1. (2026-03-01T12:00:00Z)");
    }
}
