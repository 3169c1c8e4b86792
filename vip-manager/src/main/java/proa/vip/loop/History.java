package proa.vip.loop;

import proa.vip.vrrp.Action;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** The latest transitions of all groups on this host, for the status document. Not thread-safe. */
final class History {

    /** So many are kept; the log has all. */
    static final int ENTRIES_MAX = 64;

    private record Entry(
            Instant at, String group, Action.Transition transition, long carriedOutMicros) {}

    private final Queue<Entry> entries = new ArrayDeque<>(ENTRIES_MAX);

    /**
     * Keeps one.
     *
     * @param carriedOutMicros how long it took to do what the transition asks for
     */
    void add(Instant at, String group, Action.Transition transition, long carriedOutMicros) {
        if (entries.size() == ENTRIES_MAX) {
            entries.remove();
        }
        entries.add(new Entry(at, group, transition, carriedOutMicros));
    }

    /** From the oldest to the latest. */
    List<Json> json() {
        return entries.stream().map(History::json).toList();
    }

    private static Json json(Entry entry) {
        Action.Transition transition = entry.transition;
        return Json.object()
                .put("at", entry.at.toString())
                .put("group", entry.group)
                .put("from", transition.from())
                .put("to", transition.to())
                .put("term", transition.term())
                .put("why", transition.why())
                .put("lastedMillis", transition.lastedMillis())
                .put("silentMillis", transition.silentMillis())
                .put("carriedOutMicros", entry.carriedOutMicros);
    }
}
