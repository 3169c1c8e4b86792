package proa.node.balance;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * The servers one request has been offered, and those that did not take it when it was to be given
 * to them. Used by one event loop.
 */
final class Tried {

    private static final PooledServer[] NONE = {};

    private PooledServer[] servers = NONE;
    private PooledServer[] refused = NONE;

    boolean has(PooledServer server) {
        return contains(servers, server);
    }

    private static boolean contains(PooledServer[] among, PooledServer server) {
        for (PooledServer each : among) {
            if (each == server) {
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
        servers = with(servers, server);
    }

    private static PooledServer[] with(PooledServer[] before, PooledServer server) {
        PooledServer[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = server;
        return after;
    }

    /** A choice begins: whoever refused before may have room now. */
    void begin() {
        refused = NONE;
    }

    /** That server had no room after all, and counts as full until the next choice begins. */
    void refuse(PooledServer server) {
        refused = with(refused, server);
    }

    /** Whether this server has room for it. */
    boolean findsRoomAt(PooledServer server) {
        return server.hasRoom() && !contains(refused, server);
    }

    /** Whether this server may be offered to a new client now. */
    boolean leaves(PooledServer server) {
        return server.usable() && findsRoomAt(server) && !has(server);
    }
}
