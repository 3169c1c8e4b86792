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
    private final Waker waker;

    Inbox(Waker waker) {
        this.waker = waker;
    }

    /** Runs the task on the loop's thread soon. */
    void post(Runnable task) {
        tasks.add(task);
        if (woken.compareAndSet(false, true)) {
            waker.wake();
        }
    }

    /** Runs everything posted; the loop's thread only. */
    void run() {
        if (woken.get()) {
            waker.clear();
            // Cleared before the queue is read: a task added meanwhile wakes the loop once more.
            woken.set(false);
            Runnable task = tasks.poll();
            while (task != null) {
                task.run();
                task = tasks.poll();
            }
        }
    }
}
