package proa.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import proa.cluster.sessions.SessionChange.Effect;
import proa.cluster.sessions.SessionChange.Outcome;
import proa.cluster.sessions.SessionStore.Condition;

import java.util.List;
import java.util.Random;

class SessionChangeTest {

    private static final long NOW = 1_000_000;

    /** The stamps' clock shows another time than that of expiry. */
    private static final long STAMPS_MILLIS = 2_000;

    /** The first, second… stamp, some seconds between each two. */
    private static SessionStamp at(long number) {
        return stampAt(number * STAMPS_MILLIS);
    }

    private static SessionStamp stampAt(long millis) {
        return new SessionStamp(SessionStamp.timeAfter(0, millis), 1);
    }

    private static SessionChange.Write write(long time, String value, Condition condition) {
        return new SessionChange.Write(at(time), NOW, value.getBytes(UTF_8), NOW + 500, condition);
    }

    private static SessionValue stored(long time, long expiresAt) {
        return new SessionValue("old".getBytes(UTF_8), expiresAt, at(time));
    }

    @Test
    void aLaterWriteReplacesAnEarlierOne() {
        Effect effect = write(2, "new", Condition.ALWAYS).appliedTo(stored(1, NOW + 1));
        assertThat(effect.outcome()).isEqualTo(Outcome.DONE);
        assertThat(effect.next().value()).isEqualTo("new".getBytes(UTF_8));
        assertThat(effect.before().value()).isEqualTo("old".getBytes(UTF_8));
    }

    @Test
    void aDelayedRepetitionCannotUndoALaterWrite() {
        Effect effect = write(2, "late", Condition.ALWAYS).appliedTo(stored(3, NOW + 1));
        assertThat(effect.outcome()).isEqualTo(Outcome.STALE);
        assertThat(effect.next()).isNull();
    }

    @Test
    void aRepetitionOfWhatWasAppliedIsDoneAndWrittenAgainForTheBackup() {
        SessionChange once = write(2, "new", Condition.IF_ABSENT);
        SessionValue after = once.appliedTo(null).next();
        Effect again = once.appliedTo(after);
        assertThat(again.outcome()).isEqualTo(Outcome.DONE);
        assertThat(again.next()).isSameAs(after);
    }

    @Test
    void whatHasExpiredCountsAsAbsent() {
        SessionValue expired = stored(1, NOW);
        assertThat(write(2, "x", Condition.IF_ABSENT).appliedTo(expired).outcome())
                .isEqualTo(Outcome.DONE);
        assertThat(write(2, "x", Condition.IF_PRESENT).appliedTo(expired).outcome())
                .isEqualTo(Outcome.REFUSED);
        assertThat(new SessionChange.Remove(at(2), NOW).appliedTo(expired).outcome())
                .isEqualTo(Outcome.REFUSED);
    }

    @Test
    void aWriteThatHasExpiredIsARemoval() {
        SessionChange write =
                new SessionChange.Write(at(2), NOW, new byte[] {'x'}, NOW, Condition.ALWAYS);
        SessionValue over = write.appliedTo(stored(1, NOW + 9)).next();
        assertThat(over.value()).isNull();
        assertThat(over.expiresAtMillis()).isEqualTo(NOW + 9);
        SessionValue fresh = write.appliedTo(null).next();
        assertThat(fresh.aliveAt(NOW - 5)).as("by a clock that is behind").isFalse();
    }

    @Test
    void aRemovalIsRememberedAsLongAsTheValueWouldHaveLived() {
        SessionValue gone =
                new SessionChange.Remove(at(2), NOW).appliedTo(stored(1, NOW + 9)).next();
        assertThat(gone.value()).isNull();
        assertThat(gone.aliveAt(NOW)).isFalse();
        assertThat(gone.expiresAtMillis()).isEqualTo(NOW + 9);
        SessionValue forever =
                new SessionChange.Remove(at(2), NOW)
                        .appliedTo(stored(1, SessionStore.NEVER))
                        .next();
        assertThat(forever.expiresAtMillis()).isEqualTo(NOW + SessionValue.REMOVAL_MILLIS);
    }

    /** A member that was apart when the life was shortened still has the long one. */
    @Test
    void whatWasShortenedOutlivesEveryCopyOfTheLongLife() {
        SessionValue lasting = stored(1, NOW + 10_000);
        SessionValue shorter =
                new SessionChange.Expire(at(2), NOW, NOW + 10).appliedTo(lasting).next();
        SessionValue replaced =
                new SessionChange.Write(at(3), NOW, new byte[] {2}, NOW + 20, Condition.ALWAYS)
                        .appliedTo(shorter)
                        .next();
        SessionValue gone = new SessionChange.Remove(at(4), NOW + 5).appliedTo(replaced).next();
        SessionValue again =
                new SessionChange.Write(at(5), NOW + 50, new byte[] {1}, NOW + 60, Condition.ALWAYS)
                        .appliedTo(gone)
                        .next();
        for (SessionValue each : List.of(shorter, replaced, gone, again)) {
            SessionValue kept = SessionValue.decode(each.encode());
            assertThat(kept.aliveAt(NOW + 100)).isFalse();
            assertThat(kept.isOverAt(NOW + 9_999)).as("%s", kept).isFalse();
            assertThat(kept.heldForMillis(NOW)).isEqualTo(10_000);
            assertThat(kept.isOverAt(NOW + 10_000)).isTrue();
        }
        SessionValue longer =
                new SessionChange.Expire(at(2), NOW, NOW + 20_000).appliedTo(lasting).next();
        assertThat(longer.heldForMillis(NOW)).isEqualTo(20_000);
        SessionValue ends =
                new SessionChange.Expire(at(2), NOW, NOW + 10)
                        .appliedTo(stored(1, SessionStore.NEVER))
                        .next();
        assertThat(ends.heldForMillis(NOW)).isEqualTo(SessionValue.REMOVAL_MILLIS);
    }

    /** A counter of a rate limit, of which there are many: INCR, and then EXPIRE. */
    @Test
    void whatLivedLongForAMomentOnlyIsNotKept() {
        SessionStamp made = stampAt(NOW - 3);
        SessionStamp next = stampAt(NOW);
        SessionValue counter = new SessionValue(new byte[] {'1'}, SessionStore.NEVER, made);
        SessionValue limited =
                new SessionChange.Expire(next, NOW, NOW + 60).appliedTo(counter).next();
        assertThat(limited.heldForMillis(NOW)).isEqualTo(60);
        SessionValue covering =
                new SessionValue(new byte[] {'1'}, NOW + 900, made)
                        .covering(stored(1, NOW + 700), NOW);
        SessionValue ends =
                new SessionChange.Expire(next, NOW, NOW + 60).appliedTo(covering).next();
        assertThat(ends.heldForMillis(NOW)).as("but what was before it is").isEqualTo(700);
    }

    /** Expiry steps to a wall that was set, and stamps follow it by hours. */
    @Test
    void howLongItLivedIsAskedOfTheStampsOnly() {
        for (long ahead : List.of(5_000L, -600_000L)) {
            long stamps = NOW - ahead;
            SessionChange expires = new SessionChange.Expire(stampAt(stamps), NOW, NOW + 60);
            SessionValue counter =
                    new SessionValue(new byte[] {'1'}, SessionStore.NEVER, stampAt(stamps - 3));
            assertThat(expires.appliedTo(counter).next().heldForMillis(NOW))
                    .as("a moment, expiry %d ms ahead", ahead)
                    .isEqualTo(60);
            SessionValue lasting =
                    new SessionValue(
                            new byte[] {'1'}, SessionStore.NEVER, stampAt(stamps - 10_000));
            assertThat(expires.appliedTo(lasting).next().heldForMillis(NOW))
                    .as("ten seconds, expiry %d ms ahead", ahead)
                    .isEqualTo(SessionValue.REMOVAL_MILLIS);
        }
    }

    @Test
    void aRemovedSessionDoesNotComeBackWhenAnOldCopyMerges() {
        SessionValue copy = stored(1, NOW + 9);
        SessionValue removed = new SessionChange.Remove(at(2), NOW).appliedTo(copy).next();
        assertThat(SessionValue.later(copy, removed)).isSameAs(removed);
        assertThat(SessionValue.later(removed, copy)).isSameAs(removed);
    }

    @Test
    void copiesThatSawTheSameChangesInAnyOrderWithRepetitionsAgree() {
        long seed = 20_261_123;
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            SessionValue[] written = new SessionValue[5];
            for (int at = 0; at < written.length; at++) {
                SessionStamp stamp = new SessionStamp(random.nextInt(3), at);
                written[at] = new SessionValue(new byte[] {(byte) at}, SessionStore.NEVER, stamp);
            }
            assertThat(merged(written, random))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(merged(written, random));
        }
    }

    private static SessionValue merged(SessionValue[] written, Random random) {
        SessionValue result = written[random.nextInt(written.length)];
        for (int step = 0; step < 5; step++) {
            result = SessionValue.later(result, written[random.nextInt(written.length)]);
        }
        for (SessionValue each : written) {
            result = SessionValue.later(each, result);
        }
        return result;
    }

    @Test
    void everyChangeSurvivesItsBytes() {
        SessionChange[] changes = {
            write(7, "v", Condition.ALWAYS),
            write(7, "", Condition.IF_ABSENT),
            write(7, "v", Condition.IF_PRESENT),
            new SessionChange.Expire(at(8), NOW, SessionStore.NEVER),
            new SessionChange.Remove(at(9), NOW)
        };
        for (SessionChange change : changes) {
            assertThat(SessionChange.decode(change.encode()))
                    .usingRecursiveComparison()
                    .isEqualTo(change);
        }
    }

    @Test
    void aClockGoesOnWhenTheWallStandsOrStepsBack() {
        long first = SessionStamp.timeAfter(0, NOW);
        long second = SessionStamp.timeAfter(first, NOW);
        long third = SessionStamp.timeAfter(second, NOW - 5_000);
        assertThat(first).isLessThan(second);
        assertThat(second).isLessThan(third);
        assertThat(new SessionStamp(third, 1).millis()).isEqualTo(NOW);
    }
}
