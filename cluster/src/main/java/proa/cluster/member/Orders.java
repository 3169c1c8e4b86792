package proa.cluster.member;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** What others have a thread do, and wait for. */
final class Orders {

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final Runnable wake;
    private final long secondsMax;
    private volatile boolean closed;

    /**
     * @param wake of the thread
     * @param secondsMax that somebody waits
     */
    Orders(Runnable wake, long secondsMax) {
        this.wake = wake;
        this.secondsMax = secondsMax;
    }

    /**
     * Returns when it is done, or at once when there are no more. Any other thread.
     *
     * @throws java.util.concurrent.CompletionException when it failed or took too long
     */
    void give(Runnable order) {
        if (closed) {
            return;
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        waiting.add(
                () -> {
                    try {
                        order.run();
                        done.complete(null);
                    } catch (RuntimeException e) {
                        done.completeExceptionally(e);
                    }
                });
        wake.run();
        done.orTimeout(secondsMax, TimeUnit.SECONDS).join();
    }

    /** The thread is about to end. */
    void close() {
        closed = true;
    }

    /** On the thread. */
    void carryOut() {
        for (Runnable order = waiting.poll(); order != null; order = waiting.poll()) {
            order.run();
        }
    }
}
