package proa.config;

import java.util.List;
import java.util.Optional;

/**
 * The whole configuration of a pair or trio: one value, the same on every node.
 *
 * <p>Named things keep no order of their own and are sorted by name, so that two files that say the
 * same are equal and have the same hash. All cross references (a frontend's backend, a rule's table
 * …) have been resolved by the reader: {@code proa.config.text} refuses a file with a dangling
 * name.
 *
 * @param cluster members, their addresses, ports and certificates
 * @param groups traffic groups: addresses that move together
 * @param tables sticky and counter tables replicated over the cluster
 * @param frontends listeners
 * @param backends pools of servers
 * @param limits what one node may not exceed
 * @param admin where monitoring asks each node; empty: nowhere
 * @param sessions what the session store keeps besides its copies
 * @param hooks who is told of what happens
 */
public record ProaConfig(
        ClusterConfig cluster,
        List<GroupConfig> groups,
        List<TableConfig> tables,
        List<FrontendConfig> frontends,
        List<BackendConfig> backends,
        NodeLimits limits,
        Optional<AdminConfig> admin,
        SessionsConfig sessions,
        List<NotifyConfig> hooks) {

    /** A configuration that tells nobody of what happens. */
    public ProaConfig(
            ClusterConfig cluster,
            List<GroupConfig> groups,
            List<TableConfig> tables,
            List<FrontendConfig> frontends,
            List<BackendConfig> backends,
            NodeLimits limits,
            Optional<AdminConfig> admin,
            SessionsConfig sessions) {
        this(cluster, groups, tables, frontends, backends, limits, admin, sessions, List.of());
    }

    /** A configuration whose nodes take as much as they can. */
    public ProaConfig(
            ClusterConfig cluster,
            List<GroupConfig> groups,
            List<TableConfig> tables,
            List<FrontendConfig> frontends,
            List<BackendConfig> backends) {
        this(
                cluster,
                groups,
                tables,
                frontends,
                backends,
                NodeLimits.DEFAULTS,
                Optional.empty(),
                SessionsConfig.DEFAULTS);
    }

    /**
     * What one node may not exceed, all frontends together.
     *
     * @param connectionsMax concurrent client connections, 1 to 1 Mi; empty: what the descriptors
     *     of its process allow, of which a connection may need two
     */
    public record NodeLimits(Optional<Integer> connectionsMax) {
        public static final NodeLimits DEFAULTS = new NodeLimits(Optional.empty());
    }

    public ProaConfig {
        groups = List.copyOf(groups);
        tables = List.copyOf(tables);
        frontends = List.copyOf(frontends);
        backends = List.copyOf(backends);
        hooks = List.copyOf(hooks);
    }

    /** The group of that name, if the file has one. */
    public Optional<GroupConfig> group(String name) {
        return groups.stream().filter(group -> group.name().equals(name)).findFirst();
    }

    /** The table of that name, if the file has one. */
    public Optional<TableConfig> table(String name) {
        return tables.stream().filter(table -> table.name().equals(name)).findFirst();
    }

    /** The backend of that name, if the file has one. */
    public Optional<BackendConfig> backend(String name) {
        return backends.stream().filter(backend -> backend.name().equals(name)).findFirst();
    }

    /** Whether any frontend serves sessions, which is what starts the session engine. */
    public boolean hasSessions() {
        return frontends.stream()
                .anyMatch(frontend -> frontend.mode() == FrontendConfig.Mode.SESSIONS);
    }
}
