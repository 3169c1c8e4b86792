package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/** When nothing found means that nothing is there. */
class PartedTest {

    private static final long LIFE = 7;
    private static final UUID OLD = new UUID(1, 1);
    private static final UUID NEW = new UUID(1, 2);
    private static final UUID THIRD = new UUID(3, 3);

    private Parted parted = new Parted(true);
    private long nowNanos = 5;

    private static EngineWord word(UUID engine, boolean brings) {
        return new EngineWord(LIFE, engine, brings, false);
    }

    private static EngineWord newLife(UUID engine, boolean brings) {
        return new EngineWord(LIFE + 1, engine, brings, false);
    }

    private static EngineWord ended(long life) {
        return new EngineWord(life, null, false, false);
    }

    private boolean doubtful() {
        return parted.doubtful(nowNanos);
    }

    /** Of a pair: lb2 is there, and its engine goes. */
    private void parts() {
        parted.inSight(List.of("lb1", "lb2"));
        parted.said("lb2", word(OLD, false));
        parted.has(Map.of("lb2", OLD));
        assertThat(doubtful()).isFalse();
        parted.has(Map.of());
    }

    @Test
    void aMemberThatIsApartMayHaveIt() {
        parts();
        assertThat(doubtful()).isTrue();
    }

    @Test
    void whoIsNotInSightIsNotWaitedFor() {
        parts();
        parted.inSight(List.of("lb1"));
        assertThat(doubtful()).as("nobody can ask it").isFalse();
        parted.inSight(List.of("lb1", "lb2"));
        parted.said("lb2", word(OLD, false));
        assertThat(doubtful()).as("back, and apart").isTrue();
    }

    @Test
    void aNewLifeHasNothingOfTheOldOne() {
        parts();
        parted.inSight(List.of("lb1"));
        parted.inSight(List.of("lb1", "lb2"));
        assertThat(doubtful()).as("has not said who it is").isFalse();
        parted.said("lb2", ended(LIFE + 1));
        assertThat(doubtful()).isFalse();
        parted.said("lb2", newLife(NEW, true));
        assertThat(doubtful()).isFalse();
    }

    @Test
    void whoJoinsThisMemberHasToBringFirst() {
        parts();
        parted.said("lb2", word(OLD, true));
        parted.has(Map.of("lb2", NEW));
        assertThat(doubtful()).isTrue();
        parted.said("lb2", word(NEW, true));
        assertThat(doubtful()).isTrue();
        parted.said("lb2", word(NEW, false));
        assertThat(doubtful()).isFalse();
        parted.said("lb2", word(NEW, true));
        assertThat(doubtful()).as("what it brings again is known here").isFalse();
    }

    @Test
    void itsWordThatItBringsNothingCountsOnlyOnceItsEngineIsHere() {
        parts();
        parted.said("lb2", word(NEW, false));
        assertThat(doubtful()).isTrue();
        parted.has(Map.of("lb2", NEW));
        assertThat(doubtful()).isFalse();
    }

    @Test
    void whoseEngineStayedTheSameWasJoinedByThisOne() {
        parts();
        parted.has(Map.of("lb2", OLD));
        assertThat(doubtful()).isFalse();
    }

    @Test
    void anEngineThatHasEndedHasNothing() {
        parts();
        parted.said("lb2", ended(LIFE));
        assertThat(doubtful()).isFalse();
        parted.said("lb2", new EngineWord(LIFE, null, true, false));
        assertThat(doubtful()).as("but for what it kept").isTrue();
        parted.said("lb2", word(NEW, false));
        assertThat(doubtful()).as("started again, and apart").isTrue();
    }

    @Test
    void anEngineThatCameBackAnewBetweenTwoLooksWasApart() {
        parted.inSight(List.of("lb1", "lb2"));
        parted.said("lb2", word(OLD, false));
        parted.has(Map.of("lb2", OLD));
        parted.has(Map.of("lb2", NEW));
        assertThat(doubtful()).isTrue();
        parted.said("lb2", word(NEW, false));
        assertThat(doubtful()).isFalse();
    }

    @Test
    void whoLeavesHasHandedOver() {
        parted.inSight(List.of("lb1", "lb2"));
        parted.said("lb2", word(OLD, false));
        parted.has(Map.of("lb2", OLD));
        parted.said("lb2", ended(LIFE));
        parted.has(Map.of());
        assertThat(doubtful()).isFalse();
    }

    @Test
    void aMemberIsTheLifeItLives() {
        assertThat(parted.said("lb2", word(OLD, false))).as("news").isTrue();
        assertThat(parted.said("lb2", word(NEW, true))).isFalse();
        assertThat(parted.said("lb2", newLife(NEW, false))).isTrue();
        assertThat(parted.said("lb2", ended(LIFE))).isTrue();
        assertThat(parted.said("lb2", ended(LIFE))).as("two that start would never stop").isFalse();
    }

    /** lb3 lost lb1 when lb2 died; now lb2 is back, and with it a majority without lb3. */
    @Test
    void theThirdOfATrioIsWaitedForThoughOutOfSightWhenTheOthersWereTooFew() {
        parted = new Parted(false);
        parted.inSight(List.of("lb1", "lb2", "lb3"));
        parted.said("lb2", word(OLD, false));
        parted.said("lb3", word(THIRD, false));
        parted.has(Map.of("lb2", OLD, "lb3", THIRD));
        parted.inSight(List.of("lb1"));
        parted.has(Map.of());
        assertThat(doubtful()).isTrue();
        nowNanos += 2 * Parted.WAITED_NANOS;
        assertThat(doubtful()).as("it answers nobody, and does not wait").isTrue();
        parted.inSight(List.of("lb1", "lb2"));
        parted.said("lb2", newLife(NEW, false));
        parted.has(Map.of("lb2", NEW));
        assertThat(doubtful()).isTrue();
        nowNanos += Parted.WAITED_NANOS;
        assertThat(doubtful()).isTrue();
        parted.inSight(List.of("lb1", "lb2", "lb3"));
        parted.said("lb3", word(THIRD, false));
        parted.said("lb3", word(THIRD, true));
        assertThat(doubtful()).isTrue();
        nowNanos++;
        assertThat(doubtful()).as("not for ever").isFalse();
    }

    @Test
    void whoStartsAmongThoseThatDoubtDoubtsAsTheyDo() {
        parted = new Parted(false);
        EngineWord doubts = new EngineWord(LIFE, OLD, false, true);
        parted.inSight(List.of("lb1", "lb2"));
        parted.said("lb2", doubts);
        assertThat(doubtful()).as("it is not together with it").isFalse();
        parted.has(Map.of("lb2", OLD));
        assertThat(doubtful()).isTrue();
        assertThat(parted.own(nowNanos)).as("which it does not pass on").isFalse();
        assertThat(EngineWord.decode(doubts.encode())).isEqualTo(doubts);
        parted.said("lb2", word(OLD, false));
        assertThat(doubtful()).isFalse();
    }

    @Test
    void theMajorityOfATrioHasEverythingWithoutTheThird() {
        parted = new Parted(false);
        parted.inSight(List.of("lb1", "lb2", "lb3"));
        parted.said("lb2", word(OLD, false));
        parted.said("lb3", word(THIRD, false));
        parted.has(Map.of("lb2", OLD, "lb3", THIRD));
        parted.has(Map.of("lb3", THIRD));
        assertThat(doubtful()).isFalse();
        parted.has(Map.of());
        assertThat(doubtful()).as("alone: either may have what nobody else has").isTrue();
        parted.has(Map.of("lb3", THIRD));
        assertThat(doubtful()).as("a majority again, and one of before is apart").isTrue();
        parted.has(Map.of("lb2", OLD, "lb3", THIRD));
        assertThat(doubtful()).isFalse();
    }

    @Test
    void nobodyIsWaitedForForEver() {
        parts();
        assertThat(doubtful()).isTrue();
        nowNanos += Parted.WAITED_NANOS;
        assertThat(doubtful()).isTrue();
        nowNanos++;
        assertThat(doubtful()).isFalse();
        nowNanos = 0;
        assertThat(doubtful()).as("for good").isFalse();
    }

    @Test
    void aMemberThatTellsNothingIsAsItWasBefore() {
        parted.inSight(List.of("lb1", "lb2"));
        parted.has(Map.of("lb2", OLD));
        parted.has(Map.of());
        assertThat(doubtful()).isFalse();
    }

    @Test
    void aWordArrivesAsItWasSent() {
        for (EngineWord sent : List.of(word(OLD, true), word(NEW, false), ended(-3))) {
            assertThat(EngineWord.decode(sent.encode())).isEqualTo(sent);
        }
        byte[] bytes = word(OLD, true).encode();
        for (int at = 0; at < bytes.length; at++) {
            byte[] cut = new byte[at];
            System.arraycopy(bytes, 0, cut, 0, at);
            assertThat(EngineWord.decode(cut)).isNull();
        }
        bytes[5] = 2;
        assertThat(EngineWord.decode(bytes)).as("for newer readers").isNull();
    }
}
