package proa.config.text;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.BackendConfig.Server;
import proa.config.ClusterConfig;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.FrontendConfig.Forwarding;
import proa.config.FrontendConfig.Mode;
import proa.config.GroupConfig;
import proa.config.GroupConfig.Egress;
import proa.config.ProaConfig;
import proa.config.Sources;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.Hash;
import proa.config.SpreadingConfig.HashKey;
import proa.config.SpreadingConfig.Method;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What frontends that the kernel carries get wrong: it sees packets and nothing else. */
final class ForwardingChecks {

    /** Each has a table of thousands of buckets in the kernel and in vipd's small heap. */
    static final int FRONTENDS_MAX = 16;

    /** With more the shares get uneven: a server has 64 buckets of the table or more. */
    static final int SERVERS_MAX = 64;

    /** Keys of a frontend that only the node heeds. */
    private static final List<String> OF_THE_NODE =
            List.of("timeouts", "limits", "udp", "trusted", "log");

    private final ProaConfig config;
    private final Report report;
    private final Map<Object, String> endpoints = new HashMap<>();

    private ForwardingChecks(ProaConfig config, Report report) {
        this.config = config;
        this.report = report;
    }

    static void check(ProaConfig config, Report report) {
        ForwardingChecks checks = new ForwardingChecks(config, report);
        config.groups().forEach(checks::group);
        config.frontends().forEach(checks::synProxy);
        config.frontends().forEach(checks::replicated);
        List<FrontendConfig> carried =
                config.frontends().stream()
                        .filter(frontend -> frontend.forwarding().byKernel())
                        .toList();
        carried.forEach(frontend -> checks.frontend(frontend, "frontends." + frontend.name()));
        if (carried.size() > FRONTENDS_MAX) {
            report.conflict(
                    "frontends",
                    carried.size() + " frontends are forwarded by the kernel",
                    "at most " + FRONTENDS_MAX);
        }
    }

    private void group(GroupConfig group) {
        if (group.behind().egress() != Egress.DROP && group.behind().gateways().isEmpty()) {
            report.conflict(
                    "groups." + group.name() + ".egress",
                    "servers have no `gateway-vip` to go out by",
                    "gateway-vip = \"10.30.0.1\"");
        }
    }

    private void synProxy(FrontendConfig frontend) {
        boolean fits =
                frontend.forwarding() == Forwarding.NAT && frontend.mode() == Mode.TCP
                        || frontend.synProxy().isEmpty();
        if (!fits) {
            report.conflict(
                    "frontends." + frontend.name() + ".syn-proxy",
                    "`syn-proxy` needs `mode = tcp` and `forwarding = nat`, where the kernel"
                            + " remembers connections; what the node carries is guarded by the"
                            + " kernel's own SYN cookies (sysctl net.ipv4.tcp_syncookies)",
                    "forwarding = nat, or remove it");
        }
    }

    private void replicated(FrontendConfig frontend) {
        if (!frontend.nat().replicated()) {
            return;
        }
        String where = "frontends." + frontend.name() + ".replicate-connections";
        if (frontend.forwarding() != Forwarding.NAT) {
            report.conflict(
                    where,
                    "`replicate-connections` needs `forwarding = nat`, where the kernel remembers"
                            + " connections",
                    "forwarding = nat, or remove it");
        } else if (frontend.synProxy().isPresent()) {
            report.conflict(
                    where,
                    "connections of `syn-proxy` end with their owner: what makes them up cannot be"
                            + " told",
                    "one of the two");
        }
    }

    private void refuse(String where, String mistake, String instead) {
        report.conflict(
                where, mistake + ": the kernel forwards packets, whatever is in them", instead);
    }

    private void frontend(FrontendConfig frontend, String where) {
        if (!frontend.mode().plain()) {
            refuse(
                    where + ".forwarding",
                    "`forwarding` needs `mode = tcp` or `udp`",
                    "forwarding = proxy");
            return;
        }
        if (config.cluster().ownership() == ClusterConfig.Ownership.BIND) {
            report.conflict(
                    where + ".forwarding",
                    "addresses are owned by binding them: the kernel forwards nothing",
                    "forwarding = proxy, or cluster { ownership = kernel }");
        }
        if (!frontend.rules().isEmpty()) {
            refuse(where + ".rules", "no rule can be applied", "forwarding = proxy, or `allow`");
        }
        if (frontend.tls().isPresent()) {
            refuse(where + ".tls", "`tls` cannot end here", "forwarding = proxy");
        }
        if (frontend.http().proxyProtocol()) {
            refuse(where + ".proxy-protocol", "no PROXY header is read", "forwarding = proxy");
        }
        for (String key : OF_THE_NODE) {
            if (report.has(where + "." + key)) {
                report.warn(
                        where + "." + key,
                        "`" + key + "` has no effect: the kernel forwards by its own limits",
                        "remove it");
            }
        }
        if (frontend.routes().size() > 1) {
            refuse(where + ".routes", "there is nothing to route by", "backend = NAME");
        }
        vip(frontend, where);
    }

    private void vip(FrontendConfig frontend, String where) {
        if (!(frontend.bind() instanceof Bind.Floating(String name, String vipName, _))) {
            report.conflict(
                    where + ".bind",
                    "the kernel forwards what arrives at a floating address",
                    "bind { group = web, vip = main, port = 3306 }");
            return;
        }
        GroupConfig group = config.group(name).orElse(null);
        GroupConfig.Vip vip = group == null ? null : group.vip(vipName).orElse(null);
        if (group == null || vip == null) {
            return; // told elsewhere
        }
        if (frontend.forwarding().returns() && !group.behind().routes(vip.address())) {
            report.conflict(
                    where + ".forwarding",
                    "servers answer by way of the owner, but group "
                            + name
                            + " has no `gateway-vip` of the family of "
                            + vip.address().getHostAddress(),
                    "groups."
                            + name
                            + ".gateway-vip = \"10.30.0.1\", and servers that route by it");
        }
        frontend.routes().stream()
                .limit(1)
                .flatMap(route -> config.backend(route.backend()).stream())
                .forEach(backend -> backend(frontend, vip.address(), backend));
    }

    private void backend(FrontendConfig frontend, InetAddress vip, BackendConfig backend) {
        String where = "backends." + backend.name();
        spreading(backend, where);
        if (!(backend.sticky() instanceof BackendConfig.Sticky.Off)) {
            refuse(
                    where + ".sticky",
                    "nothing sticks by a table",
                    "balance = hash, hash { key = src }");
        }
        if (backend.proxyProtocol() != ProxyProtocol.OFF) {
            refuse(where + ".proxy-protocol", "no PROXY header is sent", "servers see the client");
        }
        if (backend.tls().isPresent()) {
            refuse(where + ".tls", "`tls` to servers cannot begin here", "forwarding = proxy");
        }
        if (!backend.sources().equals(Sources.NONE)) {
            refuse(where + ".source", "servers see the client's address", "forwarding = proxy");
        }
        if (backend.health().passive().isPresent()) {
            report.warn(
                    where + ".passive",
                    "`passive` sees nothing of what the kernel forwards",
                    "`check` alone tells whether a server is used");
        }
        if (backend.servers().size() > SERVERS_MAX) {
            report.conflict(
                    where + ".servers",
                    backend.servers().size() + " servers are forwarded to by the kernel",
                    "at most " + SERVERS_MAX);
        }
        for (int at = 0; at < backend.servers().size(); at++) {
            server(frontend, vip, backend.servers().get(at), where + ".servers[" + at + "]");
        }
    }

    private void spreading(BackendConfig backend, String where) {
        SpreadingConfig spreading = backend.spreading();
        boolean bySource =
                spreading
                        .hash()
                        .filter(hash -> hash.key().equals(new HashKey.Source(false)))
                        .isPresent();
        boolean known = backend.balance() == Balance.ROUND_ROBIN || bySource;
        if (!known) {
            refuse(
                    where + ".balance",
                    "servers are chosen by a Maglev table of the client's address and port, or of"
                            + " its address alone",
                    "leave `balance` out, or balance = hash, hash { key = src }");
        }
        spreading.hash().ifPresent(hash -> hash(hash, where + ".hash"));
        if (spreading.slowStart().isPresent()) {
            refuse(where + ".slow-start", "no share grows slowly", "remove it");
        }
        if (spreading.limits().connections().isPresent()) {
            refuse(where + ".limits.connections", "connections are not counted", "remove it");
        }
    }

    private void hash(Hash hash, String where) {
        if (hash.method() != Method.MAGLEV) {
            refuse(where + ".method", "the kernel's table is Maglev's", "method = maglev");
        }
        if (hash.loadPercentMax().isPresent()) {
            refuse(where + ".load-percent-max", "load is not counted", "remove it");
        }
    }

    private void server(FrontendConfig frontend, InetAddress vip, Server server, String where) {
        InetSocketAddress endpoint = server.address();
        InetAddress address = endpoint.getAddress();
        if (address.getClass() != vip.getClass()) {
            report.conflict(
                    where + ".address",
                    "the kernel does not translate between IPv4 and IPv6, and the floating address"
                            + " is "
                            + vip.getHostAddress(),
                    "an address of the same family");
        }
        int port = frontend.bind().port();
        Forwarding forwarding = frontend.forwarding();
        if (forwarding.keepsPort() && endpoint.getPort() != port) {
            String name = forwarding.name().toLowerCase(Locale.ROOT);
            report.conflict(
                    where + ".address",
                    "`forwarding = " + name + "` keeps the port, and clients come to port " + port,
                    "port " + port + ", or forwarding = nat");
        }
        if (server.connectionsMax().isPresent()) {
            refuse(where + ".connections", "connections are not counted", "remove it");
        }
        if (forwarding.returns()) {
            answers(frontend, server, where);
        }
    }

    /** What would keep answers from their way through the owner, or make them ambiguous there. */
    private void answers(FrontendConfig frontend, Server server, String where) {
        InetSocketAddress endpoint = server.address();
        boolean udp = frontend.mode() == Mode.UDP;
        String other = endpoints.putIfAbsent(List.of(udp, endpoint), frontend.name());
        if (other != null && !other.equals(frontend.name())) {
            report.conflict(
                    where + ".address",
                    "frontend " + other + " forwards to it too: its answers could be for either",
                    "another port or a second address of the server for each frontend");
        }
        frontend.allow().stream()
                .filter(network -> network.contains(endpoint.getAddress()))
                .findFirst()
                .ifPresent(
                        network ->
                                report.conflict(
                                        "frontends." + frontend.name() + ".allow",
                                        network
                                                + " contains the server "
                                                + server.name()
                                                + ", which would answer such clients directly, past"
                                                + " the balancer",
                                        "networks of clients only"));
    }
}
