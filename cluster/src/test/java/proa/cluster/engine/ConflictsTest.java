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
        assertThat(conflicts.line("one", LATER, EARLIER, 0))
                .hasValue(
                        "sessions: a key was written on both sides of a split: the write of node 2"
                                + " stays, that of node 1 goes; 1 such keys since the start");
        assertThat(conflicts.line("two", LATER, EARLIER, 1)).isEmpty();
        assertThat(conflicts.line("three", LATER, EARLIER, Conflicts.QUIET_NANOS - 1)).isEmpty();
        assertThat(conflicts.line("four", LATER, EARLIER, Conflicts.QUIET_NANOS).orElseThrow())
                .contains("4 such keys");
        assertThat(conflicts.sum()).isEqualTo(4);
    }

    @Test
    void whatIsBroughtAgainBecauseItsAnswerWasLateIsCountedOnce() {
        Conflicts conflicts = new Conflicts(-Conflicts.QUIET_NANOS);
        assertThat(conflicts.line("key", LATER, EARLIER, 0)).isPresent();
        assertThat(conflicts.line("key", LATER, EARLIER, Conflicts.QUIET_NANOS)).isEmpty();
        SessionStamp latest = new SessionStamp(3 << 16, 3);
        assertThat(conflicts.line("key", latest, EARLIER, Conflicts.QUIET_NANOS))
                .as("whatever has been written there since")
                .isEmpty();
        assertThat(conflicts.sum()).isEqualTo(1);
        assertThat(conflicts.line("key", latest, LATER, Conflicts.QUIET_NANOS)).isPresent();
    }

    @Test
    void aCopyThatOnlyMissedTheOtherSidesWritesIsNoConflict() {
        Conflicts conflicts = new Conflicts(-Conflicts.QUIET_NANOS);
        SessionStamp sameNode = new SessionStamp(3 << 16, 2);
        assertThat(conflicts.line("key", sameNode, LATER, 0)).isEmpty();
        conflicts.split(Conflicts.NOTICE_MILLIS + 2);
        assertThat(conflicts.line("key", LATER, EARLIER, 0)).isEmpty();
        assertThat(conflicts.sum()).isZero();
        conflicts.split(Conflicts.NOTICE_MILLIS + 1);
        assertThat(conflicts.line("key", LATER, EARLIER, 0)).isPresent();
    }
}
