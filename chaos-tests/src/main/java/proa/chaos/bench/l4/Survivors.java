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
record Survivors(int connections, int alive, int broken, long stallMillis, String first) {

    /** Whether not one is lost. */
    boolean all() {
        return alive == connections && broken == 0;
    }
}
