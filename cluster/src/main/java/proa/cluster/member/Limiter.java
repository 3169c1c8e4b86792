package proa.cluster.member;

import proa.cluster.tables.TableKey;

/** Keeps a {@link Limit}. Answers at once and never waits for a peer. Safe from any thread. */
@FunctionalInterface
public interface Limiter {

    /** Refused; nothing was counted. */
    long REFUSED = -1;

    /**
     * Counts one if the limit allows it.
     *
     * @return how much more would be allowed now, as far as this node knows, or {@link #REFUSED}
     */
    long admit(TableKey key);
}
