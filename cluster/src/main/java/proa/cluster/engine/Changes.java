package proa.cluster.engine;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;

/** Tells waiting tries that a member has come or gone. */
record Changes(Attempts attempts, EngineClock clock) implements MembershipListener {

    @Override
    public void memberAdded(MembershipEvent event) {
        attempts.copiesMove();
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        attempts.memberGone();
        Conflicts.HERE.split(clock.stampMillis());
    }
}
