package proa.cluster.engine;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.ClusterService;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Whether every copy is where it belongs: first those of what this member owns, then those of
 * everybody. The engine has no event for that: after each change of its members it is asked until
 * it says so, on every member for itself. Safe from any thread.
 */
final class Settling implements MembershipListener, AutoCloseable {

    private static final long LOOK_NANOS = 100_000_000;

    /** Right after a change the engine has not yet planned what to move. */
    private static final int LOOKS = 3;

    private final HazelcastInstance engine;
    private final Semaphore changes = new Semaphore(1);
    private final Thread thread;

    /** With whom the last look found everybody's copies in place; the engine tells changes late. */
    private volatile Set<UUID> settledWith = Set.of();

    /**
     * The engine's list of members when this one's copies were found in place, 0: none; in the
     * upper half how often the right to read them has been taken back.
     */
    private final AtomicLong readable = new AtomicLong();

    private static final int RECALL = 32;

    private final ClusterService service;
    private final ReadGrants grants;
    private boolean granted;

    private Settling(HazelcastInstance engine) {
        this.engine = engine;
        service = ((HazelcastInstanceProxy) engine).getOriginal().node.getClusterService();
        grants = ReadGrants.of(engine, this::recalled);
        thread = Thread.ofPlatform().name("session-copies").daemon().unstarted(this::watch);
    }

    static Settling of(HazelcastInstance engine) {
        Settling settling = new Settling(engine);
        engine.getCluster().addMembershipListener(settling);
        settling.thread.start();
        return settling;
    }

    /** Whether the last look found everybody's copies in place, with the members of now. */
    boolean settled() {
        try {
            return settledWith.equals(members());
        } catch (HazelcastInstanceNotActiveException _) {
            return false;
        }
    }

    /**
     * Whether what lies here is a copy that every acknowledged write has reached. While copies move
     * it need not be: who was a backup learns last that it is none any more, and writes are
     * acknowledged without it by then ({@link ReadGrants}). Who is alone owns everything. Costs a
     * comparison; what it asks the engine is in memory. Look at the copy first: it may be over
     * between any two instructions.
     */
    boolean mayReadHere() {
        int list = (int) readable.get();
        return list != 0 && list == service.getMemberListVersion() || service.getSize() == 1;
    }

    private Set<UUID> members() {
        return engine.getCluster().getMembers().stream()
                .map(Member::getUuid)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        changed();
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        changed();
    }

    /** To be called before the engine leaves its members for others, whose list may be as old. */
    void changed() {
        changes.release();
        noneReadable();
    }

    /** The value before it; the list of members is gone. */
    private long noneReadable() {
        return readable.updateAndGet(state -> state >>> RECALL << RECALL);
    }

    /** Copies are about to move: looks anew, and forgets what it has asked before. */
    private void recalled() {
        readable.updateAndGet(state -> (state >>> RECALL) + 1 << RECALL);
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
        long none = noneReadable();
        int list = service.getMemberListVersion();
        Set<UUID> with = members();
        boolean here = await(this::safeHere);
        if (here && granted) {
            readable.compareAndSet(none, none | list); // not when it was recalled meanwhile
        }
        // A copy that another member still waits for is as good as none to whoever stops next.
        boolean everywhere = here && await(engine.getPartitionService()::isClusterSafe);
        settledWith = everywhere ? with : Set.of();
    }

    /** A master of an earlier version grants nothing: copies are in place, but not read there. */
    private boolean safeHere() throws InterruptedException {
        if (!engine.getPartitionService().isLocalMemberSafe()) {
            return false;
        }
        ReadGrants.Answer answer = grants.ask();
        granted = answer == ReadGrants.Answer.GRANTED;
        return answer != ReadGrants.Answer.NOT_YET;
    }

    /** Until it is so at some looks in a row; false when the members have changed before. */
    private boolean await(Look safe) throws InterruptedException {
        for (int looks = 0; looks < LOOKS && changes.availablePermits() == 0; ) {
            LockSupport.parkNanos(LOOK_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            looks = safe.isSafe() ? looks + 1 : 0;
        }
        return changes.availablePermits() == 0;
    }

    private interface Look {
        boolean isSafe() throws InterruptedException;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
