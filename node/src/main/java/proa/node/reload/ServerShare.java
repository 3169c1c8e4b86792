package proa.node.reload;

import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.FrontendConfig.Route;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.node.balance.Health;
import proa.node.balance.PooledServer;
import proa.node.balance.Pools;
import proa.node.link.Vitals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What vipd is told, and of servers: the share that is up behind the frontends of each group that
 * tracks it, and which the kernel may forward to. Never blocks.
 */
final class ServerShare implements Vitals {

    private final Vitals vitals;
    private final Pools pools;
    private final Map<String, List<String>> backends = new LinkedHashMap<>();

    /** From a frontend that the kernel carries to its backend. */
    private final Map<String, String> carried = new LinkedHashMap<>();

    ServerShare(Vitals vitals, ProaConfig config, Pools pools) {
        this.vitals = vitals;
        this.pools = pools;
        for (GroupConfig group : config.groups()) {
            if (group.track().servers().isPresent()) {
                backends.put(group.name(), behind(config, group.name()));
            }
        }
        config.frontends().stream()
                .filter(frontend -> frontend.forwarding().byKernel())
                .forEach(
                        frontend ->
                                carried.put(
                                        frontend.name(), frontend.routes().getFirst().backend()));
    }

    /** The backends that traffic to the group's addresses may reach, each once. */
    private static List<String> behind(ProaConfig config, String group) {
        return config.frontends().stream()
                .filter(
                        frontend ->
                                frontend.bind() instanceof Bind.Floating floating
                                        && floating.group().equals(group))
                .map(FrontendConfig::routes)
                .flatMap(List::stream)
                .map(Route::backend)
                .distinct()
                .toList();
    }

    @Override
    public long oldestTickMillis() {
        return vitals.oldestTickMillis();
    }

    @Override
    public long servedMillis() {
        return vitals.servedMillis();
    }

    @Override
    public Map<String, String> lacking() {
        return vitals.lacking();
    }

    @Override
    public int connections(String group) {
        return vitals.connections(group);
    }

    @Override
    public Map<String, Share> servers() {
        Map<String, Share> shares = new LinkedHashMap<>();
        backends.forEach((group, names) -> shares.put(group, share(names)));
        return shares;
    }

    @Override
    public Map<String, List<String>> usable() {
        if (carried.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> usable = new LinkedHashMap<>();
        carried.forEach((frontend, backend) -> usable.put(frontend, usable(backend)));
        return usable;
    }

    @Override
    public Map<String, List<String>> down() {
        if (carried.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> down = new LinkedHashMap<>();
        carried.forEach((frontend, backend) -> down.put(frontend, down(backend)));
        return down;
    }

    private List<String> down(String backend) {
        return pools.pool(backend).servers().stream()
                .filter(server -> server.health() == Health.DOWN)
                .map(PooledServer::name)
                .toList();
    }

    private List<String> usable(String backend) {
        return pools.pool(backend).servers().stream()
                .filter(PooledServer::usable)
                .map(PooledServer::name)
                .toList();
    }

    private Share share(List<String> names) {
        int up = 0;
        int total = 0;
        for (String name : names) {
            for (PooledServer server : pools.pool(name).servers()) {
                total++;
                up += server.health() == Health.DOWN ? 0 : 1;
            }
        }
        return new Share(up, total);
    }
}
