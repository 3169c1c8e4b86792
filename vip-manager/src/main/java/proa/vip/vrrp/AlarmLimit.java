package proa.vip.vrrp;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Keeps what may be said of every packet from filling the log, and from taking others' place in it.
 * Each kind is told at most once in a period, as long as it is remembered; so many are, and whoever
 * has not been seen for longest is forgotten first. All kinds together are told so many at once,
 * and then one at a time, evenly over the period: whoever forges packets can forge their senders
 * too, and whatever he sends, the next line is never further away than a fraction of the period.
 *
 * <p>Kinds of which strangers can make as many as they like are to have a limit of their own, apart
 * from those that there are few of. Not thread-safe.
 *
 * @param <K> what makes two of them the same
 */
public final class AlarmLimit<K> {

    /** So many different ones are told at once, so many in each period after, and remembered. */
    public static final int KINDS_MAX = 32;

    private final long everyNanos;
    private final SequencedMap<K, Long> toldNanos = new LinkedHashMap<>(KINDS_MAX, 0.75f, true);

    /** A line costs its part of the period; this much is paid up, at most a whole period ahead. */
    private long paidNanos;

    private boolean begun;
    private long untold;

    /**
     * Nothing has been told yet.
     *
     * @param everyNanos from one telling of a kind to its next
     */
    public AlarmLimit(long everyNanos) {
        this.everyNanos = everyNanos;
    }

    /** Whether this one is to be told now, which then counts as told; else it is counted. */
    public boolean due(K kind, long nowNanos) {
        if (!begun) {
            begun = true;
            paidNanos = nowNanos;
        }
        Long told = toldNanos.get(kind);
        long line = everyNanos / KINDS_MAX;
        long paid = Math.max(paidNanos - nowNanos, 0);
        if ((told != null && nowNanos - told < everyNanos) || paid + line > everyNanos) {
            untold++;
            return false;
        }
        paidNanos = nowNanos + paid + line;
        toldNanos.put(kind, nowNanos);
        if (toldNanos.size() > KINDS_MAX) {
            toldNanos.pollFirstEntry();
        }
        return true;
    }

    /** For the end of a line that is told: how many were not since the last one, if any. */
    public String more() {
        String more = untold == 0 ? "" : " (and " + untold + " other packets since the last line)";
        untold = 0;
        return more;
    }
}
