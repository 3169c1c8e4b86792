package proa.cluster.replication;

import java.util.HashSet;
import java.util.Set;

/**
 * Whether everything there was has been fetched, at the start of a life and when tables have begun.
 * Logs alone would not do: what lives that are forgotten have left in the tables is in no log any
 * more. A table that a member does not have yet, since it has not been reloaded with it, or keeps
 * in another form, is fetched from the others. Not thread-safe.
 */
final class Fetch {

    private final Set<Integer> givers = new HashSet<>();
    private boolean over;

    /** Everything is wanted anew; also alone, for who comes may have it. */
    void begin() {
        over = false;
        givers.clear();
    }

    /** Whether all that a member has is still wanted. */
    boolean wants(int member) {
        return !over && !givers.contains(member);
    }

    /**
     * A member has given all it has.
     *
     * @param all whether it had every table
     * @param peers the members in sight
     * @return whether the others are to be asked
     */
    boolean given(int member, boolean all, Set<Integer> peers) {
        if (over) {
            return false;
        }
        givers.add(member);
        over = all || givers.containsAll(peers);
        return !over;
    }

    /** Whether there is nobody among the members in sight who could give more. */
    boolean isOver(Set<Integer> peers) {
        return over || givers.containsAll(peers);
    }
}
