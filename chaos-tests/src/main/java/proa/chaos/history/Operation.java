package proa.chaos.history;

/**
 * One operation of one client on one key.
 *
 * @param value what was written, once only under this key; or what was read, empty for nothing;
 *     empty for a removal
 * @param startNanos before it was sent, on a clock that all clients share
 * @param endNanos after its answer came; {@link #NEVER}: none came, or it said that nobody knows
 * @param lastsNanos of a write: its time to live; {@link #NEVER}: it does not expire
 * @param through whom was asked, for people; empty where that is not said
 */
public record Operation(
        String key,
        Kind kind,
        String value,
        long startNanos,
        long endNanos,
        long lastsNanos,
        String through) {

    public static final long NEVER = Long.MAX_VALUE;

    /** What it was. */
    public enum Kind {
        WRITE,
        REMOVE,
        READ
    }

    public Operation {
        if (endNanos < startNanos || kind == Kind.WRITE && value.isEmpty()) {
            throw new IllegalArgumentException(kind + " of " + key);
        }
    }

    /** A write that does not expire. */
    public static Operation write(String key, String value, long startNanos, long endNanos) {
        return new Operation(key, Kind.WRITE, value, startNanos, endNanos, NEVER, "");
    }

    /** A write with a time to live. */
    public static Operation brief(
            String key, String value, long startNanos, long endNanos, long lastsNanos) {
        return new Operation(key, Kind.WRITE, value, startNanos, endNanos, lastsNanos, "");
    }

    /** A removal. */
    public static Operation remove(String key, long startNanos, long endNanos) {
        return new Operation(key, Kind.REMOVE, "", startNanos, endNanos, NEVER, "");
    }

    /** A read that was answered. */
    public static Operation read(String key, String value, long startNanos, long endNanos) {
        return new Operation(key, Kind.READ, value, startNanos, endNanos, NEVER, "");
    }

    /** The same one, asked of somebody. */
    public Operation through(String whom) {
        return new Operation(key, kind, value, startNanos, endNanos, lastsNanos, whom);
    }

    /** Whether it is known to have taken place. */
    boolean acknowledged() {
        return endNanos != NEVER;
    }

    /** Whether it was surely over when another one began. */
    boolean surelyBefore(long otherStartNanos) {
        return acknowledged() && endNanos < otherStartNanos;
    }
}
