package proa.cluster.raft;

import java.util.List;

/**
 * What a member must not forget: it is on the disk before anything that follows from it is said.
 *
 * @param vote what it has promised
 * @param snapshot the beginning of its log
 * @param entries the rest
 */
public record RaftState(Vote vote, RaftSnapshot snapshot, List<RaftEntry> entries) {

    /** Of a log from its beginning. */
    public static final RaftSnapshot NO_SNAPSHOT = new RaftWork.Installed(0, 0, new byte[0]);

    /** Of a member that has just been given an empty disk. */
    public static final RaftState EMPTY =
            new RaftState(new Vote(0, 0, Standing.FRESH), NO_SNAPSHOT, List.of());

    public RaftState {
        entries = List.copyOf(entries);
    }

    /**
     * What a member has promised.
     *
     * @param term the latest it has seen
     * @param votedFor the member that has its vote of this term; 0: nobody
     * @param standing whether its vote counts
     */
    public record Vote(long term, int votedFor, Standing standing) {}

    /** Whether a member's vote counts. The numbers are those on the disk. */
    public enum Standing {
        /** Its log may lack what it had acknowledged, on a disk that is gone: it has no vote. */
        FRESH(0),
        /**
         * It began the store and knows of nothing that is committed: it votes, and where nobody
         * else has a log it may begin again, should it have died before the others heard of it.
         */
        FOUNDER(1),
        VOTER(2);

        private final int code;

        Standing(int code) {
            this.code = code;
        }

        /** The number on the disk and on the wire. */
        public int code() {
            return code;
        }

        /**
         * The standing of a number.
         *
         * @throws IllegalStateException when there is none
         */
        public static Standing of(long code) {
            for (Standing each : values()) {
                if (each.code == code) {
                    return each;
                }
            }
            throw new IllegalStateException("unknown standing " + code);
        }
    }
}
