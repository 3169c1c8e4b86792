package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Drains of a node that were asked for different purposes, and how each ends. */
class MaintenanceMarksTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

    private static final Maintenance TIMED =
            Maintenance.begin("operator olga", false, HALF_AN_HOUR.toSeconds(), NOW);

    private static final Maintenance STANDBY = Maintenance.begin("operator root", true, 0, NOW);

    @Test
    void whatABootEndsStaysWhenTheTimeOfTheOtherIsOverWhicheverCameFirst() {
        MaintenanceMarks both = MaintenanceMarks.NONE.with(TIMED).with(STANDBY);
        assertThat(MaintenanceMarks.NONE.with(STANDBY).with(TIMED)).isEqualTo(both);
        assertThat(both.at(NOW.plus(HALF_AN_HOUR).minusMillis(1))).isEqualTo(both);
        MaintenanceMarks later = both.at(NOW.plus(HALF_AN_HOUR));
        assertThat(later).isEqualTo(MaintenanceMarks.NONE.with(STANDBY));
        assertThat(later.isOut()).isTrue();
        assertThat(both.over(NOW.plus(HALF_AN_HOUR))).containsExactly(TIMED);
    }

    @Test
    void theLastingOneStaysWhenTheOtherIsTakenBackOrItsTimeIsOver() {
        Maintenance lasting = Maintenance.begin("operator olga", false, 0, NOW);
        Maintenance passing = Maintenance.begin("operator root", true, 60, NOW);
        MaintenanceMarks both = MaintenanceMarks.NONE.with(passing).with(lasting);
        assertThat(both.withoutPassing()).isEqualTo(MaintenanceMarks.NONE.with(lasting));
        assertThat(both.at(NOW.plusSeconds(60))).isEqualTo(MaintenanceMarks.NONE.with(lasting));
        assertThat(MaintenanceMarks.NONE.with(passing).withoutPassing().isOut()).isFalse();
    }

    @Test
    void anEndNeverShortensWhatABootEnds() {
        Maintenance minute = Maintenance.begin("operator olga", true, 60, NOW);
        Maintenance hour = Maintenance.begin("operator olga", true, 3_600, NOW);
        MaintenanceMarks standby = MaintenanceMarks.NONE.with(STANDBY);
        assertThat(standby.with(minute)).isEqualTo(standby);
        MaintenanceMarks longer = MaintenanceMarks.NONE.with(hour);
        assertThat(longer.with(minute)).isEqualTo(longer);
        assertThat(MaintenanceMarks.NONE.with(minute).with(hour)).isEqualTo(longer);
        assertThat(longer.with(STANDBY)).isEqualTo(standby);
        Maintenance lasting = Maintenance.begin("operator olga", false, 0, NOW);
        assertThat(MaintenanceMarks.NONE.with(lasting).with(TIMED))
                .as("an operator changes his mind")
                .isEqualTo(MaintenanceMarks.NONE.with(TIMED));
    }

    @Test
    void itEndsByItselfOnlyIfAllOfItDoes() {
        Maintenance hour = Maintenance.begin("operator root", true, 3_600, NOW);
        assertThat(MaintenanceMarks.NONE.until()).isEmpty();
        assertThat(MaintenanceMarks.NONE.with(TIMED).until())
                .isEqualTo(Optional.of(NOW.plus(HALF_AN_HOUR)));
        assertThat(MaintenanceMarks.NONE.with(TIMED).with(hour).until())
                .isEqualTo(Optional.of(NOW.plusSeconds(3_600)));
        assertThat(MaintenanceMarks.NONE.with(TIMED).with(STANDBY).until()).isEmpty();
    }

    @Test
    void bothAreSaidTheLastingOneFirst() {
        assertThat(MaintenanceMarks.NONE.with(STANDBY).with(TIMED).text())
                .isEqualTo(
                        "operator olga since 2026-03-01T12:00:00Z until 2026-03-01T12:30:00Z; and"
                            + " operator root since 2026-03-01T12:00:00Z, at most until a boot");
        assertThat(MaintenanceMarks.NONE.text()).isEmpty();
    }
}
