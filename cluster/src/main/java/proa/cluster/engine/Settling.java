package proa.cluster.engine;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Whether every copy is where it belongs. The engine has no event for that: after each change of
 * its members it is asked until it says so. Safe from any thread.
 */
final class Settling implements MembershipListener, AutoCloseable {

    private static final long LOOK_NANOS = 100_000_000;

    /** Right after a change the engine has not yet planned what to move. */
    private static final int LOOKS = 3;

    private final HazelcastInstance engine;
    private final Semaphore changes = new Semaphore(1);
    private final Thread thread;

    /** With whom the last look found every copy in place; the engine tells of changes late. */
    private volatile Set<UUID> settledWith = Set.of();

    private Settling(HazelcastInstance engine) {
        this.engine = engine;
        thread = Thread.ofPlatform().name("session-copies").daemon().unstarted(this::watch);
    }

    static Settling of(HazelcastInstance engine) {
        Settling settling = new Settling(engine);
        engine.getCluster().addMembershipListener(settling);
        settling.thread.start();
        return settling;
    }

    /** Whether the last look found every copy in place, with the members of now. */
    boolean settled() {
        try {
            return settledWith.equals(members());
        } catch (HazelcastInstanceNotActiveException _) {
            return false;
        }
    }

    private Set<UUID> members() {
        return engine.getCluster().getMembers().stream()
                .map(Member::getUuid)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        changes.release();
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        changes.release();
    }

    private void watch() {
        try {
            while (true) {
                changes.acquire();
                changes.drainPermits();
                awaitCopies();
            }
        } catch (InterruptedException | HazelcastInstanceNotActiveException _) {
            // closed, or the engine has ended
        }
    }

    private void awaitCopies() throws InterruptedException {
        Set<UUID> with = members();
        for (int looks = 0; looks < LOOKS && changes.availablePermits() == 0; ) {
            LockSupport.parkNanos(LOOK_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            looks = engine.getPartitionService().isLocalMemberSafe() ? looks + 1 : 0;
        }
        settledWith = changes.availablePermits() == 0 ? with : Set.of();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
