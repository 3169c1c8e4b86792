package proa.cluster.replication;

import proa.cluster.tables.Origin;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which lives of the other nodes are there: of every member in sight the latest that has been heard
 * from it. A node that came back is there in its new life only. Not thread-safe.
 *
 * <p>Sets here are walked over, so none is of {@link Set#copyOf}: the order of those changes with
 * each start of the virtual machine, and what happens to a simulated seed with it.
 */
final class Presence {

    private final Map<Integer, Long> latest = new HashMap<>();
    private Set<Integer> members = Set.of();
    private Set<Origin> others = Set.of();

    Set<Origin> others() {
        return others;
    }

    /** Whether that life of its node is there now. */
    boolean isThere(Origin origin) {
        return others.contains(origin);
    }

    /** The other members in sight; whether the lives there have changed. */
    boolean members(Set<Integer> ids) {
        members = Collections.unmodifiableSet(new HashSet<>(ids));
        return changed();
    }

    /** A member spoke, of its own or for another; whether the lives there have changed. */
    boolean heard(int member, Origin maker) {
        boolean news =
                member == maker.node()
                        && latest.getOrDefault(member, Long.MIN_VALUE) < maker.incarnation();
        if (news) {
            latest.put(member, maker.incarnation());
        }
        return news && changed();
    }

    private boolean changed() {
        Set<Origin> now = new HashSet<>();
        for (int id : members) {
            Long incarnation = latest.get(id);
            if (incarnation != null) {
                now.add(new Origin(id, incarnation));
            }
        }
        boolean changed = !now.equals(others);
        others = Collections.unmodifiableSet(now);
        return changed;
    }
}
