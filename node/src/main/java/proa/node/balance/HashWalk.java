package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Consistent hashing over all configured servers, past those that cannot be used: every node
 * computes the same server for a client, and a server that goes down moves only its own clients.
 *
 * <p>Weighted rendezvous hashing: each server draws a number for the client, the best draw wins.
 * Backup servers take part only when no primary can be used.
 */
final class HashWalk {

    private static final double UNIT = 0x1p-53;

    private final List<PooledServer> servers;
    private final long[] seeds;

    HashWalk(List<PooledServer> servers) {
        this.servers = servers;
        seeds = servers.stream().mapToLong(server -> seed(server.name())).toArray();
    }

    /** The server for a new client, or null when none is left. */
    @Nullable PooledServer choose(InetAddress source, Tried tried) {
        TableKey key = TableKey.ofAddress(source);
        long client = mix(key.high() ^ mix(key.low()));
        PooledServer primary = best(client, false, tried);
        return primary == null ? best(client, true, tried) : primary;
    }

    private @Nullable PooledServer best(long client, boolean backup, Tried tried) {
        PooledServer best = null;
        double bestDraw = Double.NEGATIVE_INFINITY;
        for (int at = 0; at < seeds.length; at++) {
            PooledServer server = servers.get(at);
            if (server.backup() == backup && tried.leaves(server)) {
                double draw = Math.log(unit(mix(client ^ seeds[at]))) / server.weight();
                if (draw > bestDraw) {
                    best = server;
                    bestDraw = draw;
                }
            }
        }
        return best;
    }

    /** Above 0, below 1. */
    private static double unit(long bits) {
        return ((bits >>> 11) + 0.5) * UNIT;
    }

    /** FNV-1a, 64 bits. */
    private static long seed(String name) {
        long hash = 0xcbf29ce484222325L;
        for (byte character : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (character & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
