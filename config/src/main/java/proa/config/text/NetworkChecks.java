package proa.config.text;

import proa.config.AdminConfig;
import proa.config.ClusterConfig;
import proa.config.EarlyNotice;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.GroupConfig;
import proa.config.ProaConfig;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What two places of the file together get wrong about members, addresses and ports. */
final class NetworkChecks {

    private final ProaConfig config;
    private final Report report;
    private final List<String> nodes;

    private NetworkChecks(ProaConfig config, Report report) {
        this.config = config;
        this.report = report;
        this.nodes = config.cluster().nodes().stream().map(ClusterConfig.Node::name).toList();
    }

    static void check(ProaConfig config, Optional<String> self, Report report) {
        NetworkChecks checks = new NetworkChecks(config, report);
        checks.members(self);
        checks.ports();
        checks.earlyNotice();
        checks.groups();
        checks.binds();
    }

    private void members(Optional<String> self) {
        String place = "cluster.nodes";
        if (report.isWrong("cluster") || report.isWrong(place)) {
            return;
        }
        self.filter(name -> !nodes.contains(name))
                .ifPresent(
                        name ->
                                report.conflict(
                                        place,
                                        "this node, \"" + name + "\", is not listed",
                                        Suggest.nearest(name, nodes)
                                                .or(
                                                        () ->
                                                                Optional.of(
                                                                        "listed: "
                                                                                + String.join(
                                                                                        ", ",
                                                                                        nodes)))));
        int size = nodes.size();
        if (size > ClusterConfig.NODES_MAX || size == 0) {
            report.conflict(place, size + " nodes", "two or three");
        } else if (size == 1) {
            report.warn(place, "one node: nothing can fail over", "list two or three");
        }
        Map<Object, String> ids = new HashMap<>();
        Map<Object, String> addresses = new HashMap<>();
        for (ClusterConfig.Node node : config.cluster().nodes()) {
            String where = place + "." + node.name();
            unique(ids, node.id(), where + ".id", "id " + node.id(), node.name());
            node.addresses().forEach(address -> member(address, where, node.name(), addresses));
        }
    }

    private void member(
            InetAddress address, String where, String node, Map<Object, String> addresses) {
        String shown = address.getHostAddress();
        unique(addresses, address, where + ".addresses", "address " + shown, node);
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            report.conflict(
                    where + ".addresses", shown + " is no address of a machine", "10.0.0.11");
        }
    }

    private void unique(
            Map<Object, String> seen, Object value, String where, String what, String owner) {
        String other = seen.putIfAbsent(value, owner);
        if (other != null) {
            report.conflict(where, what + " is already that of " + other, "each once");
        }
    }

    private Map<Integer, String> clusterPorts() {
        ClusterConfig.Ports ports = config.cluster().ports();
        Map<Integer, String> taken = new HashMap<>();
        taken.put(ports.mesh(), "mesh");
        taken.put(ports.engine(), "engine");
        taken.put(ports.sessions(), "sessions");
        taken.put(
                ports.members() + ClusterConfig.Ports.DETECTION_OFFSET,
                "members + 100 (failure detection)");
        taken.put(ports.members(), "members");
        return taken;
    }

    private void ports() {
        if (clusterPorts().size() < 5) {
            report.conflict(
                    "cluster.ports",
                    "two of the cluster's ports are the same; in use: "
                            + clusterPorts().keySet().stream()
                                    .sorted()
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(", ")),
                    "five different ports: members, members + 100, sessions, engine, mesh");
        }
    }

    /** Nothing is wrong without it, but that a kill of vipd is noticed later. */
    private void earlyNotice() {
        if (config.groups().isEmpty()
                || config.cluster().ownership() != ClusterConfig.Ownership.KERNEL) {
            return;
        }
        config.cluster().nodes().stream()
                .filter(node -> !node.addresses().isEmpty())
                .flatMap(node -> EarlyNotice.obstacle(config, node.address()).stream())
                .distinct()
                .forEach(
                        key ->
                                report.warn(
                                        key,
                                        "`"
                                                + key
                                                + "` leaves vipd no port "
                                                + EarlyNotice.port(config.cluster().ports())
                                                + " (`cluster.ports.mesh` + 1): others learn some"
                                                + " 10 ms later that it was killed",
                                        "another port, here or as `cluster.ports.mesh`"));
    }

    private void groups() {
        Map<Object, String> vrids = new HashMap<>();
        Map<Object, String> vips = new HashMap<>();
        config.cluster()
                .nodes()
                .forEach(
                        node ->
                                node.addresses()
                                        .forEach(
                                                address ->
                                                        vips.put(address, "node " + node.name())));
        for (GroupConfig group : config.groups()) {
            String where = "groups." + group.name();
            unique(
                    vrids,
                    group.vrid(),
                    where + ".vrid",
                    "vrid " + group.vrid(),
                    "group " + group.name());
            preferences(group, where + ".prefer");
            GroupChecks.check(group, nodes, where, report);
            for (GroupConfig.Vip vip : group.vips()) {
                vip(vip, where + ".vips." + vip.name(), vips, group);
            }
            for (GroupConfig.Vip gateway : group.behind().gateways()) {
                vip(gateway, where + ".gateway-vip", vips, group);
            }
        }
    }

    private void vip(
            GroupConfig.Vip vip, String where, Map<Object, String> vips, GroupConfig group) {
        InetAddress address = vip.address();
        String shown = address.getHostAddress();
        unique(vips, address, where, "address " + shown, "group " + group.name());
        boolean loopbackDemo = config.cluster().ownership() == ClusterConfig.Ownership.BIND;
        if (address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || (address.isLoopbackAddress() && !loopbackDemo)) {
            report.conflict(
                    where,
                    shown + " cannot float between machines",
                    "an address of the servers' clients' network");
        }
        group.gateway()
                .filter(address::equals)
                .ifPresent(
                        gateway ->
                                report.conflict(
                                        "groups." + group.name() + ".track.gateway",
                                        "the gateway " + shown + " is the group's own address",
                                        "the router's address"));
    }

    private void preferences(GroupConfig group, String where) {
        List<String> seen = new ArrayList<>();
        for (int at = 0; at < group.prefer().size(); at++) {
            String name = group.prefer().get(at);
            String element = where + "[" + at + "]";
            if (!nodes.contains(name)) {
                report.conflict(
                        element,
                        "no node is named \"" + name + "\"",
                        Suggest.nearest(name, nodes)
                                .or(() -> Optional.of("listed: " + String.join(", ", nodes))));
            } else if (seen.contains(name)) {
                report.conflict(element, "\"" + name + "\" is listed twice", "each node once");
            }
            seen.add(name);
        }
    }

    /**
     * Where somebody listens, with floating names replaced by their address.
     *
     * @param who as messages call it
     * @param where the path of its port
     * @param socket whether it has one: what the kernel forwards comes by no socket, also none on
     *     every address
     */
    private record Listener(
            String who,
            String where,
            boolean udp,
            InetAddress address,
            int port,
            boolean fixed,
            boolean socket) {
        boolean collides(Listener other) {
            return port == other.port
                    && udp == other.udp
                    && (address.equals(other.address)
                            || socket
                                    && other.socket
                                    && (address.isAnyLocalAddress()
                                            || other.address.isAnyLocalAddress()));
        }
    }

    private void binds() {
        List<Listener> listeners = new ArrayList<>();
        config.admin()
                .map(AdminConfig::address)
                .filter(admin -> admin.getPort() != 0)
                .map(NetworkChecks::listener)
                .ifPresent(listener -> bind(listener, listeners));
        for (FrontendConfig frontend : config.frontends()) {
            listener(frontend).ifPresent(listener -> bind(listener, listeners));
        }
    }

    private void bind(Listener listener, List<Listener> listeners) {
        listeners.stream()
                .filter(listener::collides)
                .findFirst()
                .ifPresent(
                        other ->
                                report.conflict(
                                        listener.where,
                                        "port "
                                                + listener.port
                                                + " is already that of "
                                                + other.who,
                                        "another port or another address"));
        String use = clusterPorts().get(listener.port);
        boolean own =
                listener.address.isAnyLocalAddress()
                        || isNode(listener.address)
                        || (listener.port == config.cluster().ports().engine()
                                && isEngines(listener.address));
        if (use != null && !listener.udp && listener.fixed && own) {
            report.conflict(
                    listener.where,
                    "port " + listener.port + " is the cluster's own (`ports." + use + "`)",
                    "another port, here or in `cluster.ports`");
        }
        listeners.add(listener);
    }

    private boolean isNode(InetAddress address) {
        return config.cluster().nodes().stream()
                .anyMatch(node -> node.addresses().contains(address));
    }

    /** Engines of sessions are on 127.77.0.0/24: that of each member by its id. */
    private static boolean isEngines(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 && bytes[0] == 127 && bytes[1] == 77 && bytes[2] == 0;
    }

    private static Listener listener(InetSocketAddress admin) {
        String where = "admin.listen";
        return new Listener(
                "`" + where + "`", where, false, admin.getAddress(), admin.getPort(), true, true);
    }

    private Optional<Listener> listener(FrontendConfig frontend) {
        return switch (frontend.bind()) {
            case Bind.Fixed(InetAddress address, int port) ->
                    Optional.of(listener(frontend, address, port, true));
            case Bind.Floating(String group, String vip, int port) ->
                    floating(frontend.name(), group, vip)
                            .map(found -> listener(frontend, found.address(), port, false));
        };
    }

    private static Listener listener(
            FrontendConfig frontend, InetAddress address, int port, boolean fixed) {
        return new Listener(
                "frontend " + frontend.name(),
                "frontends." + frontend.name() + ".bind.port",
                isUdp(frontend),
                address,
                port,
                fixed,
                !frontend.forwarding().byKernel());
    }

    private static boolean isUdp(FrontendConfig frontend) {
        return frontend.mode() == FrontendConfig.Mode.UDP;
    }

    private Optional<GroupConfig.Vip> floating(String frontend, String groupName, String vipName) {
        String where = "frontends." + frontend + ".bind";
        Optional<GroupConfig> group = config.group(groupName);
        if (group.isEmpty()) {
            if (!groupName.isEmpty()) {
                report.conflict(
                        where + ".group",
                        "no group is named \"" + groupName + "\"",
                        known(
                                groupName,
                                config.groups().stream().map(GroupConfig::name).toList(),
                                "groups"));
            }
            return Optional.empty();
        }
        Optional<GroupConfig.Vip> vip = group.get().vip(vipName);
        if (vip.isEmpty() && !vipName.isEmpty()) {
            report.conflict(
                    where + ".vip",
                    "group " + groupName + " has no vip named \"" + vipName + "\"",
                    known(
                            vipName,
                            group.get().vips().stream().map(GroupConfig.Vip::name).toList(),
                            "vips"));
        }
        return vip;
    }

    /** The nearest name, or what is there, or how to define one. */
    static Optional<String> known(String written, List<String> names, String section) {
        return Suggest.nearest(written, names)
                .or(
                        () ->
                                Optional.of(
                                        names.isEmpty()
                                                ? "define it in `" + section + " { … }`"
                                                : "defined: " + String.join(", ", names)));
    }
}
