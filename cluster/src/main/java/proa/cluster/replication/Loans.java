package proa.cluster.replication;

import proa.cluster.tables.TableKey;

/**
 * The strict limits of this node as replication sees them: others ask for a part of its share, and
 * what it asked for arrives.
 */
public interface Loans {

    /** No strict limits. */
    Loans NONE =
            new Loans() {
                @Override
                public long lend(Of of, long wanted) {
                    return 0;
                }

                @Override
                public void lent(Of of, long askedNanos, long given) {}
            };

    /**
     * What a loan is about.
     *
     * @param table the table's name
     * @param counter the counter's name
     * @param limit the limit over all nodes
     * @param key whose limit
     */
    record Of(String table, String counter, long limit, TableKey key) {}

    /** Gives away a part of what is left now of this node's share; 0 to {@code wanted}. */
    long lend(Of of, long wanted);

    /**
     * What another node gave.
     *
     * @param askedNanos this node's time when it asked
     */
    void lent(Of of, long askedNanos, long given);
}
