package proa.config.change;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.ClusterConfig;
import proa.config.FrontendConfig;
import proa.config.GroupConfig;
import proa.config.NotifyConfig;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.config.change.Change.How;
import proa.config.change.Parts.Part;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What differs between a running configuration and one that is to follow it. Immutable. */
public final class Changes {

    private static final String OF_THE_CLUSTER = "the members speak to each other by it";
    private static final String OF_VIPD = "vipd owns the addresses by it";
    private static final String OF_TABLES =
            "what is kept in the table has another form then, and is lost";
    private static final String OF_THE_NODE = "all frontends together have them";
    private static final String OF_MONITORING = "monitoring asks there as long as the node runs";
    private static final String OF_SNAPSHOTS = "the session store begins with what it has kept";
    private static final String OF_SESSIONS =
            "the session store starts with the first frontend of this mode, and ends with the node";

    private static final String OF_THE_KERNEL = "vipd has the kernel forward by it";

    /** Parts of a frontend that the next request sees; all others count when a client connects. */
    private static final Set<String> OF_REQUESTS = Set.of("rules", "routes");

    /** Parts of a table that change nothing about what is kept in it. */
    private static final Set<String> OF_TABLE_SIZES = Set.of("expire", "entries");

    private final List<Change> all = new ArrayList<>();

    private Changes() {}

    /** What differs, in the order of the file. */
    public static Changes between(ProaConfig before, ProaConfig after) {
        Changes changes = new Changes();
        changes.cluster(before.cluster(), after.cluster());
        changes.fixed(
                "groups",
                Parts.GROUP,
                byName(before.groups(), GroupConfig::name),
                byName(after.groups(), GroupConfig::name),
                OF_VIPD);
        changes.tables(before, after);
        if (!before.limits().equals(after.limits())) {
            changes.atStart("limits", OF_THE_NODE);
        }
        if (!before.admin().equals(after.admin())) {
            changes.atStart("admin", OF_MONITORING);
        }
        if (!before.sessions().equals(after.sessions())) {
            changes.atStart("sessions", OF_SNAPSHOTS);
        }
        if (before.hasSessions() != after.hasSessions()) {
            String name = session(before.hasSessions() ? before : after);
            changes.all.add(new Change.AtStart("frontends." + name + ".mode", OF_SESSIONS));
        }
        changes.frontends(before, after);
        changes.backends(before, after);
        changes.kernel(before, after);
        changes.hooks(before, after);
        return changes;
    }

    /** Every difference. */
    public List<Change> all() {
        return List.copyOf(all);
    }

    /** Those that need a restart; with any of them the configuration cannot follow as it is. */
    public List<Change.AtStart> atStart() {
        return all.stream()
                .filter(Change.AtStart.class::isInstance)
                .map(Change.AtStart.class::cast)
                .toList();
    }

    /** Whether a frontend treats connections otherwise, and not only their requests. */
    public static boolean ofConnections(FrontendConfig before, FrontendConfig after) {
        return !OF_REQUESTS.containsAll(Parts.differing(Parts.FRONTEND, before, after));
    }

    private static String session(ProaConfig config) {
        return config.frontends().stream()
                .filter(frontend -> frontend.mode() == FrontendConfig.Mode.SESSIONS)
                .map(FrontendConfig::name)
                .findFirst()
                .orElseThrow();
    }

    private void cluster(ClusterConfig before, ClusterConfig after) {
        for (String key : Parts.differing(Parts.CLUSTER, before, after)) {
            switch (key) {
                case "nodes" ->
                        fixed(
                                "cluster.nodes",
                                Parts.NODE,
                                byName(before.nodes(), ClusterConfig.Node::name),
                                byName(after.nodes(), ClusterConfig.Node::name),
                                OF_THE_CLUSTER);
                case "ports" ->
                        Parts.differing(Parts.PORTS, before.ports(), after.ports())
                                .forEach(port -> atStart("cluster.ports." + port, OF_THE_CLUSTER));
                default -> atStart("cluster." + key, OF_THE_CLUSTER);
            }
        }
    }

    private void atStart(String key, String why) {
        all.add(new Change.AtStart(key, why));
    }

    /** Named things that cannot come, go or change. */
    private <T> void fixed(
            String section,
            List<Part<T>> parts,
            Map<String, T> before,
            Map<String, T> after,
            String why) {
        for (String name : names(before, after)) {
            T was = before.get(name);
            T is = after.get(name);
            if (was == null || is == null) {
                atStart(section + "." + name, why);
            } else {
                Parts.differing(parts, was, is)
                        .forEach(key -> atStart(section + "." + name + "." + key, why));
            }
        }
    }

    private void tables(ProaConfig before, ProaConfig after) {
        Map<String, TableConfig> was = byName(before.tables(), TableConfig::name);
        Map<String, TableConfig> is = byName(after.tables(), TableConfig::name);
        for (String name : names(was, is)) {
            TableConfig old = was.get(name);
            TableConfig now = is.get(name);
            if (old != null && now != null) {
                Parts.differing(Parts.TABLE, old, now).stream()
                        .filter(key -> !OF_TABLE_SIZES.contains(key))
                        .forEach(key -> atStart("tables." + name + "." + key, OF_TABLES));
            }
            differ(Parts.TABLE, old, now, (how, keys) -> new Change.Table(how, name, keys));
        }
    }

    private void frontends(ProaConfig before, ProaConfig after) {
        Map<String, FrontendConfig> was = byName(before.frontends(), FrontendConfig::name);
        Map<String, FrontendConfig> is = byName(after.frontends(), FrontendConfig::name);
        for (String name : names(was, is)) {
            differ(
                    Parts.FRONTEND,
                    was.get(name),
                    is.get(name),
                    (how, keys) -> new Change.Frontend(how, name, keys));
        }
    }

    private void backends(ProaConfig before, ProaConfig after) {
        Map<String, BackendConfig> was = byName(before.backends(), BackendConfig::name);
        Map<String, BackendConfig> is = byName(after.backends(), BackendConfig::name);
        for (String name : names(was, is)) {
            differ(
                    Parts.BACKEND,
                    was.get(name),
                    is.get(name),
                    (how, keys) -> new Change.Backend(how, name, keys));
            BackendConfig old = was.get(name);
            BackendConfig now = is.get(name);
            if (old != null && now != null) {
                servers(name, old, now);
            }
        }
    }

    private void servers(String backend, BackendConfig before, BackendConfig after) {
        Map<String, BackendConfig.Server> was =
                byName(before.servers(), BackendConfig.Server::name);
        Map<String, BackendConfig.Server> is = byName(after.servers(), BackendConfig.Server::name);
        for (String name : names(was, is)) {
            differ(
                    Parts.SERVER,
                    was.get(name),
                    is.get(name),
                    (how, keys) -> new Change.Server(how, backend, name, keys));
        }
        if (was.keySet().equals(is.keySet())
                && !List.copyOf(was.keySet()).equals(List.copyOf(is.keySet()))) {
            all.add(new Change.Backend(How.CHANGED, backend, List.of("order of servers")));
        }
    }

    /** What vipd has told the kernel at its start stays; the node reads more of it than vipd. */
    private void kernel(ProaConfig before, ProaConfig after) {
        Map<String, FrontendConfig> were = carried(before);
        Map<String, FrontendConfig> are = carried(after);
        Set<String> told = new TreeSet<>();
        for (String name : names(were, are)) {
            FrontendConfig was = were.get(name);
            FrontendConfig is = are.get(name);
            if (was == null || is == null) {
                atStart("frontends." + name, OF_THE_KERNEL);
                continue;
            }
            List<String> keys = Parts.differing(Parts.CARRIED_FRONTEND, was, is);
            keys.forEach(key -> atStart("frontends." + name + "." + key, OF_THE_KERNEL));
            BackendConfig led = backend(was, before);
            BackendConfig leads = backend(is, after);
            if (led != null
                    && leads != null
                    && led.name().equals(leads.name())
                    && told.add(led.name())) {
                carried(led, leads);
            }
        }
    }

    private void carried(BackendConfig before, BackendConfig after) {
        String place = "backends." + before.name() + ".";
        Parts.differing(Parts.CARRIED_BACKEND, before, after)
                .forEach(key -> atStart(place + key, OF_THE_KERNEL));
        Map<String, BackendConfig.Server> is = byName(after.servers(), BackendConfig.Server::name);
        for (BackendConfig.Server was : before.servers()) {
            BackendConfig.Server now = is.getOrDefault(was.name(), was);
            Parts.differing(Parts.CARRIED_SERVER, was, now)
                    .forEach(
                            key ->
                                    atStart(
                                            place + "servers." + was.name() + "." + key,
                                            OF_THE_KERNEL));
        }
    }

    private static @Nullable BackendConfig backend(FrontendConfig frontend, ProaConfig config) {
        return frontend.routes().stream()
                .findFirst()
                .flatMap(route -> config.backend(route.backend()))
                .orElse(null);
    }

    private static Map<String, FrontendConfig> carried(ProaConfig config) {
        return byName(
                config.frontends().stream()
                        .filter(frontend -> frontend.forwarding().byKernel())
                        .toList(),
                FrontendConfig::name);
    }

    private void hooks(ProaConfig before, ProaConfig after) {
        Map<String, NotifyConfig> were = byName(before.hooks(), NotifyConfig::name);
        Map<String, NotifyConfig> are = byName(after.hooks(), NotifyConfig::name);
        for (String name : names(were, are)) {
            differ(
                    Parts.NOTIFY,
                    were.get(name),
                    are.get(name),
                    (how, keys) -> new Change.Notify(how, name, keys));
        }
    }

    private interface Naming {
        Change change(How how, List<String> keys);
    }

    private <T> void differ(
            List<Part<T>> parts, @Nullable T before, @Nullable T after, Naming naming) {
        if (before == null) {
            all.add(naming.change(How.ADDED, List.of()));
        } else if (after == null) {
            all.add(naming.change(How.REMOVED, List.of()));
        } else {
            List<String> keys = Parts.differing(parts, before, after);
            if (!keys.isEmpty()) {
                all.add(naming.change(How.CHANGED, keys));
            }
        }
    }

    private static <T> Set<String> names(Map<String, T> before, Map<String, T> after) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        return names;
    }

    private static <T> Map<String, T> byName(List<T> things, Function<T, String> name) {
        Map<String, T> byName = new LinkedHashMap<>();
        things.forEach(thing -> byName.put(name.apply(thing), thing));
        return byName;
    }
}
