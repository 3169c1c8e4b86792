package proa.cluster.engine;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.MigrationListener;
import com.hazelcast.partition.MigrationState;
import com.hazelcast.partition.ReplicaMigrationEvent;

import java.util.concurrent.TimeUnit;

/**
 * Tells waiting tries that a member has come or gone, and of each copy that has moved since: how
 * long that goes on depends on how much there is and on how busy the machines are.
 *
 * @param joinedNanos when this member's engine joined
 */
record Moves(Attempts attempts, EngineClock clock, long joinedNanos)
        implements MembershipListener, MigrationListener {

    /** Until then its code is cold, and what is late is not lost. */
    private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Listens to both kinds of events. */
    void listenTo(HazelcastInstance engine) {
        engine.getCluster().addMembershipListener(this);
        engine.getPartitionService().addMigrationListener(this);
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        copiesMove();
    }

    private void copiesMove() {
        if (System.nanoTime() - joinedNanos > YOUNG_NANOS) {
            attempts.copiesMove();
        }
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        attempts.memberGone();
        Conflicts.HERE.split(clock.stampMillis());
    }

    @Override
    public void migrationStarted(MigrationState state) {
        copiesMove();
    }

    @Override
    public void migrationFinished(MigrationState state) {
        copiesMove();
    }

    @Override
    public void replicaMigrationCompleted(ReplicaMigrationEvent event) {
        copiesMove();
    }

    @Override
    public void replicaMigrationFailed(ReplicaMigrationEvent event) {
        copiesMove();
    }
}
