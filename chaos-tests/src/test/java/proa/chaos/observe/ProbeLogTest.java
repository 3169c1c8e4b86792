package proa.chaos.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProbeLogTest {

    private static final long MS = 1_000_000;

    /** One probe a millisecond; those sent in [from, to) get no answer, others one after 2 ms. */
    private static ProbeLog withSilence(int fromMillis, int toMillis) {
        ProbeLog log = new ProbeLog(10_000);
        for (int at = 0; at < 1_000; at++) {
            long number = log.send(at * MS);
            if (at < fromMillis || at >= toMillis) {
                log.answer(number, at * MS + 2 * MS);
            } else {
                log.abandon(number);
            }
        }
        return log;
    }

    @Test
    void theGapIsBetweenTheLastAnsweredProbeBeforeAndTheFirstAfter() {
        Silence silence = withSilence(400, 431).between(0, 1_000 * MS);
        assertThat(silence.gapMillis()).isEqualTo(32);
        assertThat(silence.startNanos()).isEqualTo(399 * MS);
        assertThat(silence.over()).isTrue();
        assertThat(silence.probes()).isEqualTo(1_000);
        assertThat(silence.unanswered()).isEqualTo(31);
        assertThat(silence.slowestMillis()).isEqualTo(2);
        assertThat(silence.lateMillis()).isEqualTo(1);
    }

    @Test
    void aSilenceThatDoesNotEndLastsToTheEndOfThePeriod() {
        Silence silence = withSilence(400, 1_000).between(0, 1_500 * MS);
        assertThat(silence.over()).isFalse();
        assertThat(silence.gapMillis()).isEqualTo(1_101);
    }

    @Test
    void probesThatMayStillBeAnsweredAreLeftOut() {
        ProbeLog log = withSilence(950, 1_000);
        long waits = log.send(1_000 * MS);
        Silence silence = log.between(0, 1_000 * MS);
        assertThat(silence.over()).isFalse();
        assertThat(silence.probes()).isEqualTo(1_000);
        log.answer(waits, 1_400 * MS);
        assertThat(log.between(0, 1_000 * MS).over()).isTrue();
        assertThat(log.between(0, 1_000 * MS).probes()).isEqualTo(1_001);
    }

    @Test
    void onlyThePeriodCounts() {
        ProbeLog log = withSilence(100, 200);
        assertThat(log.between(300 * MS, 900 * MS).unanswered()).isZero();
        assertThat(log.between(300 * MS, 900 * MS).gapMillis()).isEqualTo(1);
    }

    @Test
    void aFullLogForgetsTheOldest() {
        ProbeLog log = new ProbeLog(100);
        for (int at = 0; at < 250; at++) {
            log.answer(log.send(at * MS), at * MS + MS);
        }
        log.answer(0, 300 * MS);
        assertThat(log.between(0, 250 * MS).probes()).isEqualTo(100);
        assertThat(log.between(150 * MS, 250 * MS).slowestMillis()).isEqualTo(1);
    }

    /** All were accepted while nothing went on, and answered together when it did. */
    @Test
    void aStandstillAfterWhichEverythingIsAnsweredIsASilence() {
        ProbeLog log = new ProbeLog(10_000);
        for (int at = 0; at < 1_000; at++) {
            boolean queued = at >= 400 && at < 600;
            log.answer(log.send(at * MS), (queued ? 600 : at) * MS + 2 * MS);
        }
        Silence silence = log.between(0, 1_000 * MS);
        assertThat(silence.gapMillis()).isEqualTo(201);
        assertThat(silence.startNanos()).isEqualTo(401 * MS);
        assertThat(silence.gapUnknownMillis()).isZero();
        assertThat(silence.over()).isTrue();
        assertThat(silence.unanswered()).isZero();
        assertThat(log.between(450 * MS, 1_000 * MS).gapMillis())
                .as("of a period that begins in it")
                .isEqualTo(152);
    }

    /** Without a processor it neither asks nor reads what has been answered. */
    @Test
    void answersThatTheObserverReadLateAreItsOwnPause() {
        ProbeLog log = new ProbeLog(10_000);
        for (int at = 0; at < 1_000; at++) {
            if (at < 400 || at >= 600) {
                boolean readLate = at >= 398 && at < 400;
                log.answer(log.send(at * MS), (readLate ? 600 : at) * MS + 2 * MS);
            }
        }
        Silence silence = log.between(0, 1_000 * MS);
        assertThat(silence.gapMillis()).isEqualTo(203);
        assertThat(silence.gapUnknownMillis()).isEqualTo(201);
    }

    /** What nobody looked at is known as such, and how much of it is part of the gap. */
    @Test
    void timeInWhichNobodyLookedIsUnknown() {
        ProbeLog log = new ProbeLog(1_000);
        for (long at : new long[] {0, 1, 2, 102, 103, 104, 130, 131}) {
            long number = log.send(at * MS);
            if (at < 104 || at > 130) {
                log.answer(number, at * MS + MS);
            } else {
                log.abandon(number);
            }
        }
        Silence silence = log.between(0, 131 * MS);
        assertThat(silence.unknownMillis()).isEqualTo(126);
        assertThat(silence.gapMillis()).isEqualTo(100);
        assertThat(silence.gapUnknownMillis()).isEqualTo(100);
        assertThat(log.between(103 * MS, 131 * MS).gapUnknownMillis()).isEqualTo(26);
    }

    @Test
    void aPeriodIsCutIntoEqualParts() {
        assertThat(withSilence(400, 450).parts(300 * MS, 500 * MS, 4))
                .containsExactly(
                        new Part(50, 0, 2),
                        new Part(50, 0, 2),
                        new Part(50, 50, 0),
                        new Part(50, 0, 2));
    }
}
