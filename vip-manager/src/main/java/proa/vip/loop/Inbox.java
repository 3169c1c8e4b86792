package proa.vip.loop;

import proa.vip.linux.Waker;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What other threads want done on the loop's thread. Any thread may {@link #post}; tasks of one
 * thread run in its order. Unbounded, because every source is bounded: peers and node connections
 * are few and each of their threads waits for its own socket.
 */
final class Inbox {

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Runnable wake;
    private final Runnable clear;

    Inbox(Waker waker) {
        this(waker::wake, waker::clear);
    }

    /**
     * The same without a kernel.
     *
     * @param wake ends the loop's wait, the next one too, until {@code clear}
     * @param clear by the loop's thread
     */
    Inbox(Runnable wake, Runnable clear) {
        this.wake = wake;
        this.clear = clear;
    }

    /** Runs the task on the loop's thread soon. */
    void post(Runnable task) {
        tasks.add(task);
        if (woken.compareAndSet(false, true)) {
            wake.run();
        }
    }

    /**
     * Runs everything posted; the loop's thread only. Whoever posted may wake it when his task has
     * been run already: so it is cleared in every turn, or the loop would spin until the next task.
     */
    void run() {
        clear.run();
        // Cleared before the queue is read: a task added meanwhile wakes the loop once more.
        woken.set(false);
        Runnable task = tasks.poll();
        while (task != null) {
            task.run();
            task = tasks.poll();
        }
    }
}
