package proa.cluster.replication;

import proa.cluster.tables.Origin;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Since when this node has known of batches that it does not have. Bounded by the origins whose
 * progress is remembered. Not thread-safe.
 */
final class Arrears {

    private final Map<Origin, Missing> missing = new HashMap<>();

    /**
     * What is missing of one origin. When the mark is reached, the last announcement is the next
     * one, so that a steady flow does not look like one long absence.
     */
    private static final class Missing {
        private int peer;
        private long mark;
        private long sinceNanos;
        private long latest;
        private long latestNanos;

        private Missing(int peer, long mark, long sinceNanos) {
            this.peer = peer;
            this.mark = mark;
            this.sinceNanos = sinceNanos;
            this.latest = mark;
            this.latestNanos = sinceNanos;
        }

        private void announced(int by, long upTo, long nowNanos) {
            if (upTo > latest) {
                peer = by;
                latest = upTo;
                latestNanos = nowNanos;
            }
        }

        /** Whether nothing is missing any more. */
        private boolean settled(long reached) {
            if (reached >= mark) {
                mark = latest;
                sinceNanos = latestNanos;
            }
            return reached >= latest;
        }
    }

    /** A member has batches of an origin that are not here. */
    void announced(Origin origin, int peer, long upTo, long nowNanos) {
        Missing known = missing.get(origin);
        if (known == null) {
            missing.put(origin, new Missing(peer, upTo, nowNanos));
        } else {
            known.announced(peer, upTo, nowNanos);
        }
    }

    /** What only members that have gone could give is nothing to wait for. */
    void retain(Set<Integer> peers) {
        missing.values().removeIf(each -> !peers.contains(each.peer));
    }

    /**
     * For how long the longest has been missing; 0: nothing is.
     *
     * @param reached how far this node has come with an origin
     */
    long nanos(ToLongFunction<Origin> reached, long nowNanos) {
        long longest = 0;
        Iterator<Map.Entry<Origin, Missing>> all = missing.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Origin, Missing> next = all.next();
            if (next.getValue().settled(reached.applyAsLong(next.getKey()))) {
                all.remove();
            } else {
                longest = Math.max(longest, nowNanos - next.getValue().sinceNanos);
            }
        }
        return longest;
    }
}
