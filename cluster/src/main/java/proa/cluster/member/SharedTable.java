package proa.cluster.member;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.Entry;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * One table as the data path sees it: answers from this node's own copy at once and never waits for
 * a peer. Safe from any thread.
 */
public interface SharedTable {

    /** The server this key is stuck to, or null; touching it renews the entry. */
    @Nullable String server(TableKey key);

    /**
     * Sticks the key to a server; among nodes the later write wins.
     *
     * @return the server the key is stuck to from now on
     */
    String stick(TableKey key, String server);

    /** Unsticks the key on all nodes; whether it was stuck. */
    boolean remove(TableKey key);

    /**
     * Forgets on all nodes what a key is stuck to, has counted and is tagged with; those out of
     * reach when they are back. What is open stays open.
     *
     * @return whether anything was known of it here
     */
    boolean clear(TableKey key);

    /** Everything kept for a key, by who wrote or counted it; looking renews nothing. */
    List<Entry> entries(TableKey key);

    /**
     * Visits the keys that something is kept for, until the visitor returns false. Some that change
     * meanwhile may be missed; looking renews nothing, and no lock is held during a visit.
     */
    void keys(Predicate<TableKey> visitor);

    /** How long a key has not been used, in nanoseconds; −1: nothing is kept for it. */
    long idleNanos(TableKey key);

    /** What is kept besides the server; counters and tags are called by their places in it. */
    TableSchema schema();

    /**
     * Adds to a counter.
     *
     * @param amount at least 1
     * @return the cluster-wide rate within the window, this included; the sum if there is no rate;
     *     0 when the table has no room, and then nothing was added
     */
    long add(TableKey key, int counter, long amount);

    /** Takes away what was added here before, as when a connection ends. */
    void take(TableKey key, int counter, long amount);

    /** The cluster-wide rate of a counter within its window. */
    long rate(TableKey key, int counter);

    /**
     * What limits go by: the cluster-wide count in every bucket that the window touches. Never less
     * than the rate, of which the oldest bucket slides out.
     */
    long ceiling(TableKey key, int counter);

    /** The cluster-wide sum of a counter since the entry was created. */
    long total(TableKey key, int counter);

    /** What was added to a counter and not taken away, on all nodes that are in sight. */
    long current(TableKey key, int counter);

    /** The value of a tag; 0 when it has never been set. */
    long tag(TableKey key, int tag);

    /** Sets a tag to 0 to 2³² − 1; among nodes the later write wins. */
    void tag(TableKey key, int tag, long value);

    /**
     * Counts one request in the table's first counter and returns the cluster-wide number within
     * the window, this one included.
     */
    default long hit(TableKey key) {
        return add(key, 0, 1);
    }

    /** The cluster-wide rate of the table's first counter. */
    default long rate(TableKey key) {
        return rate(key, 0);
    }

    /** Entries held now. */
    int size();

    /**
     * Keys stuck to each server by its name, as of about now; none for a server without. Entries of
     * a server that is no longer configured stay until their time is over.
     */
    Map<String, Integer> servers();
}
