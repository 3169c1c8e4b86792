package proa.node.reload;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Traffic;

import java.util.BitSet;
import java.util.function.Supplier;

/**
 * The generation of now, swapped as one reference. A listener has a lane for as long as it is open:
 * its connections ask by lane, so that each request meets what is configured when it begins.
 *
 * <p>Asked by any thread; changed by one at a time.
 */
final class Generations {

    private volatile @Nullable Generation current;

    /** Lanes that some connection may still ask by. Guarded by this. */
    private final BitSet busy = new BitSet();

    Generation current() {
        Generation now = current;
        if (now == null) {
            throw new IllegalStateException("before the first");
        }
        return now;
    }

    void swap(Generation next) {
        current = next;
    }

    /** The rules and routes of the moment, for the connections of a listener. */
    Supplier<Traffic> at(int lane) {
        return () -> current().traffic(lane);
    }

    /** A free lane. */
    synchronized int take() {
        int lane = busy.nextClearBit(0);
        busy.set(lane);
        return lane;
    }

    /** Nobody asks by this lane any more. */
    synchronized void free(int lane) {
        busy.clear(lane);
        @Nullable Traffic[] traffic = current().traffic();
        if (lane < traffic.length) {
            traffic[lane] = null; // or what it leads to would live until the next reload
        }
    }

    /** Lanes in use. */
    synchronized int lanes() {
        return busy.cardinality();
    }
}
