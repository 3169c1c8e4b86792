package proa.cluster.membership;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Which of the configured members have been out of sight for so long that an operator should know:
 * each is told once, and again only after it was in sight meanwhile. Not thread-safe.
 */
public final class Absences {

    /** Nodes that are started together find each other sooner; a cut is noticed before. */
    public static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long TOLD = Long.MIN_VALUE;

    /** When each was last in sight, or {@link #TOLD}. */
    private final Map<String, Long> sinceNanos = new HashMap<>();

    private final List<String> peers;

    /**
     * Begins with nobody in sight.
     *
     * @param peers names of the configured members, without this node
     */
    public Absences(List<String> peers, long nowNanos) {
        this.peers = List.copyOf(peers);
        peers.forEach(peer -> sinceNanos.put(peer, nowNanos));
    }

    /** Who is to be told of now, in the order of the configuration. */
    public List<String> look(List<String> inSight, long nowNanos) {
        List<String> missing = new ArrayList<>();
        for (String peer : peers) {
            if (inSight.contains(peer)) {
                sinceNanos.put(peer, nowNanos);
                continue;
            }
            long since = sinceNanos.getOrDefault(peer, nowNanos);
            if (since != TOLD && nowNanos - since >= PATIENCE_NANOS) {
                sinceNanos.put(peer, TOLD);
                missing.add(peer);
            }
        }
        return missing;
    }
}
