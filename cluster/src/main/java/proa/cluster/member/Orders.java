package proa.cluster.member;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** What others have a thread do, and wait for. */
final class Orders {

    private final Queue<Order> waiting = new ConcurrentLinkedQueue<>();
    private final Runnable wake;
    private final long secondsMax;
    private volatile boolean closed;

    private record Order(Runnable deed, CompletableFuture<Void> done) {

        /** Whatever goes wrong is for who gave it, not for the thread. */
        void carryOut() {
            try {
                deed.run();
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        }
    }

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
    void give(Runnable deed) {
        Order order = new Order(deed, new CompletableFuture<>());
        waiting.add(order);
        wake.run();
        // The thread may have looked for the last time before this one was there.
        if (closed && waiting.remove(order)) {
            return;
        }
        order.done.orTimeout(secondsMax, TimeUnit.SECONDS).join();
    }

    /** The thread is about to end: it carries out what waits, and no more. */
    void close() {
        closed = true;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** On the thread; a last time after {@link #close}. */
    void carryOut() {
        for (Order order = waiting.poll(); order != null; order = waiting.poll()) {
            order.carryOut();
        }
    }
}
