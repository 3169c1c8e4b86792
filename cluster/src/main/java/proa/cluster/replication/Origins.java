package proa.cluster.replication;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.Origin;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How far this node has come with each life of each node, and their last batches. */
final class Origins {

    /**
     * Lives remembered of one node. Every member drops the same older ones, so that none of them is
     * offered and fetched again and again.
     */
    static final int LIVES_MAX = 3;

    private final Origin self;
    private final int logBytes;
    private final Map<Origin, Progress> progress = new HashMap<>();
    private final Map<Origin, UpdateLog> logs = new HashMap<>();

    Origins(Origin self, int logBytes) {
        this.self = self;
        this.logBytes = logBytes;
    }

    /** The progress with an origin, new at first; null for a life that is over long since. */
    @Nullable Progress progress(Origin origin) {
        Progress known = progress.get(origin);
        if (known != null || origin.equals(self)) {
            return known;
        }
        List<Origin> lives = livesOf(origin.node());
        // This life of this node is one of its lives, as it is for all others.
        if (lives.size() >= (origin.node() == self.node() ? LIVES_MAX - 1 : LIVES_MAX)) {
            Origin earliest = lives.getFirst();
            if (origin.incarnation() < earliest.incarnation()) {
                return null;
            }
            progress.remove(earliest);
            logs.remove(earliest);
        }
        Progress fresh = new Progress();
        progress.put(origin, fresh);
        return fresh;
    }

    /**
     * Whether everything of an origin up to a number is here, or the origin does not matter any
     * more.
     */
    boolean has(Origin origin, long number) {
        if (origin.equals(self)) {
            return true;
        }
        Progress known = progress(origin);
        return known == null || known.reached() >= number;
    }

    /** How far this node has come with an origin; a life that is forgotten lacks nothing. */
    long reached(Origin origin) {
        Progress known = progress.get(origin);
        return known == null ? Long.MAX_VALUE : known.reached();
    }

    void reach(Origin origin, long number) {
        Progress known = progress(origin);
        if (known != null) {
            known.reach(number);
        }
    }

    /** The other lives that anything is known of. */
    List<Origin> others() {
        return List.copyOf(progress.keySet());
    }

    /** Batches of an origin that are here although one before them is missing. */
    List<Long> beyondGap(Origin origin) {
        Progress known = progress.get(origin);
        return known == null ? List.of() : known.beyondGap();
    }

    /** How far this node has come, its own batches included. */
    Map<Origin, Long> reached(long ownNumber) {
        Map<Origin, Long> reached = new HashMap<>();
        progress.forEach((origin, known) -> reached.put(origin, known.reached()));
        reached.put(self, ownNumber);
        return reached;
    }

    void log(Origin origin, long number, byte[] batch) {
        logs.computeIfAbsent(origin, _ -> new UpdateLog(logBytes)).add(number, batch);
    }

    byte @Nullable [] logged(Origin origin, long number) {
        UpdateLog log = logs.get(origin);
        return log == null ? null : log.get(number);
    }

    long logBytes() {
        return logs.values().stream().mapToLong(UpdateLog::bytes).sum();
    }

    long logBatches() {
        return logs.values().stream().mapToLong(UpdateLog::size).sum();
    }

    private List<Origin> livesOf(int node) {
        return progress.keySet().stream()
                .filter(origin -> origin.node() == node)
                .sorted(Comparator.comparingLong(Origin::incarnation))
                .toList();
    }
}
