package proa.vip.forwarding;

import java.util.Collection;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which servers of a service take new connections, as the owner of its group has said it. A later
 * one replaces an earlier one on every node; the term of the ownership goes first, so that a new
 * owner outdoes what an old one still says.
 *
 * @param term of the ownership under which it was said, 0 or more
 * @param version counts the changes; 0 with term 0: nobody has said anything
 * @param servers their names
 */
public record Assignment(long term, long version, Set<String> servers) {

    private static final Comparator<Assignment> ORDER =
            Comparator.comparingLong(Assignment::term).thenComparingLong(Assignment::version);

    public Assignment {
        servers = Set.copyOf(servers);
    }

    /** Before anybody has said anything, all servers are taken to be usable. */
    static Assignment initial(Collection<String> servers) {
        return new Assignment(0, 0, Set.copyOf(servers));
    }

    boolean isAfter(Assignment other) {
        return ORDER.compare(this, other) > 0;
    }

    /** The next one under a term. */
    Assignment next(long newTerm, Set<String> changed) {
        return new Assignment(Math.max(term, newTerm), version + 1, changed);
    }

    /** In the order of their names. */
    public Set<String> sorted() {
        return new TreeSet<>(servers);
    }
}
