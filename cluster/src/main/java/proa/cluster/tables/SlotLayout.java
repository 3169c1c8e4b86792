package proa.cluster.tables;

import java.util.List;

/** Where the numbers of each counter are within a slot's record of longs. Immutable. */
final class SlotLayout {

    static final int NOWHERE = -1;

    /** Longs of every slot: incarnation, birth and node, last activity, next slot. */
    static final int HEADER = 4;

    private static final int NARROW_LONGS = Buckets.KEPT / 2;

    private final CounterShape[] counters;
    private final int[] rates;
    private final int[] added;
    private final int[] taken;
    private final int fields;

    SlotLayout(List<CounterShape> counters) {
        this.counters = counters.toArray(new CounterShape[0]);
        rates = new int[this.counters.length];
        added = new int[this.counters.length];
        taken = new int[this.counters.length];
        int next = HEADER;
        for (int at = 0; at < this.counters.length; at++) {
            CounterShape counter = this.counters[at];
            rates[at] = counter.rated() ? next : NOWHERE;
            next += counter.rated() ? 1 + (counter.wide() ? Buckets.KEPT : NARROW_LONGS) : 0;
            added[at] = counter.summed() ? next : NOWHERE;
            next += counter.summed() ? 1 : 0;
            taken[at] = counter.current() ? next : NOWHERE;
            next += counter.current() ? 1 : 0;
        }
        fields = next;
    }

    /** Longs of a slot. */
    int fields() {
        return fields;
    }

    /** Number of counters. */
    int size() {
        return counters.length;
    }

    CounterShape counter(int counter) {
        return counters[counter];
    }

    /** Field of the rate's newest bucket number, which the buckets follow; or nowhere. */
    int rate(int counter) {
        return rates[counter];
    }

    /** Field of the sum; or nowhere. */
    int added(int counter) {
        return added[counter];
    }

    /** Field of the sum of what was taken away; or nowhere. */
    int taken(int counter) {
        return taken[counter];
    }
}
