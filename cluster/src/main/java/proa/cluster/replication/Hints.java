package proa.cluster.replication;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Hints that wait to be sent: each once, gathered for a moment, and no more than a limit. One that
 * is lost costs nothing but time. Guarded by its owner.
 */
public final class Hints {

    /** Most in one message. */
    public static final int MESSAGE_MAX = 64;

    /**
     * Most that wait; a cable that is cut takes many servers at once, and they are found anyway.
     */
    static final int WAITING_MAX = 512;

    /** How long they are gathered, and the least time between two messages. */
    static final long GATHER_NANOS = 20_000_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final Set<ServerHint> waiting = new LinkedHashSet<>();
    private long dueNanos = NEVER;

    /** A server was found down; when to come for the message. */
    public long add(ServerHint hint, long nowNanos) {
        if (waiting.size() < WAITING_MAX) {
            waiting.add(hint);
        }
        if (dueNanos == NEVER) {
            dueNanos = nowNanos + GATHER_NANOS;
        }
        return dueNanos;
    }

    /** When the next message is due; {@code Long.MAX_VALUE}: none. */
    public long dueNanos() {
        return dueNanos;
    }

    /** What the next message says, or nothing when none is due. */
    public List<ServerHint> take(long nowNanos) {
        if (dueNanos == NEVER || dueNanos - nowNanos > 0) {
            return List.of();
        }
        List<ServerHint> taken = new ArrayList<>();
        Iterator<ServerHint> each = waiting.iterator();
        while (each.hasNext() && taken.size() < MESSAGE_MAX) {
            taken.add(each.next());
            each.remove();
        }
        dueNanos = waiting.isEmpty() ? NEVER : nowNanos + GATHER_NANOS;
        return taken;
    }
}
