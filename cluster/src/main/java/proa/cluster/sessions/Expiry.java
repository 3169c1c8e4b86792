package proa.cluster.sessions;

/**
 * Arithmetic between times to live and points in time, in milliseconds; it saturates, never wraps.
 */
public final class Expiry {

    /** Latest point in time that is kept; beyond it lies {@link SessionStore#NEVER}'s business. */
    public static final long AT_MAX = Long.MAX_VALUE / 4;

    private Expiry() {}

    /**
     * When something with this time to live ends.
     *
     * @param ttlMillis 0 and more, {@link SessionStore#NEVER} or {@link SessionStore#KEEP} (both
     *     pass through)
     */
    public static long at(long nowMillis, long ttlMillis) {
        if (ttlMillis == SessionStore.NEVER || ttlMillis == SessionStore.KEEP) {
            return ttlMillis;
        }
        if (ttlMillis < 0) {
            throw new IllegalArgumentException("time to live " + ttlMillis + " ms");
        }
        return ttlMillis > AT_MAX - nowMillis ? AT_MAX : nowMillis + ttlMillis;
    }

    /**
     * Time to live of something that ends then, at least 0; a point in the past has none left.
     *
     * @param atMillis wall-clock milliseconds, any number a client may send
     */
    public static long ttl(long nowMillis, long atMillis) {
        return atMillis <= nowMillis ? 0 : Math.min(atMillis, AT_MAX) - nowMillis;
    }
}
