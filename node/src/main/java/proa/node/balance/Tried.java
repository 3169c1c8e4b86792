package proa.node.balance;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** The servers one request has been offered. Used by one event loop. */
final class Tried {

    private static final PooledServer[] NONE = {};

    private PooledServer[] servers = NONE;

    boolean has(PooledServer server) {
        for (PooledServer tried : servers) {
            if (tried == server) {
                return true;
            }
        }
        return false;
    }

    /** The one that was offered last, or null. */
    @Nullable PooledServer last() {
        return servers.length == 0 ? null : servers[servers.length - 1];
    }

    void add(PooledServer server) {
        servers = Arrays.copyOf(servers, servers.length + 1);
        servers[servers.length - 1] = server;
    }

    /** Whether this server may be offered to a new client now. */
    boolean leaves(PooledServer server) {
        return server.usable() && server.hasRoom() && !has(server);
    }
}
