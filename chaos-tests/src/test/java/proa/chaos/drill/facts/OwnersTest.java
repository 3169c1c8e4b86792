package proa.chaos.drill.facts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.drill.facts.Owners.Period;

import java.util.ArrayList;
import java.util.List;

/** Who answered for the address, without strangers. */
class OwnersTest {

    private static double overlap(Period... seen) {
        return Owners.overlapMillis(Owners.of(List.of(seen)), 5);
    }

    @Test
    void aMoveIsNoOverlap() {
        assertThat(overlap(new Period("lb1", 0, 95), new Period("lb2", 160, 900))).isZero();
    }

    @Test
    void oneQuestionAnsweredByBothIsOneInterval() {
        assertThat(overlap(new Period("lb1", 0, 100), new Period("lb2", 100, 900))).isEqualTo(5);
    }

    @Test
    void anOldOwnerThatStillAnswersIsCountedUntilItStops() {
        assertThat(
                        overlap(
                                new Period("lb1", 0, 100),
                                new Period("lb2", 110, 115),
                                new Period("lb1", 120, 250),
                                new Period("lb2", 255, 300),
                                new Period("lb1", 400, 400)))
                .isEqualTo(290);
    }

    @Test
    void twoThatAnswerForLongerThanASecondAreCountedForAllOfIt() {
        List<Period> seen = new ArrayList<>(List.of(new Period("lb1", 0, 95)));
        for (int at = 100; at < 5_000; at += 10) {
            seen.add(new Period("lb2", at, at));
            seen.add(new Period("lb1", at + 5, at + 5));
        }
        seen.add(new Period("lb2", 5_000, 9_000));
        assertThat(Owners.overlapMillis(seen, 5)).isEqualTo(4_895);
        seen.add(new Period("lb1", 10_500, 12_000));
        assertThat(Owners.overlapMillis(seen, 5)).as("a move back").isEqualTo(4_895);
    }

    @Test
    void aThirdOneCountsTheSecondAsAnEarlierOwner() {
        assertThat(
                        overlap(
                                new Period("lb1", 0, 100),
                                new Period("lb2", 110, 115),
                                new Period("lb3", 120, 120),
                                new Period("lb1", 125, 125),
                                new Period("lb2", 800, 800)))
                .isEqualTo(680);
    }

    @Test
    void aReturnAfterASecondIsAMoveBack() {
        assertThat(
                        overlap(
                                new Period("lb1", 0, 100),
                                new Period("lb2", 150, 1_100),
                                new Period("lb1", 1_200, 2_000)))
                .isZero();
    }

    @Test
    void twoAddressesAreAtOneBalancerAtATime() {
        List<Period> four = List.of(new Period("lb1", 0, 100), new Period("lb2", 160, 900));
        assertThat(Owners.acrossMillis(four, four, 40)).isZero();
        List<Period> late = List.of(new Period("lb1", 0, 200), new Period("lb2", 205, 900));
        assertThat(Owners.acrossMillis(four, late, 40)).as("it may have been late").isZero();
        List<Period> tooLate = List.of(new Period("lb1", 0, 225), new Period("lb2", 230, 900));
        assertThat(Owners.acrossMillis(four, tooLate, 40)).isEqualTo(25);
        assertThat(Owners.acrossMillis(tooLate, four, 40)).isEqualTo(25);
        assertThat(Owners.acrossMillis(four, List.of(), 40)).isZero();
    }

    @Test
    void aStrangerBetweenTwoAnswersOfTheOwnerIsNoSecondOwner() {
        assertThat(
                        overlap(
                                new Period("lb1", 0, 100),
                                new Period("", 100, 105),
                                new Period("lb1", 105, 110),
                                new Period("", 110, 115),
                                new Period("lb1", 115, 900)))
                .isZero();
    }
}
