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
 * What vipd is told, and the share of servers that are up behind the frontends of each group that
 * tracks it. Never blocks.
 */
final class ServerShare implements Vitals {

    private final Vitals vitals;
    private final Pools pools;
    private final Map<String, List<String>> backends = new LinkedHashMap<>();

    ServerShare(Vitals vitals, ProaConfig config, Pools pools) {
        this.vitals = vitals;
        this.pools = pools;
        for (GroupConfig group : config.groups()) {
            if (group.track().servers().isPresent()) {
                backends.put(group.name(), behind(config, group.name()));
            }
        }
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
