package proa.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static proa.chaos.history.Operation.NEVER;
import static proa.chaos.history.Operation.brief;
import static proa.chaos.history.Operation.read;
import static proa.chaos.history.Operation.remove;
import static proa.chaos.history.Operation.write;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.chaos.history.HistoryChecker.Model;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class HistoryCheckerTest {

    private static final long SLACK = 5;

    @Test
    void whatFollowsInOrderIsNotGuilty() {
        assertThat(
                        guilty(
                                read("k", "", 0, 1),
                                write("k", "a", 2, 3),
                                read("k", "a", 4, 5),
                                write("k", "b", 6, 7),
                                read("k", "b", 8, 9),
                                remove("k", 10, 11),
                                read("k", "", 12, 13),
                                write("k", "c", 14, 15),
                                read("k", "c", 16, 17)))
                .isEmpty();
    }

    @Test
    void anAcknowledgedWriteThatIsNotFoundIsLost() {
        assertThat(guilty(write("k", "a", 0, 1), read("k", "", 2, 3)))
                .containsExactly(Guilt.Kind.LOST_WRITE);
        assertThat(
                        guilty(
                                write("k", "a", 0, 1),
                                remove("k", 2, 3),
                                write("k", "b", 4, 5),
                                read("k", "", 6, 7)))
                .as("the removal was before")
                .containsExactly(Guilt.Kind.LOST_WRITE);
        assertThat(guilty(write("k", "a", 0, 4), read("k", "", 2, 3)))
                .as("not acknowledged yet")
                .isEmpty();
        assertThat(guilty(write("k", "a", 0, NEVER), read("k", "", 9, 10)))
                .as("never acknowledged")
                .isEmpty();
        assertThat(guilty(write("k", "a", 0, 1), remove("k", 2, NEVER), read("k", "", 9, 10)))
                .as("a removal in doubt may have taken place")
                .isEmpty();
        assertThat(guilty(write("k", "a", 0, 5), remove("k", 2, 4), read("k", "", 9, 10)))
                .as("nobody knows which of both was first")
                .isEmpty();
    }

    @Test
    void anOlderValueThanWhatIsAcknowledgedIsStale() {
        Operation old = write("k", "a", 0, 1);
        assertThat(guilty(old, write("k", "b", 2, 3), read("k", "a", 4, 5)))
                .containsExactly(Guilt.Kind.STALE_READ);
        assertThat(guilty(old, write("k", "b", 2, 5), read("k", "a", 4, 6)))
                .as("while it is under way")
                .isEmpty();
        assertThat(guilty(old, write("k", "b", 2, NEVER), read("k", "a", 4, 6))).isEmpty();
        assertThat(
                        guilty(
                                write("k", "a", 0, NEVER),
                                write("k", "b", 2, 3),
                                read("k", "b", 4, 5),
                                read("k", "a", 6, 7)))
                .as("a write in doubt may come late")
                .isEmpty();
    }

    @Test
    void whatWasRemovedDoesNotComeBack() {
        assertThat(guilty(write("k", "a", 0, 1), remove("k", 2, 3), read("k", "a", 4, 5)))
                .containsExactly(Guilt.Kind.RESURRECTED);
        assertThat(
                        guilty(
                                write("k", "a", 0, 1),
                                remove("k", 2, 3),
                                read("k", "", 4, 5),
                                read("k", "a", 6, 7)))
                .containsExactly(Guilt.Kind.RESURRECTED);
        assertThat(guilty(write("k", "a", 0, 1), remove("k", 2, 9), read("k", "a", 4, 5)))
                .isEmpty();
    }

    @Test
    void aValueIsGoneWhenItsTimeIsOverAndNotBefore() {
        Operation brief = brief("k", "a", 0, 1, 100);
        assertThat(guilty(brief, read("k", "a", 106, 107))).isEmpty();
        assertThat(guilty(brief, read("k", "a", 107, 108))).containsExactly(Guilt.Kind.EXPIRED);
        assertThat(guilty(brief, read("k", "", 94, 95))).isEmpty();
        assertThat(guilty(brief, read("k", "", 93, 94))).containsExactly(Guilt.Kind.LOST_WRITE);
        assertThat(guilty(brief, write("k", "b", 2, 3), read("k", "", 200, 201)))
                .as("another one is there that lasts")
                .containsExactly(Guilt.Kind.LOST_WRITE);
    }

    @Test
    void aValueThatNobodyWroteIsInvented() {
        assertThat(guilty(read("k", "x", 0, 1))).containsExactly(Guilt.Kind.INVENTED);
        assertThat(guilty(read("k", "x", 0, 1), write("k", "x", 2, 3)))
                .containsExactly(Guilt.Kind.INVENTED);
        assertThat(guilty(write("other", "x", 0, 1), read("k", "x", 2, 3)))
                .containsExactly(Guilt.Kind.INVENTED);
        assertThatThrownBy(() -> guilty(write("k", "a", 0, 1), write("k", "a", 2, 3)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatHasBeenSeenIsUnseenAgainOnlyWhereThatIsNotPromised() {
        List<Operation> history =
                List.of(
                        write("k", "a", 0, 1),
                        write("k", "b", 2, 20),
                        read("k", "b", 3, 4),
                        read("k", "a", 5, 6));
        assertThat(new HistoryChecker(Model.ACKNOWLEDGED, SLACK).check(history)).isEmpty();
        assertThat(new HistoryChecker(Model.ATOMIC, SLACK).check(history))
                .extracting(Guilt::kind)
                .containsExactly(Guilt.Kind.WENT_BACK);
    }

    /** A register as it should be is never found guilty, whatever order its clients meet in. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noHistoryOfARegisterThatIsOneIsGuilty(long seed) {
        assertThat(new HistoryChecker(Model.ATOMIC, SLACK).check(history(seed, false))).isEmpty();
    }

    /** One that now and then forgets its last change, while saying that it was made. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyHistoryOfOneThatForgetsIsGuilty(long seed) {
        assertThat(new HistoryChecker(Model.ACKNOWLEDGED, SLACK).check(history(seed, true)))
                .isNotEmpty();
    }

    /** Each operation takes place at one moment between its start and its end. */
    private static List<Operation> history(long seed, boolean forgets) {
        Random random = new Random(seed);
        // What overlaps may be in any order, which hides much of what is forgotten.
        int overlap = forgets ? 5 : 40;
        List<Operation> history = new ArrayList<>();
        String value = "";
        for (int number = 1; number <= 2_000; number++) {
            long moment = number * 10L;
            long start = moment - 1 - random.nextInt(overlap);
            long end = moment + 1 + random.nextInt(overlap);
            boolean forgotten = forgets && random.nextInt(20) == 0;
            int what = random.nextInt(10);
            if (what < 6) {
                history.add(read("k", value, start, end));
            } else {
                boolean removes = what == 9;
                boolean doubt = random.nextInt(10) == 0;
                history.add(
                        removes
                                ? remove("k", start, doubt ? NEVER : end)
                                : write("k", "v" + number, start, doubt ? NEVER : end));
                boolean happens = !(doubt && random.nextBoolean()) && !forgotten;
                value = !happens ? value : removes ? "" : "v" + number;
            }
        }
        return history;
    }

    private static List<Guilt.Kind> guilty(Operation... history) {
        return new HistoryChecker(Model.ACKNOWLEDGED, SLACK)
                .check(List.of(history)).stream().map(Guilt::kind).toList();
    }
}
