package proa.config.text;

import proa.config.BackendConfig;
import proa.config.ClusterConfig;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.Sources;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** What is wrong with the addresses that connections to servers are to come from. */
final class SourceChecks {

    private final ProaConfig config;
    private final Report report;
    private final List<String> nodes;

    private SourceChecks(ProaConfig config, Report report) {
        this.config = config;
        this.report = report;
        this.nodes = config.cluster().nodes().stream().map(ClusterConfig.Node::name).toList();
    }

    static void check(ProaConfig config, Report report) {
        SourceChecks checks = new SourceChecks(config, report);
        for (BackendConfig backend : config.backends()) {
            String where = "backends." + backend.name() + ".source";
            if (report.has(where) && !report.isWrong(where)) {
                checks.sources(backend, where);
            }
        }
    }

    private void sources(BackendConfig backend, String where) {
        Sources sources = backend.sources();
        if (sources.ofNodes().isEmpty()) {
            each(sources.everywhere(), where, backend, Optional.empty());
            return;
        }
        for (Sources.OfNode own : sources.ofNodes()) {
            String element = where + "." + own.node();
            if (!nodes.contains(own.node())) {
                report.conflict(
                        element,
                        "no node is named \"" + own.node() + "\"",
                        NetworkChecks.known(own.node(), nodes, "cluster.nodes"));
            }
            each(own.addresses(), element, backend, Optional.of(own.node()));
        }
        nodes.stream()
                .filter(node -> sources.ofNodes().stream().noneMatch(o -> o.node().equals(node)))
                .forEach(
                        node ->
                                report.warn(
                                        where,
                                        "the kernel of node " + node + " chooses for itself",
                                        node + " = \"an address of that node\""));
    }

    private void each(
            List<InetAddress> addresses,
            String where,
            BackendConfig backend,
            Optional<String> node) {
        if (report.isWrong(where)
                || IntStream.rangeClosed(0, addresses.size())
                        .anyMatch(at -> report.isWrong(where + "[" + at + "]"))) {
            return;
        }
        if (addresses.isEmpty()) {
            report.conflict(
                    where, "no address to connect from", "leave it out: the kernel chooses");
            return;
        }
        Set<InetAddress> known = new HashSet<>();
        for (int at = 0; at < addresses.size(); at++) {
            String element = where + "[" + at + "]";
            String place = report.has(element) ? element : where;
            InetAddress address = addresses.get(at);
            if (!known.add(address)) {
                report.conflict(
                        place, address.getHostAddress() + " is listed twice", "each address once");
            }
            address(address, place, node);
            family(address, place, backend);
        }
        backend.servers().stream()
                .filter(server -> addresses.stream().noneMatch(each -> same(each, server)))
                .findFirst()
                .ifPresent(
                        server ->
                                report.conflict(
                                        where,
                                        "server "
                                                + server.name()
                                                + " is reached by "
                                                + family(server.address().getAddress())
                                                + ", and no address here is of it",
                                        "one of each family that its servers have"));
    }

    private static boolean same(InetAddress address, BackendConfig.Server server) {
        return address.getClass() == server.address().getAddress().getClass();
    }

    private static String family(InetAddress address) {
        return address instanceof Inet4Address ? "IPv4" : "IPv6";
    }

    private void family(InetAddress address, String where, BackendConfig backend) {
        if (!backend.servers().isEmpty()
                && backend.servers().stream().noneMatch(server -> same(address, server))) {
            report.conflict(
                    where,
                    "no server of the backend is reached by "
                            + family(address)
                            + ", so "
                            + address.getHostAddress()
                            + " would never be used",
                    "an address of the servers' family");
        }
    }

    /** An address that a node does not have all the time fails its checks, too. */
    private void address(InetAddress address, String where, Optional<String> node) {
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            report.conflict(
                    where,
                    address.getHostAddress() + " is no address to connect from",
                    "an address of this host");
        }
        for (GroupConfig group : config.groups()) {
            if (group.floating().stream().anyMatch(vip -> vip.address().equals(address))) {
                report.conflict(
                        where,
                        address.getHostAddress()
                                + " floats with group "
                                + group.name()
                                + ": nodes that do not own it could not check the servers",
                        "addresses that the nodes keep");
            }
        }
        for (ClusterConfig.Node other : config.cluster().nodes()) {
            if (nodes.size() > 1
                    && other.addresses().contains(address)
                    && node.filter(other.name()::equals).isEmpty()) {
                report.conflict(
                        where,
                        "only node " + other.name() + " has " + address.getHostAddress(),
                        "by node: source { "
                                + other.name()
                                + " = \""
                                + address.getHostAddress()
                                + "\", … }");
            }
        }
    }
}
