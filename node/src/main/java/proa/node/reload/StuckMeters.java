package proa.node.reload;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Sticky;
import proa.config.ProaConfig;
import proa.node.metrics.Family;
import proa.node.metrics.Scrape;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * To which servers the keys of a table stick, into metrics. An entry has the name of a server and
 * may outlive it, or come from a member that has another configuration: only names of the
 * configuration in use become series, the others are one number.
 */
final class StuckMeters {

    private StuckMeters() {}

    /**
     * Adds what is kept in one table.
     *
     * @param entries number of keys by the name of their server
     */
    static void add(ProaConfig config, String table, Map<String, Integer> entries, Scrape scrape) {
        Set<String> servers = servers(config, table);
        Map<String, Integer> departed = new TreeMap<>(entries);
        departed.keySet().removeAll(servers);
        for (String server : servers) {
            scrape.add(Family.TABLE_STUCK, entries.getOrDefault(server, 0), table, server);
        }
        if (!servers.isEmpty() || !departed.isEmpty()) {
            long sum = departed.values().stream().mapToLong(Integer::longValue).sum();
            scrape.add(Family.TABLE_DEPARTED, sum, table);
        }
    }

    /** Names of the servers of every backend that sticks by the table. */
    private static Set<String> servers(ProaConfig config, String table) {
        Set<String> servers = new TreeSet<>();
        for (BackendConfig backend : config.backends()) {
            boolean sticks =
                    switch (backend.sticky()) {
                        case Sticky.Table by -> by.table().equals(table);
                        case Sticky.Learn learn -> learn.table().equals(table);
                        case Sticky.Off _, Sticky.Cookie _, Sticky.Route _ -> false;
                    };
            if (sticks) {
                backend.servers().forEach(server -> servers.add(server.name()));
            }
        }
        return servers;
    }
}
