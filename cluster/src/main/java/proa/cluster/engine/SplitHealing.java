package proa.cluster.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.sessions.SessionCopy;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * What this member held when the engine makes it join others after a split is brought to them, key
 * by key, as often as it takes. The engine's own way gives up everything it has not yet sent when
 * one backup is late: sessions that were acknowledged were lost. Safe from any thread.
 */
final class SplitHealing implements AutoCloseable {

    /** Keys under way at a time. */
    static final int UNDER_WAY_MAX = 128;

    private static final Logger LOG = LoggerFactory.getLogger(SplitHealing.class);

    /** Before the next key when one was not taken, in milliseconds. */
    private static final long PAUSE_MILLIS = 20;

    /** A leaving member brings what it can for so long, in milliseconds. */
    private static final long LEAVING_MILLIS = 10_000;

    /** Brings one to its owner and backup; whatever it ends with but success is tried again. */
    @FunctionalInterface
    interface Destination {
        CompletionStage<?> bring(SessionCopy held);
    }

    private final Supplier<Collection<SessionCopy>> local;
    private final Destination destination;
    private final Semaphore joined = new Semaphore(0);
    private final Semaphore room = new Semaphore(UNDER_WAY_MAX);
    private final Deque<SessionCopy> left = new ArrayDeque<>();
    private final Thread thread;
    private volatile boolean merging;
    private volatile boolean bringing;
    private volatile boolean refused;

    /**
     * @param local everything held here, asked while the engine still is what it was in the split
     */
    SplitHealing(Supplier<Collection<SessionCopy>> local, Destination destination) {
        this.local = local;
        this.destination = destination;
        thread = Thread.ofPlatform().name("session-healing").daemon().unstarted(this::watch);
        thread.start();
    }

    /** Whether something held in a split has not reached the others. */
    boolean active() {
        return merging || bringing;
    }

    /** To be called before the engine empties this member. */
    void separated() {
        merging = true;
        Collection<SessionCopy> held = local.get();
        synchronized (left) {
            left.addAll(held);
        }
    }

    /** To be called after an engine has joined others. */
    void joined() {
        bringing = true;
        merging = false;
        joined.release();
    }

    private void watch() {
        try {
            while (true) {
                joined.acquire();
                bringAll();
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void bringAll() throws InterruptedException {
        long started = System.nanoTime();
        long sent = 0;
        while (bringing) {
            SessionCopy next;
            synchronized (left) {
                next = left.poll();
            }
            if (next == null) {
                awaitThoseUnderWay();
                continue;
            }
            if (refused) {
                refused = false;
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            room.acquire();
            bring(next);
            sent++;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
        if (sent > 0) {
            LOG.info(
                    "sessions: after a split, {} keys were brought to the others: {} ms",
                    sent,
                    millis);
        }
    }

    private void awaitThoseUnderWay() throws InterruptedException {
        room.acquire(UNDER_WAY_MAX);
        room.release(UNDER_WAY_MAX);
        synchronized (left) {
            bringing = !left.isEmpty();
        }
    }

    private void bring(SessionCopy held) {
        CompletionStage<?> answer;
        try {
            answer = destination.bring(held);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete(
                (_, failure) -> {
                    if (failure != null) {
                        LOG.debug("sessions: a key is brought again", failure);
                        refused = true;
                        synchronized (left) {
                            left.add(held);
                        }
                    }
                    room.release();
                });
    }

    /** Waits, within a limit, until what was held has reached the others. */
    @Override
    public void close() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEAVING_MILLIS);
        while (active() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
        }
        thread.interrupt();
    }
}
