package proa.chaos.sim.world;

import java.util.PriorityQueue;

/**
 * What is to happen, ordered by simulated time; what is due at one moment happens in the order it
 * was entered. Times are nanoseconds since the world began.
 */
final class Agenda {

    static final long MILLI = 1_000_000;

    private record Item(long at, long order, Runnable what) implements Comparable<Item> {
        @Override
        public int compareTo(Item other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Item> queue = new PriorityQueue<>();
    private long now;
    private long order;
    private long events;

    long now() {
        return now;
    }

    /** How many things have happened. */
    long events() {
        return events;
    }

    void at(long nanos, Runnable what) {
        queue.add(new Item(Math.max(now, nanos), order++, what));
    }

    void after(long nanos, Runnable what) {
        at(now + nanos, what);
    }

    /** Lets the next thing happen if it is due by then; whether there was one. */
    boolean step(long untilNanos) {
        Item next = queue.peek();
        if (next == null || next.at > untilNanos) {
            return false;
        }
        queue.remove();
        now = next.at;
        events++;
        next.what.run();
        return true;
    }

    /** Nothing more happens until then. */
    void pass(long untilNanos) {
        now = Math.max(now, untilNanos);
    }
}
