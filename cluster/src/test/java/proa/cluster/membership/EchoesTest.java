package proa.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.membership.Echoes.Beat;
import proa.cluster.membership.Echoes.Heard;

import java.util.Map;
import java.util.Set;

/** Who hears this node. */
class EchoesTest {

    private static final long INTERVAL = 100;
    private static final long PATIENCE = 500;

    private final Echoes first = new Echoes(1, 11, PATIENCE, INTERVAL);
    private final Echoes second = new Echoes(2, 22, PATIENCE, INTERVAL);
    private long now = 1_000_000;

    EchoesTest() {
        first.members(Set.of(2));
        second.members(Set.of(1));
    }

    @Test
    void whoHearsEachOtherIsNeverDeaf() {
        for (int n = 0; n < 200; n++) {
            round(true, true);
            assertThat(first.deaf(now)).isEmpty();
            assertThat(second.deaf(now)).isEmpty();
        }
    }

    @Test
    void aMemberThatSpeaksAndHearsNothingIsDeafAfterThePatience() {
        round(true, true);
        round(true, true);
        long cut = now;
        while (now - cut <= PATIENCE) {
            assertThat(first.deaf(now)).isEmpty();
            round(false, true);
        }
        assertThat(first.deaf(now)).containsExactly(2);
        assertThat(first.deaf(now)).as("told once").isEmpty();
        for (int n = 0; n < 6; n++) {
            round(false, true);
        }
        assertThat(first.deaf(now)).as("and again").containsExactly(2);
    }

    @Test
    void oneOfAnOlderVersionIsNotJudged() {
        for (int n = 0; n < 50; n++) {
            round(false, false);
        }
        assertThat(first.deaf(now)).isEmpty();
    }

    @Test
    void aNodeThatWasStoppedItselfJudgesNobody() {
        round(true, true);
        round(true, true);
        now += 100 * PATIENCE;
        first.next(now);
        assertThat(first.deaf(now)).isEmpty();
    }

    @Test
    void whatAnotherLifeOfThisNodeSaidDoesNotCount() {
        now += INTERVAL;
        first.next(now);
        first.heard(2, new Beat(22, 1, Map.of(1, new Heard(10, 1))));
        now += 2 * PATIENCE;
        assertThat(first.deaf(now)).isEmpty();
        Beat beat = new Beat(22, 2, Map.of(1, new Heard(11, 9)));
        first.heard(2, beat); // of a beat that has not been made
        now += 2 * PATIENCE;
        assertThat(first.deaf(now)).isEmpty();
    }

    @Test
    void whoIsOutOfSightIsForgotten() {
        round(true, true);
        round(true, true);
        first.members(Set.of());
        now += 2 * PATIENCE;
        assertThat(first.deaf(now)).isEmpty();
    }

    @Test
    void whoComesBackIntoSightIsNotJudgedByWhatItHeardBefore() {
        round(true, true);
        round(true, true);
        first.members(Set.of());
        for (int n = 0; n < 20; n++) { // more than the patience
            round(false, true); // the other one still believes it is among the members
            first.members(Set.of());
        }
        first.heard(2, second.next(now));
        first.members(Set.of(2));
        first.heard(2, second.next(now));
        assertThat(first.deaf(now)).isEmpty();
        round(true, true);
        round(true, true);
        assertThat(first.deaf(now)).isEmpty();
        for (int n = 0; n < 7; n++) {
            round(false, true);
        }
        assertThat(first.deaf(now)).as("what it hears since does count").containsExactly(2);
    }

    @Test
    void whoComesBackAndHearsNothingIsDeafAfterThePatience() {
        round(true, true);
        round(true, true);
        first.members(Set.of());
        first.members(Set.of(2));
        for (int n = 0; n < 5; n++) {
            round(false, true);
            assertThat(first.deaf(now)).isEmpty();
        }
        round(false, true);
        assertThat(first.deaf(now)).containsExactly(2);
    }

    @Test
    void aBeatThatIsOvertakenChangesNothing() {
        second.heard(1, new Beat(11, 7, Map.of()));
        second.heard(1, new Beat(11, 6, Map.of()));
        assertThat(second.next(now).heard()).containsEntry(1, new Heard(11, 7));
        second.heard(1, new Beat(12, 1, Map.of()));
        assertThat(second.next(now).heard()).containsEntry(1, new Heard(12, 1));
    }

    /** One interval in which both beat. */
    private void round(boolean secondHears, boolean firstHears) {
        now += INTERVAL;
        Beat ofFirst = first.next(now);
        Beat ofSecond = second.next(now);
        if (secondHears) {
            second.heard(1, ofFirst);
        }
        if (firstHears) {
            first.heard(2, ofSecond);
        }
    }
}
