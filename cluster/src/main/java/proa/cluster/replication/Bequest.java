package proa.cluster.replication;

import proa.cluster.tables.Origin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a node that is gone has left here and nobody would ask for: its batches after one that is
 * missing. Members offer what they have without a gap only, and perhaps nobody has what would fill
 * this one. So whoever has such batches sends them to all, a few times; who has them already skips
 * them. Not thread-safe.
 */
final class Bequest {

    /** With so many hellos; a network that loses all of them loses the view too. */
    static final int TIMES_MAX = 5;

    /** Batches of one origin that are sent; beyond it all that is there is fetched anyway. */
    static final int BATCHES_MAX = 32;

    private final Origins origins;
    private final Inflow inflow;
    private final Map<Origin, Integer> times = new HashMap<>();

    Bequest(Origins origins, Inflow inflow) {
        this.origins = origins;
        this.inflow = inflow;
    }

    /**
     * What is to be sent with a hello.
     *
     * @param present lives of the other nodes that can still be asked themselves
     */
    List<Outgoing> due(Set<Origin> present, long nowNanos) {
        List<Outgoing> due = new ArrayList<>();
        times.keySet().retainAll(origins.others());
        for (Origin origin : origins.others()) {
            List<Long> numbers = origins.beyondGap(origin);
            if (present.contains(origin) || numbers.isEmpty()) {
                times.remove(origin);
            } else if (times.merge(origin, 1, Integer::sum) <= TIMES_MAX) {
                long sentNanos = inflow.nowAt(origin, nowNanos);
                numbers.stream()
                        .limit(BATCHES_MAX)
                        .forEach(number -> add(origin, number, sentNanos, due));
            }
        }
        return due;
    }

    private void add(Origin origin, long number, long sentNanos, List<Outgoing> to) {
        byte[] batch = origins.logged(origin, number);
        if (batch != null) {
            to.add(new Outgoing(Outgoing.ALL, MessageCodec.sentAt(batch, sentNanos)));
        }
    }
}
