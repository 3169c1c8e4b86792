package proa.cluster.snapshot;

import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Brings what a file says into a store, some keys at a time, each as often as it takes. What has
 * expired stays away; what is there and was written later stays.
 */
public final class Bringing {

    /** Keys under way at a time. */
    static final int UNDER_WAY_MAX = 64;

    private static final long PAUSE_MILLIS = 50;

    private final SessionStore store;
    private final BooleanSupplier stopped;
    private final long patienceNanos;
    private final LongSupplier nanoTime;
    private final Semaphore room = new Semaphore(UNDER_WAY_MAX);
    private final AtomicLong brought = new AtomicLong();
    private final AtomicLong left = new AtomicLong();
    private long expired;
    private volatile long progressNanos;

    /**
     * What became of the keys of a file.
     *
     * @param brought the store has them, or later ones
     * @param expired stayed away
     * @param left the store did not take them until it was given up
     */
    public record Outcome(long brought, long expired, long left) {}

    /**
     * Tries for as long as it takes.
     *
     * @param stopped whether to give up
     */
    public Bringing(SessionStore store, BooleanSupplier stopped) {
        this(store, stopped, Duration.ofNanos(Long.MAX_VALUE), System::nanoTime);
    }

    /**
     * Gives up when the store takes nothing for a while.
     *
     * @param stopped whether to give up
     * @param patience from the last key that it took
     * @param nanoTime the clock of that; any thread
     */
    public Bringing(
            SessionStore store, BooleanSupplier stopped, Duration patience, LongSupplier nanoTime) {
        this.store = store;
        this.stopped = stopped;
        patienceNanos = patience.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * Brings all, unless it is given up. Once.
     *
     * @param file that was found sound
     */
    public Outcome all(SnapshotFile file) throws IOException {
        progressNanos = nanoTime.getAsLong();
        file.read(this::start);
        room.acquireUninterruptibly(UNDER_WAY_MAX);
        return new Outcome(brought.get(), expired, left.get());
    }

    private void start(SessionCopy copy) {
        if (SessionValue.decode(copy.value()).isOverAt(store.nowMillis())) {
            expired++;
            return;
        }
        if (givenUp()) {
            left.incrementAndGet();
            return;
        }
        room.acquireUninterruptibly();
        Thread.ofVirtual().name("session-restore").start(() -> bring(copy));
    }

    private void bring(SessionCopy copy) {
        boolean taken = false;
        try {
            while (!taken && !givenUp()) {
                taken = takes(copy);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            (taken ? brought : left).incrementAndGet();
            room.release();
        }
    }

    private boolean givenUp() {
        return stopped.getAsBoolean() || nanoTime.getAsLong() - progressNanos >= patienceNanos;
    }

    private boolean takes(SessionCopy copy) throws InterruptedException {
        try {
            store.bring(copy);
            progressNanos = nanoTime.getAsLong();
            return true;
        } catch (SessionException _) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            return false;
        }
    }
}
