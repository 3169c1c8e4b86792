package proa.cluster.member;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;

import java.util.Map;

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

    /**
     * Counts one request and returns the cluster-wide number within the window, this one included.
     */
    long hit(TableKey key);

    /** The cluster-wide number of requests within the window. */
    long rate(TableKey key);

    /** Entries held now. */
    int size();

    /**
     * Keys stuck to each server by its name, as of about now; none for a server without. Entries of
     * a server that is no longer configured stay until their time is over.
     */
    Map<String, Integer> servers();
}
