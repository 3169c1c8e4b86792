package proa.node.balance;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/** The cluster's sticky entries of one table, by client address. Never blocks; any thread. */
public interface StickyEntries {

    /** The name of the server this client is stuck to, or null; asking renews the entry. */
    @Nullable String server(InetAddress source);

    /** Sticks the client to a server; returns the one it is stuck to from now on. */
    String stick(InetAddress source, String server);
}
