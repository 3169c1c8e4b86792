package proa.cluster.sessions;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Where application sessions live. Calls block (use a virtual thread); a write that returns is on
 * its owner and a backup. Safe from any thread.
 *
 * <p>A member's death makes calls wait, not fail: idempotent ones are retried for up to {@link
 * #WAIT_MILLIS}. What cannot be known (a SET NX or GETDEL in flight on a dead owner) ends in {@link
 * SessionException.Unknown} and is never retried blindly.
 */
public interface SessionStore extends AutoCloseable {

    /** Longest time a call waits for the cluster to settle, in milliseconds. */
    long WAIT_MILLIS = 2_000;

    /** Expiry of an entry that has none. */
    long NEVER = -1;

    /** The value, or null when there is none or it has expired. */
    byte @Nullable [] get(String key) throws SessionException;

    /** As many results as keys, in their order. */
    List<byte @Nullable []> getAll(List<String> keys) throws SessionException;

    /**
     * Writes a value.
     *
     * @param ttlMillis time to live; {@link #NEVER}: no expiry; {@link #KEEP}: as it was
     * @return whether it was written (always, with {@link Condition#ALWAYS})
     */
    boolean set(String key, byte[] value, long ttlMillis, Condition condition)
            throws SessionException;

    /** Keeps the expiry that an entry has. */
    long KEEP = -2;

    /** Removes; whether there was something to remove. */
    boolean delete(String key) throws SessionException;

    /** Reads and removes in one step; null when there was nothing. */
    byte @Nullable [] getAndDelete(String key) throws SessionException;

    /**
     * Sets the time to live without touching the value; {@link #NEVER} removes it; whether the key
     * is there.
     */
    boolean expire(String key, long ttlMillis) throws SessionException;

    /** Milliseconds left; {@link #NEVER} without expiry; {@link #ABSENT} without the key. */
    long ttlMillis(String key) throws SessionException;

    /** {@link #ttlMillis} of a key that is not there. */
    long ABSENT = -3;

    /** Whether the key is there. */
    boolean exists(String key) throws SessionException;

    /**
     * One page of keys; every key that is there for the whole scan is returned at least once.
     *
     * @param cursor 0 to begin
     * @param glob Redis pattern, or null for all
     * @param count how many keys to look at, a hint
     */
    Page scan(long cursor, @Nullable String glob, int count) throws SessionException;

    /** Keys held in the whole cluster, about. */
    long size() throws SessionException;

    /** Whether writes would be acknowledged now: in a trio, the majority is in sight. */
    boolean writable();

    @Override
    void close();

    /** When a write happens. */
    enum Condition {
        ALWAYS,
        IF_ABSENT,
        IF_PRESENT
    }

    /**
     * A page of {@link #scan}.
     *
     * @param next 0 when the scan is complete
     */
    record Page(long next, List<String> keys) {
        public Page {
            keys = List.copyOf(keys);
        }
    }
}
