package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;

/** The cluster's sticky entries of one table. Never blocks; any thread. */
public interface StickyEntries {

    /** The name of the server this key is stuck to, or null; asking renews the entry. */
    @Nullable String server(TableKey key);

    /** Sticks the key to a server; returns the one it is stuck to from now on. */
    String stick(TableKey key, String server);
}
