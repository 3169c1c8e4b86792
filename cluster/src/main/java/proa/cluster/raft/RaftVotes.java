package proa.cluster.raft;

import java.util.HashSet;
import java.util.Set;

/** Who has granted what this member asks for. Of one thread. */
final class RaftVotes {

    private final Set<Integer> voters = new HashSet<>();

    /** Those without a log. */
    private final Set<Integer> fresh = new HashSet<>();

    void clear() {
        voters.clear();
        fresh.clear();
    }

    void add(int member, boolean isFresh) {
        (isFresh ? fresh : voters).add(member);
    }

    /**
     * Whether they are a majority that remembers, or all others, none of which has a log.
     *
     * @param votes whether this member's own counts
     */
    boolean enough(boolean votes, int others, int majority) {
        return votes && voters.size() + 1 >= majority || fresh.size() == others;
    }
}
