package proa.chaos.bench.l4;

/**
 * Connections that were open before a failover, after it.
 *
 * @param connections there were, a third of each kind: echo, numbers pushed, bursts to a silent
 *     client
 * @param alive of them that have received something since, all of it in order
 * @param broken that ended, or received something else than the next number
 * @param stallMillis the longest time for which one received nothing
 * @param first why the first broke; empty: none has
 */
public record Survivors(int connections, int alive, int broken, long stallMillis, String first) {

    /** Whether not one is lost. */
    public boolean all() {
        return alive == connections && broken == 0;
    }

    /** These and others. */
    Survivors and(Survivors others) {
        return new Survivors(
                connections + others.connections,
                alive + others.alive,
                broken + others.broken,
                Math.max(stallMillis, others.stallMillis),
                first.isEmpty() ? others.first : first);
    }
}
