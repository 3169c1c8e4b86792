package proa.node.reload;

import proa.config.BackendConfig;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.metrics.ConnectionTracking;
import proa.node.metrics.Family;
import proa.node.metrics.LocalPorts;
import proa.node.metrics.Scrape;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Limits of the host that a busy node runs into, from the kernel into metrics. Any thread. */
final class KernelMeters {

    private final LocalPorts ports;
    private final ConnectionTracking tracking;

    KernelMeters(Path proc) {
        ports = new LocalPorts(proc, System::nanoTime);
        tracking = new ConnectionTracking(proc);
    }

    void addTo(Scrape scrape, Generation now) {
        tracking.entries().ifPresent(count -> scrape.add(Family.CONNTRACK_ENTRIES, count));
        tracking.limit().ifPresent(count -> scrape.add(Family.CONNTRACK_LIMIT, count));
        tracking.losses()
                .forEach((what, count) -> scrape.add(Family.CONNTRACK_LOSSES, count, what));
        ports.available().ifPresent(count -> scrape.add(Family.PORTS, count));
        List<Pool> pools =
                now.config().backends().stream()
                        .map(BackendConfig::name)
                        .map(now.pools()::pool)
                        .toList();
        Set<InetSocketAddress> servers =
                pools.stream()
                        .flatMap(pool -> pool.servers().stream())
                        .map(PooledServer::address)
                        .collect(Collectors.toSet());
        Map<InetSocketAddress, Map<InetAddress, Integer>> used = ports.used(servers);
        for (Pool pool : pools) {
            for (PooledServer server : pool.servers()) {
                scrape.add(
                        Family.SERVER_NO_PORT, server.portsLacking(), pool.name(), server.name());
                scrape.add(
                        Family.SERVER_NO_SOURCE,
                        server.sourcesMissing(),
                        pool.name(),
                        server.name());
                used.getOrDefault(server.address(), Map.of()).entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .limit(LocalPorts.SOURCES_MAX)
                        .forEach(
                                each ->
                                        scrape.add(
                                                Family.SERVER_PORTS,
                                                each.getValue(),
                                                pool.name(),
                                                server.name(),
                                                each.getKey().getHostAddress()));
            }
        }
    }
}
