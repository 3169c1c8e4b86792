package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionReply;
import proa.cluster.sessions.SessionStore.Condition;
import proa.cluster.sessions.SessionValue;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Two members, A in doubt of its change and B with a later one, at one key. */
@Timeout(30)
class PatienceTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final long HOUR_MILLIS = 3_600_000;

    private final EngineClock ours = new EngineClock(1, () -> NOW, () -> 0);
    private final EngineClock theirs = new EngineClock(2, () -> NOW + 5, () -> 0);
    private final List<SessionChange> carried = new ArrayList<>();
    private @Nullable SessionValue stored;

    private static Wish.Write write(String value, Condition condition) {
        return new Wish.Write(value.getBytes(UTF_8), HOUR_MILLIS, condition, false);
    }

    private SessionReply apply(SessionChange change) {
        SessionValue existing = stored;
        SessionChange.Effect effect = change.appliedTo(existing);
        if (effect.next() != null) {
            stored = effect.next();
        }
        return SessionReply.of(effect, existing, false);
    }

    private SessionReply theyDo(Wish wish) {
        return apply(wish.at(theirs.next(), theirs.nowMillis()));
    }

    private SessionReply weDo(Wish wish, Patience.Carrier carrier) throws SessionException {
        return new Patience(new Attempts(), () -> true, () -> true, false)
                .change(wish, ours, carrier);
    }

    /** The first try is applied, its answer is lost, and B writes before the second. */
    private SessionReply weDoInDoubt(Wish ours, Wish theirs) throws SessionException {
        return weDo(
                ours,
                change -> {
                    carried.add(change);
                    SessionReply reply = apply(change);
                    if (carried.size() == 1) {
                        assertThat(theyDo(theirs).outcome()).isEqualTo(SessionChange.Outcome.DONE);
                        throw new UnsupportedOperationException("the answer is lost");
                    }
                    return reply;
                });
    }

    private String value() {
        return stored == null || stored.value() == null ? "-" : new String(stored.value(), UTF_8);
    }

    @Test
    void aRemovalInDoubtDoesNotRemoveWhatSomebodyElseHasWrittenSince() {
        theyDo(write("old", Condition.ALWAYS));
        ours.observe(theirs.next().time());
        assertThatThrownBy(
                        () ->
                                weDoInDoubt(
                                        new Wish.Remove(false),
                                        write("theirs", Condition.IF_ABSENT)))
                .isInstanceOf(SessionException.Unknown.class);
        assertThat(value()).isEqualTo("theirs");
    }

    @Test
    void anExpiryOfNothingLeftIsARemovalToo() {
        theyDo(write("old", Condition.ALWAYS));
        ours.observe(theirs.next().time());
        assertThatThrownBy(
                        () ->
                                weDoInDoubt(
                                        new Wish.Expire(0, false),
                                        write("theirs", Condition.IF_ABSENT)))
                .isInstanceOf(SessionException.Unknown.class);
        assertThat(value()).isEqualTo("theirs");
    }

    @Test
    void aWriteInDoubtDoesNotOverwriteALaterOneWhateverItsCondition() {
        for (Condition condition : Condition.values()) {
            carried.clear();
            stored = null;
            if (condition == Condition.IF_PRESENT) {
                theyDo(write("old", Condition.ALWAYS));
                ours.observe(theirs.next().time());
            }
            assertThatThrownBy(
                            () ->
                                    weDoInDoubt(
                                            write("ours", condition),
                                            write("theirs", Condition.ALWAYS)))
                    .as(condition.name())
                    .isInstanceOf(SessionException.Unknown.class);
            assertThat(value()).isEqualTo("theirs");
        }
    }

    private static int answered(boolean onlyOnce, Boolean... sure) throws SessionException {
        AtomicInteger calls = new AtomicInteger();
        Iterator<Boolean> current = List.of(sure).iterator();
        int answer =
                new Patience(new Attempts(), () -> true, current::next, onlyOnce)
                        .answer(calls::incrementAndGet);
        assertThat(current).isExhausted();
        return answer;
    }

    /** Asked before each try and after it. */
    @Test
    void anAnswerThatMayComeFromAnOldCopyIsAskedForAgain() throws Exception {
        assertThat(answered(false, true, true)).isEqualTo(1);
        assertThat(answered(false, true, false, false, true, true)).isEqualTo(2);
        assertThat(answered(true, false, true)).as("what cannot be repeated").isEqualTo(1);
    }

    @Test
    void whoStoodStillAndSeesNoMajorityIsRefusedAtOnceAndHasDoneNothing() {
        AtomicInteger calls = new AtomicInteger();
        Patience patience = new Patience(new Attempts(), () -> false, () -> false, false);
        assertThatThrownBy(() -> patience.answer(calls::incrementAndGet))
                .isInstanceOf(SessionException.Minority.class)
                .hasMessageContaining("stood still");
        assertThat(calls).hasValue(0);
    }

    /** The engine may know later than the membership that nobody is left. */
    @Test
    void whoGivesUpWithoutAMajorityIsRefusedAndOneWithAMajorityMayTryAgain() {
        assertThatThrownBy(() -> withoutAnAnswer(true).change(set(), ours, this::lost))
                .isInstanceOf(SessionException.Unavailable.class)
                .hasMessageContaining("is lost, the last of ");
        assertThatThrownBy(() -> withoutAnAnswer(false).change(set(), ours, this::lost))
                .isInstanceOf(SessionException.Unknown.class);
        assertThatThrownBy(() -> withoutAnAnswer(false).answer(() -> lost(null)))
                .as("a read")
                .isInstanceOf(SessionException.Minority.class);
    }

    private static Patience withoutAnAnswer(boolean majority) {
        return new Patience(new Attempts(), () -> majority, () -> true, false);
    }

    private static Wish set() {
        return write("ours", Condition.ALWAYS);
    }

    private SessionReply lost(@Nullable SessionChange change) {
        throw new UnsupportedOperationException("the answer to " + change + " is lost");
    }

    @Test
    void anExpiryInDoubtGoesOnAndLeavesTheLaterValue() throws Exception {
        theyDo(write("old", Condition.ALWAYS));
        ours.observe(theirs.next().time());
        SessionReply reply =
                weDoInDoubt(
                        new Wish.Expire(2 * HOUR_MILLIS, false), write("theirs", Condition.ALWAYS));
        assertThat(reply.outcome()).isEqualTo(SessionChange.Outcome.DONE);
        assertThat(value()).isEqualTo("theirs");
        assertThat(stored.expiresAtMillis()).isEqualTo(NOW + 2 * HOUR_MILLIS);
    }

    @Test
    void aRepetitionUnderItsOwnStampIsOneChange() throws Exception {
        SessionReply reply =
                weDo(
                        write("ours", Condition.IF_ABSENT),
                        change -> {
                            carried.add(change);
                            SessionReply answer = apply(change);
                            if (carried.size() < 3) {
                                throw new UnsupportedOperationException("the answer is lost");
                            }
                            return answer;
                        });
        assertThat(reply.outcome()).isEqualTo(SessionChange.Outcome.DONE);
        assertThat(carried)
                .extracting(SessionChange::stamp)
                .containsOnly(carried.getFirst().stamp());
    }

    @Test
    void aWriteThatIsLateButNotInDoubtIsStampedLater() throws Exception {
        theyDo(write("theirs", Condition.ALWAYS));
        SessionReply reply = weDo(new Wish.Remove(false), this::apply);
        assertThat(reply.outcome()).isEqualTo(SessionChange.Outcome.DONE);
        assertThat(value()).isEqualTo("-");
    }
}
