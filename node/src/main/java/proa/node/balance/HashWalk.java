package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;
import proa.config.spread.Maglev;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Consistent hashing over all configured servers, past those that cannot be used: every node
 * computes the same server for a client, and a server that goes down moves only its own clients,
 * who spread over the others because neighbouring buckets have unrelated owners.
 *
 * <p>Backup servers have a table of their own, for when no primary can be used.
 */
final class HashWalk {

    private final Tier primaries;
    private final Tier backups;

    HashWalk(List<PooledServer> servers) {
        primaries = new Tier(servers.stream().filter(server -> !server.backup()).toList());
        backups = new Tier(servers.stream().filter(PooledServer::backup).toList());
    }

    /** The server for a new client, or null when none is left. */
    @Nullable PooledServer choose(InetAddress source, Tried tried) {
        TableKey key = TableKey.ofAddress(source);
        long hash = key.high() * 31 + key.low();
        PooledServer primary = primaries.choose(hash, tried);
        return primary == null ? backups.choose(hash, tried) : primary;
    }

    private static final class Tier {
        private final Map<String, PooledServer> byName;
        private final @Nullable Maglev table;

        Tier(List<PooledServer> servers) {
            byName =
                    servers.stream()
                            .filter(server -> server.weight() > 0)
                            .collect(Collectors.toMap(PooledServer::name, Function.identity()));
            table = byName.isEmpty() ? null : Maglev.of(entries(), Maglev.SIZE_DEFAULT);
        }

        private List<Maglev.Entry> entries() {
            return byName.values().stream()
                    .map(server -> new Maglev.Entry(server.name(), server.weight()))
                    .toList();
        }

        @Nullable PooledServer choose(long hash, Tried tried) {
            if (table == null || byName.values().stream().noneMatch(tried::leaves)) {
                return null;
            }
            int first = table.bucket(hash);
            for (int step = 0; step < table.size(); step++) {
                PooledServer server = byName.get(table.nameAt((first + step) % table.size()));
                if (server != null && tried.leaves(server)) {
                    return server;
                }
            }
            return null; // the last one went down meanwhile
        }
    }
}
