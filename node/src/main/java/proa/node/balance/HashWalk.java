package proa.node.balance;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.List;

/**
 * Consistent hashing over all configured servers, walking past those that cannot be used: a server
 * that comes back gets exactly its own clients back, and every node walks the same way.
 */
final class HashWalk {
    HashWalk(List<PooledServer> servers) {}

    /** The server for a new client, or null when none is left. */
    @Nullable PooledServer choose(InetAddress source, Tried tried) {
        return null;
    }
}
