package proa.cluster.engine;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;

import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

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
    private volatile boolean settled;

    Settling(HazelcastInstance engine) {
        this.engine = engine;
        thread = Thread.ofPlatform().name("session-copies").daemon().start(this::watch);
    }

    /** Whether the last look found every copy in place, and no member has come or gone since. */
    boolean settled() {
        return settled && changes.availablePermits() == 0;
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        changed();
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        changed();
    }

    private void changed() {
        settled = false;
        changes.release();
    }

    private void watch() {
        try {
            while (true) {
                changes.acquire();
                changes.drainPermits();
                awaitCopies();
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void awaitCopies() throws InterruptedException {
        for (int looks = 0; looks < LOOKS && changes.availablePermits() == 0; ) {
            LockSupport.parkNanos(LOOK_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            looks = engine.getPartitionService().isLocalMemberSafe() ? looks + 1 : 0;
        }
        settled = changes.availablePermits() == 0;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
