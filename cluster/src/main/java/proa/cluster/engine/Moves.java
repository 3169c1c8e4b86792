package proa.cluster.engine;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;

/** Tells waiting tries that a member has come or gone. */
<<<<<<<< HEAD:cluster/src/main/java/proa/cluster/engine/Changes.java
record Changes(Attempts attempts, EngineClock clock) implements MembershipListener {
========
record Moves(Attempts attempts, EngineClock clock) implements MembershipListener {
>>>>>>>> state:cluster/src/main/java/proa/cluster/engine/Moves.java

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
