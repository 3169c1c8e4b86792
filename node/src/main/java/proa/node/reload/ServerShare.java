package proa.node.reload;

import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.FrontendConfig.Route;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.node.balance.Health;
import proa.node.balance.PooledServer;
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
    private final Generations generations;
    private volatile Tracked tracked = new Tracked(0, Map.of(), Map.of());

    /**
     * Whose servers count, of one generation.
     *
     * @param number of the generation
     * @param backends by group
     * @param carried from a frontend that the kernel carries to its backend
     */
    private record Tracked(
            long number, Map<String, List<String>> backends, Map<String, String> carried) {}

    ServerShare(Vitals vitals, Generations generations) {
        this.vitals = vitals;
        this.generations = generations;
    }

    private Tracked tracked(Generation now) {
        Tracked known = tracked;
        if (known.number != now.number()) {
            known = new Tracked(now.number(), backends(now.config()), carried(now.config()));
            tracked = known;
        }
        return known;
    }

    private static Map<String, List<String>> backends(ProaConfig config) {
        Map<String, List<String>> backends = new LinkedHashMap<>();
        for (GroupConfig group : config.groups()) {
            if (group.track().servers().isPresent()) {
                backends.put(group.name(), behind(config, group.name()));
            }
        }
        return backends;
    }

    private static Map<String, String> carried(ProaConfig config) {
        Map<String, String> carried = new LinkedHashMap<>();
        for (FrontendConfig frontend : config.frontends()) {
            if (frontend.forwarding().byKernel()) {
                carried.put(frontend.name(), frontend.routes().getFirst().backend());
            }
        }
        return carried;
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
        Generation now = generations.current();
        Map<String, Share> shares = new LinkedHashMap<>();
        tracked(now).backends.forEach((group, names) -> shares.put(group, share(now, names)));
        return shares;
    }

    @Override
    public Map<String, List<String>> usable() {
        Generation now = generations.current();
        Map<String, List<String>> usable = new LinkedHashMap<>();
        tracked(now)
                .carried
                .forEach((frontend, backend) -> usable.put(frontend, usable(now, backend)));
        return usable;
    }

    @Override
    public Map<String, List<String>> down() {
        Generation now = generations.current();
        Map<String, List<String>> down = new LinkedHashMap<>();
        tracked(now).carried.forEach((frontend, backend) -> down.put(frontend, down(now, backend)));
        return down;
    }

    private static List<String> down(Generation now, String backend) {
        return now.pools().pool(backend).servers().stream()
                .filter(server -> server.health() == Health.DOWN)
                .map(PooledServer::name)
                .toList();
    }

    private static List<String> usable(Generation now, String backend) {
        return now.pools().pool(backend).servers().stream()
                .filter(PooledServer::usable)
                .map(PooledServer::name)
                .toList();
    }

    private static Share share(Generation now, List<String> backends) {
        int up = 0;
        int total = 0;
        for (String backend : backends) {
            for (PooledServer server : now.pools().pool(backend).servers()) {
                total++;
                up += server.health() == Health.DOWN ? 0 : 1;
            }
        }
        return new Share(up, total);
    }
}
