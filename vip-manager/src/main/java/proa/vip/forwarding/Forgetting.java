package proa.vip.forwarding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * When a host that has lost a group forgets the connections it carried for it. The kernel would
 * keep them for days: they fill its table, and when the group comes back, a client that uses a port
 * again would go to the server of a connection that is long dead.
 *
 * <p>Not at once: a group that comes back soon finds its connections as they were, also those of
 * servers that take no new ones. Not thread-safe; time comes in as an argument.
 */
public final class Forgetting {

    /** As long as a new owner holds back its own changes. */
    static final Duration AFTER = Assignments.HOLD;

    private final Map<String, Boolean> ours = new HashMap<>();
    private final Map<String, Long> dueNanos = new TreeMap<>();

    /** Who owns a group, as often as it is told; what an earlier life left is forgotten, too. */
    public void owner(String group, boolean nowOurs, long nowNanos) {
        Boolean before = ours.put(group, nowOurs);
        if (nowOurs) {
            dueNanos.remove(group);
        } else if (before == null || before) {
            dueNanos.put(group, nowNanos + AFTER.toNanos());
        }
    }

    /** The groups to forget now, each once. */
    public List<String> due(long nowNanos) {
        List<String> due = new ArrayList<>();
        dueNanos.forEach(
                (group, at) -> {
                    if (nowNanos - at >= 0) {
                        due.add(group);
                    }
                });
        dueNanos.keySet().removeAll(due);
        return due;
    }

    /** When {@link #due} has something; {@link Long#MAX_VALUE}: never. */
    public long deadlineNanos() {
        long earliest = Long.MAX_VALUE;
        for (long at : dueNanos.values()) {
            earliest = earliest == Long.MAX_VALUE || at - earliest < 0 ? at : earliest;
        }
        return earliest;
    }
}
