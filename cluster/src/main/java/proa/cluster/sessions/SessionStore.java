package proa.cluster.sessions;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/**
 * Where application sessions live. Calls block (use a virtual thread); a write that returns is on
 * its owner and a backup. Safe from any thread.
 *
 * <p>A member's death makes calls wait, not fail: they are repeated for up to {@link #WAIT_MILLIS}.
 * A write is repeated under its own {@link SessionStamp}, so it is applied once and never undoes a
 * later one. What cannot be known (what a GETDEL in flight on a dead owner would have returned, or
 * whether a SET or a DEL took place when somebody else has changed the key since) ends in {@link
 * SessionException.Unknown}.
 */
public interface SessionStore extends AutoCloseable {

    /**
     * Longest time a call waits for the cluster to settle, in milliseconds: above the three seconds
     * in which a hung member is noticed, below what clients wait for an answer.
     */
    long WAIT_MILLIS = 4_000;

    /** Expiry of an entry that has none. */
    long NEVER = -1;

    /** Keeps the expiry that an entry has. */
    long KEEP = -2;

    /** {@link #ttlMillis} of a key that is not there. */
    long ABSENT = -3;

    /**
     * Largest value, in bytes: sessions are a few kilobytes; a copy crosses the network per write.
     */
    int VALUE_BYTES_MAX = 1 << 20;

    /** Longest key, in characters. */
    int KEY_CHARS_MAX = 4096;

    /** The value, or null when there is none or it has expired. */
    byte @Nullable [] get(String key) throws SessionException;

    /**
     * The value, if it can be had without waiting for anybody; null: ask {@link #get}. Never
     * blocks: event loops may call it.
     */
    default byte @Nullable [] atHand(String key) {
        return null;
    }

    /** As many results as keys, in their order. */
    List<byte @Nullable []> getAll(List<String> keys) throws SessionException;

    /**
     * Writes a value.
     *
     * @param ttlMillis time to live, from 0 (gone at once); {@link #NEVER}: no expiry; {@link
     *     #KEEP}: as it was
     * @return whether it was written (always, with {@link Condition#ALWAYS})
     */
    boolean set(String key, byte[] value, long ttlMillis, Condition condition)
            throws SessionException;

    /** {@link #set} that also tells what was there before, written or not, in one step. */
    Exchange exchange(String key, byte[] value, long ttlMillis, Condition condition)
            throws SessionException;

    /** Makes a change that depends on what is there, in one step on the key's owner. */
    Edited edit(String key, SessionEdit edit) throws SessionException;

    /** What is there with its kind and expiry; null: nothing. */
    @Nullable SessionValue find(String key) throws SessionException;

    /** Who holds a key, or would: it need not be there. */
    Holders holders(String key) throws SessionException;

    /** Removes; whether there was something to remove. */
    boolean delete(String key) throws SessionException;

    /**
     * Gives a value another key, with its kind and expiry; what is there goes. Not one step: the
     * new key is there before the old one goes, both are for a moment, and no change under the old
     * one is lost. What goes under the old key meanwhile goes under the new one, too.
     *
     * @return whether there was something to rename, to the end
     */
    default boolean rename(String from, String to) throws SessionException {
        return new Renaming(this).rename(from, to);
    }

    /** Reads and removes in one step; null when there was nothing. */
    byte @Nullable [] getAndDelete(String key) throws SessionException;

    /**
     * Sets the time to live without touching the value; whether the key is there.
     *
     * @param ttlMillis from 0 (which removes the key); {@link #NEVER} removes the expiry
     */
    boolean expire(String key, long ttlMillis) throws SessionException;

    /** Reads and sets the time to live in one step, as {@link #expire}; null: nothing there. */
    byte @Nullable [] getAndExpire(String key, long ttlMillis) throws SessionException;

    /** Milliseconds left; {@link #NEVER} without expiry; {@link #ABSENT} without the key. */
    long ttlMillis(String key) throws SessionException;

    /** Whether the key is there. */
    boolean exists(String key) throws SessionException;

    /**
     * One page of keys; every key that is there for the whole scan is returned at least once.
     *
     * @param cursor 0 to begin, then the last page's {@link Page#next}
     * @param glob Redis pattern, or null for all
     * @param count how many keys to look at, a hint
     */
    Page scan(long cursor, @Nullable String glob, int count) throws SessionException;

    /** Keys that begin with this, in the whole cluster; empty: all. */
    long size(String prefix) throws SessionException;

    /** Whether writes would be acknowledged now: in a trio, the majority is in sight. */
    boolean writable();

    /** Members of the store in sight, this one included; 0 while it is starting. */
    int members();

    /**
     * Whether every copy is where it belongs, on all members in sight, as far as this one knows.
     * Until it is, the death of one more member may take the only copy of a value with it.
     */
    boolean settled();

    /**
     * Keys written on both sides of a split of which this member kept the later write when it
     * healed, since the start; all members' sum is the cluster's. 0 where only a majority writes.
     */
    default long conflicts() {
        return 0;
    }

    /**
     * Messages between members, as far as this store counts them, that had no place to wait or were
     * not sent, since the start. They are said again; many of them make calls slow.
     */
    default long dropped() {
        return 0;
    }

    /**
     * The store's wall clock, by which values expire; milliseconds since 1970. Members' clocks
     * differ: a value may be gone for one while another still reads it.
     */
    long nowMillis();

    /**
     * Hands out every value that lies here, as owner or as copy, and the memory of removals, part
     * by part; what changes meanwhile may be in it or not. Takes seconds where there is much.
     *
     * @throws SessionException when not all of it could be had
     */
    void copies(Consumer<List<SessionCopy>> to) throws SessionException;

    /**
     * Until when {@link #copies} knows of every removal, by {@link #nowMillis}: now, but on a
     * member that is apart from the majority the time of its parting.
     */
    default long asOfMillis() {
        return nowMillis();
    }

    /** Brings one in: it meets what is there, and the later write stays. Idempotent. */
    void bring(SessionCopy copy) throws SessionException;

    /** The life of this store, from the start of its first member to the end of its last. */
    Life life() throws SessionException;

    /**
     * Says that this member has a snapshot of a former life.
     *
     * @return when the newest snapshot of it was taken, of those that members have said so far
     */
    long remembers(String life, long takenMillis) throws SessionException;

    /**
     * Begins to answer; until then only {@link #copies}, {@link #bring}, {@link #life} and {@link
     * #remembers} are. To be called once what was kept on a disk is there, and only where the
     * configuration has snapshots.
     */
    void open();

    @Override
    void close();

    /**
     * One life of a store.
     *
     * @param id of no other life
     * @param ageMillis how long ago it began
     */
    record Life(String id, long ageMillis) {}

    /** When a write happens. */
    enum Condition {
        ALWAYS,
        IF_ABSENT,
        IF_PRESENT
    }

    /**
     * What {@link #exchange} did.
     *
     * @param before the value before; null: there was none
     */
    record Exchange(boolean written, byte @Nullable [] before) {}

    /**
     * What an {@link #edit} did.
     *
     * @param outcome DONE, REFUSED (nothing to do) or what is wrong
     * @param answer of what was done, else 0
     * @param expiresAtMillis of what is there now, if it was done
     */
    record Edited(SessionChange.Outcome outcome, long answer, long expiresAtMillis) {}

    /**
     * The members that hold a key, by their names.
     *
     * @param owner makes its changes; empty: nobody at this moment
     * @param backup has the other copy; empty: nobody, as in a cluster of one
     */
    record Holders(String owner, String backup) {}

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
