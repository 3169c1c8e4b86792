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
    private long openNanos;

    private int[] presentNodes = new int[0];
    private long[] presentIncarnations = new long[0];

    Sums(Slots slots, SlotLayout layout, OriginClocks clocks, Origin self, long openNanos) {
        this.slots = slots;
        this.layout = layout;
        this.clocks = clocks;
        this.self = self;
        this.openNanos = openNanos;
    }

    /** Goes on with another time for which something counts as open. */
    void follow(long changedOpenNanos) {
        openNanos = changedOpenNanos;
    }

    /** Whose open things count from now on, besides this node's own; whether somebody came. */
    boolean present(Set<Origin> others) {
        boolean came =
                others.stream().anyMatch(each -> !isPresent(each.node(), each.incarnation()));
        presentNodes = others.stream().mapToInt(Origin::node).toArray();
        presentIncarnations = others.stream().mapToLong(Origin::incarnation).toArray();
        return came;
    }

    private boolean isPresent(int node, long incarnation) {
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
     * What was counted in every bucket that the window touches: never less than in any window of
     * that length, as far as is known here.
     *
     * @param own by this node, in this life and those before; else by every node
     */
    long ceiling(int chain, int counter, boolean own, long nowNanos) {
        long width = layout.counter(counter).bucketNanos();
        long counted = 0;
        for (int slot = chain; slot != Slots.NONE; slot = slots.next(slot)) {
            if (!own || slots.node(slot) == self.node()) {
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

    /**
     * What is open at origins that are present and have said so of late; what is open elsewhere
     * ended with its node.
     */
    long current(int chain, int counter, long nowNanos) {
        long current = 0;
        for (int slot = chain; slot != Slots.NONE; slot = slots.next(slot)) {
            int node = slots.node(slot);
            long incarnation = slots.incarnation(slot);
            boolean own = node == self.node() && incarnation == self.incarnation();
            boolean fresh = nowAt(slot, nowNanos) - slots.activeNanos(slot) <= openNanos;
            if (own || fresh && isPresent(node, incarnation)) {
                current += slots.current(slot, counter);
            }
        }
        return Math.max(0, current);
    }

    /**
     * The origin's time; of an origin forgotten meanwhile, the time its slot was last counted in.
     */
    private long nowAt(int slot, long nowNanos) {
        return clocks.nowAt(
                slots.node(slot), slots.incarnation(slot), nowNanos, slots.activeNanos(slot));
    }
}
