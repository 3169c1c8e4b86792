package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.sessions.SessionStamp;

class ConflictsTest {

    private static final SessionStamp EARLIER = new SessionStamp(1 << 16, 1);
    private static final SessionStamp LATER = new SessionStamp(2 << 16, 2);

    @Test
    void eachIsCountedAndOneLineTellsOfMany() {
        Conflicts conflicts = new Conflicts(-Conflicts.QUIET_NANOS);
        assertThat(conflicts.line(LATER, EARLIER, 0))
                .hasValue(
                        "sessions: a key was written on both sides of a split: the write of node 2"
                                + " stays, that of node 1 goes; 1 such keys since the start");
        assertThat(conflicts.line(LATER, EARLIER, 1)).isEmpty();
        assertThat(conflicts.line(LATER, EARLIER, Conflicts.QUIET_NANOS - 1)).isEmpty();
        assertThat(conflicts.line(LATER, EARLIER, Conflicts.QUIET_NANOS).orElseThrow())
                .contains("4 such keys");
        assertThat(conflicts.sum()).isEqualTo(4);
    }

    @Test
    void whatIsBroughtAgainBecauseItsAnswerWasLateIsNotNew() {
        Conflicts conflicts = new Conflicts(-Conflicts.QUIET_NANOS);
        assertThat(conflicts.isNew("key", EARLIER)).isTrue();
        assertThat(conflicts.isNew("key", EARLIER)).isFalse();
        assertThat(conflicts.isNew("other", EARLIER)).isTrue();
        assertThat(conflicts.isNew("key", LATER)).isTrue();
        assertThat(conflicts.isNew("key", EARLIER)).as("other ones were brought since").isFalse();
    }

    @Test
    void aCopyThatOnlyMissedTheOtherSidesWritesIsNoConflict() {
        Conflicts conflicts = new Conflicts(-Conflicts.QUIET_NANOS);
        SessionStamp sameNode = new SessionStamp(3 << 16, 2);
        assertThat(conflicts.line(sameNode, LATER, 0)).isEmpty();
        conflicts.split(Conflicts.NOTICE_MILLIS + 2);
        assertThat(conflicts.line(LATER, EARLIER, 0)).isEmpty();
        assertThat(conflicts.sum()).isZero();
        conflicts.split(Conflicts.NOTICE_MILLIS + 1);
        assertThat(conflicts.line(LATER, EARLIER, 0)).isPresent();
    }
}
