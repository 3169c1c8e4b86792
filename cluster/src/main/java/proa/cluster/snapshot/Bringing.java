package proa.cluster.snapshot;

import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

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
    private final Semaphore room = new Semaphore(UNDER_WAY_MAX);
    private final AtomicLong brought = new AtomicLong();

    /**
     * @param stopped whether to give up
     */
    public Bringing(SessionStore store, BooleanSupplier stopped) {
        this.store = store;
        this.stopped = stopped;
    }

    /**
     * Brings all; how many keys. Fewer than there are when it was stopped.
     *
     * @param file that was found sound
     */
    public long all(SnapshotFile file) throws IOException {
        file.read(this::start);
        room.acquireUninterruptibly(UNDER_WAY_MAX);
        return brought.get();
    }

    private void start(SessionCopy copy) {
        if (stopped.getAsBoolean()
                || SessionValue.decode(copy.value()).isOverAt(store.nowMillis())) {
            return;
        }
        room.acquireUninterruptibly();
        Thread.ofVirtual().name("session-restore").start(() -> bring(copy));
    }

    private void bring(SessionCopy copy) {
        try {
            while (!stopped.getAsBoolean()) {
                try {
                    store.bring(copy);
                    brought.incrementAndGet();
                    return;
                } catch (SessionException _) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            room.release();
        }
    }
}
