package proa.vip.vrrp;

/**
 * Whether the group's gateway answers. A gateway that has never answered is a mistake in the file
 * rather than a cut cable, and is not counted against this node.
 */
final class GatewayWatch {

    /**
     * Probed this often while it answers: clients wait for as long as an owner does not notice that
     * it can send and not receive. A standby asks as often, or it would call itself fit for longer
     * than the owner when the gateway of all is gone.
     */
    static final long EVERY_NANOS = 300 * Timers.MILLI;

    /**
     * After a miss the next probe follows soon, so that one lost packet is told from a cut cable.
     */
    private static final long AGAIN_NANOS = 100 * Timers.MILLI;

    /** So many misses in a row are a lost gateway. */
    private static final int MISSES_MAX = 2;

    /** A lost answer to {@link Action.ProbeGateway} itself: taken for a miss after this long. */
    private static final long ANSWER_NANOS = 4 * GroupMachine.PROBE_MILLIS * Timers.MILLI;

    private final boolean tracked;
    private boolean everAnswered;
    private boolean lastAnswered = true;
    private int misses;
    private long answersSinceNanos;
    private long answeredNanos = Long.MIN_VALUE / 2;
    private long probeNanos;
    private boolean probing;

    GatewayWatch(boolean tracked) {
        this.tracked = tracked;
    }

    boolean tracked() {
        return tracked;
    }

    /** Whether it answers, one lost probe forgiven. */
    boolean answers() {
        return !tracked || !everAnswered || misses < MISSES_MAX;
    }

    /**
     * Whether it answered the last probe: what a node must be sure of before it overrules silence.
     */
    boolean answeredLast() {
        return !tracked || !everAnswered || lastAnswered;
    }

    /** Whether it has answered without a lost stretch for this long. */
    boolean answeredFor(long nanos, long now) {
        return answers() && (!tracked || now - answersSinceNanos >= nanos);
    }

    /** When it answered last. */
    long answeredNanos() {
        return answeredNanos;
    }

    void probed(boolean answered, long now) {
        probing = false;
        lastAnswered = answered;
        if (answered) {
            answeredNanos = now;
            answersSinceNanos = !everAnswered || misses >= MISSES_MAX ? now : answersSinceNanos;
            everAnswered = true;
            misses = 0;
        } else {
            misses = Math.min(MISSES_MAX, misses + 1);
        }
        probeNanos = now + (answered || misses >= MISSES_MAX ? EVERY_NANOS : AGAIN_NANOS);
    }

    /** Whether a probe is due; counts as asked. */
    boolean wantsProbe(long now) {
        return now >= deadlineNanos() && askNow(now);
    }

    /** Asks out of turn. False when there is nobody to ask or a probe is under way. */
    boolean askNow(long now) {
        if (!tracked || (probing && now < probeNanos)) {
            return false;
        }
        probing = true;
        probeNanos = now + ANSWER_NANOS;
        return true;
    }

    long deadlineNanos() {
        return tracked ? probeNanos : Long.MAX_VALUE;
    }
}
