package proa.vip.vrrp;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps what may be said of every packet from filling the log: each kind at most once in a while,
 * and only so many kinds in that time, because whoever forges packets can forge their senders too.
 * Not thread-safe.
 *
 * @param <K> what makes two of them the same
 */
public final class AlarmLimit<K> {

    /** So many different ones are told in one period. */
    public static final int KINDS_MAX = 32;

    private final long everyNanos;
    private final Map<K, Long> toldNanos = new LinkedHashMap<>();

    /**
     * Nothing has been told yet.
     *
     * @param everyNanos from one telling of a kind to its next
     */
    public AlarmLimit(long everyNanos) {
        this.everyNanos = everyNanos;
    }

    /** Whether this one is to be told now, which then counts as told. */
    public boolean due(K kind, long nowNanos) {
        toldNanos.values().removeIf(told -> nowNanos - told >= everyNanos);
        if (toldNanos.size() >= KINDS_MAX || toldNanos.containsKey(kind)) {
            return false;
        }
        toldNanos.put(kind, nowNanos);
        return true;
    }
}
