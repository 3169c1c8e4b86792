package proa.cluster.member;

/**
 * A limit over all nodes on what a key may do in the window of a counter.
 *
 * @param table the table's name
 * @param counter the counter's name; it keeps a rate
 * @param to most within the window, at least 1
 * @param mode how it is kept
 */
public record Limit(String table, String counter, long to, Mode mode) {

    /** How a limit is kept. */
    public enum Mode {
        /**
         * Each node decides by what it knows at that moment: as far behind as replication is. Parts
         * of a split cluster keep the whole limit each.
         */
        APPROXIMATE,
        /** The same, but a part of a split cluster keeps its members' part of the limit. */
        APPROXIMATE_SHARE,
        /**
         * Each configured node has its part and others lend it theirs: never above the limit,
         * whatever happens between them. Whose owner cannot be reached goes on with its own part.
         */
        STRICT
    }
}
