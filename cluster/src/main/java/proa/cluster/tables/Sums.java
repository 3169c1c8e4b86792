package proa.cluster.tables;

import java.util.Set;

/** Reads what a chain of slots amounts to, over all origins. Not thread-safe. */
final class Sums {

    /** The newest bucket that may be there, in steps back from now. */
    private static final int FIRST = -Buckets.AHEAD - 1;

    private final Slots slots;
    private final SlotLayout layout;
    private final OriginClocks clocks;
    private final Origin self;

    private int[] presentNodes = new int[0];
    private long[] presentIncarnations = new long[0];

    Sums(Slots slots, SlotLayout layout, OriginClocks clocks, Origin self) {
        this.slots = slots;
        this.layout = layout;
        this.clocks = clocks;
        this.self = self;
        present(Set.of());
    }

    /** Whose open things count from now on, besides this node's own. */
    void present(Set<Origin> others) {
        presentNodes = others.stream().mapToInt(Origin::node).toArray();
        presentIncarnations = others.stream().mapToLong(Origin::incarnation).toArray();
    }

    boolean isPresent(int node, long incarnation) {
        if (node == self.node() && incarnation == self.incarnation()) {
            return true;
        }
        for (int at = 0; at < presentNodes.length; at++) {
            if (presentNodes[at] == node && presentIncarnations[at] == incarnation) {
                return true;
            }
        }
        return false;
    }

    /** What was counted within the window that ends now; the oldest bucket slides out linearly. */
    long rate(int chain, int counter, long nowNanos) {
        if (!layout.counter(counter).rated()) {
            return 0;
        }
        long width = layout.counter(counter).bucketNanos();
        long whole = 0;
        double sliding = 0;
        for (int slot = chain; slot != Slots.NONE; slot = slots.next(slot)) {
            long at = nowAt(slot, nowNanos);
            long current = Math.floorDiv(at, width);
            for (int back = FIRST; back < Buckets.PER_WINDOW; back++) {
                whole += slots.count(slot, counter, current - back);
            }
            long oldest = slots.count(slot, counter, current - Buckets.PER_WINDOW);
            sliding += oldest * (1 - (double) Math.floorMod(at, width) / width);
        }
        return whole + (long) sliding;
    }

    /**
     * What this node, in this life and those before, has counted in every bucket that the window
     * touches: never less than in any window of that length.
     */
    long ownCeiling(int chain, int counter, long nowNanos) {
        long width = layout.counter(counter).bucketNanos();
        long counted = 0;
        for (int slot = chain; slot != Slots.NONE; slot = slots.next(slot)) {
            if (slots.node(slot) == self.node()) {
                long current = Math.floorDiv(nowAt(slot, nowNanos), width);
                for (int back = FIRST; back <= Buckets.PER_WINDOW; back++) {
                    counted += slots.count(slot, counter, current - back);
                }
            }
        }
        return counted;
    }

    /** Everything that was ever added since the entries were created. */
    long total(int chain, int counter) {
        long total = 0;
        for (int slot = chain; slot != Slots.NONE; slot = slots.next(slot)) {
            total += slots.added(slot, counter);
        }
        return total;
    }

    /** What is open at origins that are present; what is open elsewhere ended with its node. */
    long current(int chain, int counter) {
        long current = 0;
        for (int slot = chain; slot != Slots.NONE; slot = slots.next(slot)) {
            if (isPresent(slots.node(slot), slots.incarnation(slot))) {
                current += slots.current(slot, counter);
            }
        }
        return Math.max(0, current);
    }

    /** Whether something is open at an origin that is present. */
    boolean open(int chain) {
        for (int slot = chain; slot != Slots.NONE; slot = slots.next(slot)) {
            if (slotOpen(slot)) {
                return true;
            }
        }
        return false;
    }

    boolean slotOpen(int slot) {
        for (int counter = 0; counter < layout.size(); counter++) {
            if (layout.counter(counter).current() && slots.current(slot, counter) > 0) {
                return isPresent(slots.node(slot), slots.incarnation(slot));
            }
        }
        return false;
    }

    /**
     * The origin's time; of an origin forgotten meanwhile, the time its slot was last counted in.
     */
    private long nowAt(int slot, long nowNanos) {
        return clocks.nowAt(
                slots.node(slot), slots.incarnation(slot), nowNanos, slots.activeNanos(slot));
    }
}
