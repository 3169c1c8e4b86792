package proa.vip.forwarding;

import proa.config.BackendConfig.Server;
import proa.config.spread.Maglev;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The table of one service: which server each bucket of the kernel's hash belongs to. A function of
 * the file and of the usable servers alone, so that every node comes to the same; when one of three
 * servers goes, about one in seven hundred of the other buckets changes hands. Immutable.
 */
public final class Buckets {

    /** Prime; with {@code 1021} a change of servers moves twenty times as many other buckets. */
    public static final int SIZE = 4_093;

    private final Maglev table;
    private final Map<String, InetSocketAddress> addresses = new HashMap<>();

    private Buckets(List<Server> servers) {
        table =
                Maglev.of(
                        servers.stream()
                                .map(server -> new Maglev.Entry(server.name(), server.weight()))
                                .toList(),
                        SIZE);
        servers.forEach(server -> addresses.put(server.name(), server.address()));
    }

    /**
     * The table of a service; empty: it has no server that could take a connection.
     *
     * @param usable names of the servers that are up and not drained
     */
    public static Optional<Buckets> of(Service service, Set<String> usable) {
        return Optional.of(service.taking(usable))
                .filter(servers -> !servers.isEmpty())
                .map(Buckets::new);
    }

    /** The name of a bucket's server. */
    String nameAt(int bucket) {
        return table.nameAt(bucket);
    }

    /** The server of a bucket, 0 to {@link #SIZE} − 1. */
    public InetSocketAddress at(int bucket) {
        InetSocketAddress address = addresses.get(table.nameAt(bucket));
        if (address == null) {
            throw new IllegalStateException("bucket " + bucket + " is nobody's");
        }
        return address;
    }
}
