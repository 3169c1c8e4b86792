package proa.cluster.engine;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;

import java.util.concurrent.TimeUnit;

/**
 * Tells waiting tries that a member has come or gone.
 *
 * @param joinedNanos when this member's engine joined
 */
record Moves(Attempts attempts, EngineClock clock, long joinedNanos) implements MembershipListener {

    /** Until then its code is cold, and what is late is not lost. */
    private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(30);

    @Override
    public void memberAdded(MembershipEvent event) {
        if (System.nanoTime() - joinedNanos > YOUNG_NANOS) {
            attempts.copiesMove();
        }
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        attempts.memberGone();
        Conflicts.HERE.split(clock.stampMillis());
    }
}
