package proa.cluster.engine;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What waits for the thread of the Raft engine. Bounded: what is too much is dropped and counted,
 * which agreement allows for. Safe from any thread; one takes.
 */
final class RaftEvents {

    /** Some seconds of a saturated member. */
    static final int WAITING_MAX = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(RaftEvents.class);

    private final BlockingQueue<RaftEvent> waiting = new LinkedBlockingQueue<>(WAITING_MAX);
    private final LongAdder dropped = new LongAdder();
    private @Nullable RaftEvent late; // guarded by what waits

    /** Never blocks; whether there was a place. */
    boolean tell(RaftEvent event) {
        boolean placed = waiting.offer(event);
        if (!placed) {
            dropped.increment();
            LOG.debug("sessions: too much to do");
        }
        return placed;
    }

    /**
     * Never blocks either, but is told at last when there is a place again: for what nobody
     * repeats, and of which only the latest counts.
     */
    void tellLatest(RaftEvent event) {
        synchronized (waiting) {
            late = waiting.offer(event) ? null : event;
        }
    }

    /** Blocks until there is a place: for what must not be dropped. */
    void put(RaftEvent event) throws InterruptedException {
        waiting.put(event);
    }

    /**
     * Waits for the first event, and takes those that have come besides.
     *
     * @param waitNanos at most; what is not positive does not wait
     * @param most beside the first
     */
    void take(long waitNanos, int most, List<RaftEvent> to) throws InterruptedException {
        RaftEvent first = waiting.poll(Math.max(0, waitNanos), TimeUnit.NANOSECONDS);
        if (first != null) {
            to.add(first);
            waiting.drainTo(to, most);
            synchronized (waiting) {
                if (late != null && waiting.offer(late)) {
                    late = null;
                }
            }
        }
    }

    /** Events that had no place, since the start. */
    long dropped() {
        return dropped.sum();
    }
}
