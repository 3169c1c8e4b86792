package proa.config.text;

import proa.config.BackendConfig;
import proa.config.ClusterConfig;
import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendConfig.Route;
import proa.config.FrontendConfig.Rule;
import proa.config.GroupConfig;
import proa.config.HttpOptions;
import proa.config.ProaConfig;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What two places of the file together get wrong about frontends, rules, tables and backends. */
final class TrafficChecks {

    private final ProaConfig config;
    private final Report report;

    private TrafficChecks(ProaConfig config, Report report) {
        this.config = config;
        this.report = report;
    }

    static void check(ProaConfig config, Report report) {
        TrafficChecks checks = new TrafficChecks(config, report);
        config.frontends().forEach(checks::frontend);
        config.backends().forEach(checks::backend);
        new CountingChecks(config, report).neverAdded();
    }

    private void frontend(FrontendConfig frontend) {
        String where = "frontends." + frontend.name();
        for (int at = 0; at < frontend.rules().size(); at++) {
            rule(frontend.rules().get(at), where + ".rules[" + at + "]", frontend);
        }
        RuleChecks.check(frontend, where, report);
        routes(frontend, where);
        if (frontend.limits().lineBytesMax() > frontend.limits().headBytesMax()) {
            report.conflict(
                    where + ".limits.line",
                    "a line may be longer than the whole head",
                    "head ≥ line");
        }
        if (frontend.mode() != Mode.HTTP
                && frontend.mode() != Mode.TCP
                && !frontend.rules().isEmpty()) {
            report.conflict(
                    where + ".rules",
                    "rules need `mode = http` or `tcp`",
                    "`allow` limits who may connect");
        }
        if (frontend.mode() != Mode.SESSIONS && frontend.users().isPresent()) {
            report.conflict(where + ".users", "`users` needs `mode = sessions`", "remove it");
        }
        if (frontend.mode() == Mode.SESSIONS) {
            sessions(frontend, where);
        }
        if (report.has(where + ".profile") && frontend.mode() != Mode.TCP) {
            report.conflict(where + ".profile", "`profile` needs `mode = tcp`", "remove it");
        }
    }

    private void sessions(FrontendConfig frontend, String where) {
        if (!frontend.routes().isEmpty()) {
            report.conflict(
                    where + ".mode",
                    "sessions are served here and have no backend",
                    "remove `backend` and `routes`");
        }
        boolean everybody =
                frontend.allow().isEmpty()
                        || frontend.allow().stream()
                                .anyMatch(network -> network.prefixLength() == 0);
        boolean local =
                frontend.bind() instanceof FrontendConfig.Bind.Fixed(var address, _)
                        && address.isLoopbackAddress();
        if (everybody && frontend.users().isEmpty() && !local) {
            report.error(
                    where,
                    "the sessions of everybody are open to everybody: no `users` and no `allow`",
                    "allow = [\"10.0.0.0/8\"] with the networks of your applications");
        } else if (frontend.users().isEmpty() && !local) {
            report.warn(
                    where,
                    "sessions without `users`: every host in `allow` can read every session",
                    "users = \"session-users\"");
        } else if (everybody && !local && frontend.tls().isEmpty()) {
            report.warn(
                    where,
                    "passwords of `users` travel in clear and from anywhere",
                    "allow = [\"10.0.0.0/8\"]");
        }
    }

    private void rule(Rule rule, String element, FrontendConfig frontend) {
        conditions(rule.when(), element + ".when", frontend);
        new CountingChecks(config, report).rule(rule, element);
        if (frontend.mode() == Mode.TCP) {
            CountingChecks.ofConnections(rule)
                    .ifPresent(
                            mistake ->
                                    report.conflict(
                                            element,
                                            mistake,
                                            "track, limit, count, tag, deny and drop by `src` work"
                                                    + " in mode tcp"));
        }
    }

    private void routes(FrontendConfig frontend, String where) {
        List<Route> routes = frontend.routes();
        if (frontend.mode() == Mode.SESSIONS) {
            return;
        }
        if (routes.isEmpty()) {
            report.conflict(
                    where + ".routes",
                    "frontend " + frontend.name() + " leads nowhere",
                    "backend = NAME");
            return;
        }
        for (int at = 0; at < routes.size(); at++) {
            Route route = routes.get(at);
            String element = where + ".routes[" + at + "]";
            conditions(route.when(), element + ".when", frontend);
            destination(route, report.has(element) ? element + ".backend" : where + ".backend");
        }
        RuleChecks.shadows(routes, where + ".routes", report);
        if (routes.stream().noneMatch(route -> route.when() instanceof Condition.Always)) {
            report.conflict(
                    where + ".routes",
                    "requests that match no route have nowhere to go",
                    "end with a route without `when`: { backend = NAME }");
        }
    }

    private void destination(Route route, String where) {
        if (config.backend(route.backend()).isEmpty() && !route.backend().isEmpty()) {
            List<String> names = config.backends().stream().map(BackendConfig::name).toList();
            report.conflict(
                    where,
                    "no backend is named \"" + route.backend() + "\"",
                    NetworkChecks.known(route.backend(), names, "backends"));
        }
    }

    private void conditions(Condition condition, String where, FrontendConfig frontend) {
        if (condition instanceof Condition.RateAbove compared) {
            new CountingChecks(config, report).comparison(compared, where);
        }
        TlsChecks.condition(condition, frontend, where, report);
        boolean plain =
                switch (condition) {
                    case Condition.Always _,
                            Condition.Source _,
                            Condition.Destination _,
                            Condition.DestinationPort _,
                            Condition.Share _,
                            Condition.RateAbove _,
                            Condition.TimeOfDay _,
                            Condition.ServerName _,
                            Condition.Secure _,
                            Condition.TlsIs _ ->
                            true;
                    case Condition.Matches(var part, _, _) -> part == Condition.Part.TLS;
                    case Condition.All(List<Condition> of) -> each(of, where, frontend);
                    case Condition.Any(List<Condition> of) -> each(of, where, frontend);
                    case Condition.None(List<Condition> of) -> each(of, where, frontend);
                    case Condition.PathPrefix _,
                            Condition.PathSuffix _,
                            Condition.Path _,
                            Condition.Host _,
                            Condition.HostSuffix _,
                            Condition.Method _,
                            Condition.Header _,
                            Condition.Cookie _,
                            Condition.Parameter _ ->
                            false;
                };
        if (!plain && frontend.mode().plain()) {
            report.conflict(
                    where,
                    frontend.mode() == Mode.TCP
                            ? "a TCP connection has no request to test"
                            : "datagrams have no request to test",
                    "`src`, `dst`, `dst-port`, `table`, `share`, `time`, `sni` and those of TLS"
                            + " work in mode tcp");
        }
    }

    private boolean each(List<Condition> conditions, String where, FrontendConfig frontend) {
        conditions.forEach(condition -> conditions(condition, where, frontend));
        return true;
    }

    private void second(BackendConfig backend, String where) {
        if (backend.proxyProtocol() != BackendConfig.ProxyProtocol.OFF) {
            report.conflict(
                    where + ".proxy-protocol",
                    "connections of HTTP/2 are shared by clients, a PROXY header names one",
                    "`forwarded` in the frontend tells servers of the client");
        }
        if (usedByTcp(backend.name())) {
            report.conflict(
                    where + ".protocol",
                    "a frontend in mode tcp passes bytes on as they are",
                    "remove it");
        }
    }

    private void backend(BackendConfig backend) {
        String where = "backends." + backend.name();
        if (backend.servers().isEmpty()) {
            report.conflict(
                    where + ".servers",
                    "backend " + backend.name() + " has no server",
                    "servers = [ { name = web1, address = \"10.0.0.21:8080\" } ]");
        }
        servers(backend, where + ".servers");
        if (backend.protocol() == HttpOptions.Version.HTTP_2) {
            second(backend, where);
        }
        HealthChecks.check(backend, usedByTcp(backend.name()), report);
        if (backend.check().isEmpty()) {
            report.warn(where, "no `check`: a dead server stays in use", "check { tcp = true }");
        }
        if (!backend.servers().isEmpty()
                && backend.servers().stream().noneMatch(TrafficChecks::takesClients)) {
            report.warn(
                    where + ".servers",
                    "no server takes new clients: each is a backup or has weight 0",
                    "give one a weight");
        }
    }

    private static boolean takesClients(BackendConfig.Server server) {
        return server.weight() > 0 && !server.backup();
    }

    private boolean usedByTcp(String backend) {
        return config.frontends().stream()
                .anyMatch(frontend -> frontend.mode().plain() && leads(frontend, backend));
    }

    private void servers(BackendConfig backend, String where) {
        Map<String, Integer> names = new HashMap<>();
        Map<InetSocketAddress, String> addresses = new HashMap<>();
        for (int at = 0; at < backend.servers().size(); at++) {
            BackendConfig.Server server = backend.servers().get(at);
            String element = where + "[" + at + "]";
            Integer first = names.putIfAbsent(server.name(), at);
            if (first != null) {
                report.conflict(
                        element + ".name",
                        "server " + server.name() + " is listed twice",
                        "each name once");
            }
            String other = addresses.putIfAbsent(server.address(), server.name());
            if (other != null && !report.isWrong(element + ".address")) {
                report.warn(
                        element,
                        "same address as server " + other,
                        "one entry with a higher weight");
            }
            loop(backend.name(), server, element + ".address");
        }
    }

    private void loop(String backend, BackendConfig.Server server, String where) {
        boolean round =
                config.frontends().stream()
                        .filter(frontend -> leads(frontend, backend))
                        .map(frontend -> frontend.mode() == Mode.UDP)
                        .distinct()
                        .anyMatch(udp -> comesBack(backend, server.address(), udp));
        if (round) {
            report.conflict(
                    where,
                    "server "
                            + server.name()
                            + " is one of our own listeners: a request would go"
                            + " round for ever",
                    "the server's own address");
        }
    }

    private static boolean leads(FrontendConfig frontend, String backend) {
        return frontend.routes().stream().anyMatch(route -> route.backend().equals(backend));
    }

    /**
     * Whether what a backend sends there comes to it again by way of our own listeners. One of them
     * may well have another in front of it, as when a server name says whose TLS ends here.
     */
    private boolean comesBack(String backend, InetSocketAddress there, boolean udp) {
        Set<String> seen = new HashSet<>();
        Deque<InetSocketAddress> ahead = new ArrayDeque<>(List.of(there));
        while (!ahead.isEmpty()) {
            for (String next : behind(ahead.remove(), udp)) {
                if (next.equals(backend)) {
                    return true;
                }
                if (seen.add(next)) {
                    config.backend(next).stream()
                            .flatMap(found -> found.servers().stream())
                            .forEach(server -> ahead.add(server.address()));
                }
            }
        }
        return false;
    }

    /** The backends of whoever of us listens there. */
    private List<String> behind(InetSocketAddress there, boolean udp) {
        return config.frontends().stream()
                .filter(each -> udp == (each.mode() == Mode.UDP) && listensOn(each, there))
                .flatMap(each -> each.routes().stream())
                .map(Route::backend)
                .toList();
    }

    private boolean listensOn(FrontendConfig frontend, InetSocketAddress server) {
        return switch (frontend.bind()) {
            case FrontendConfig.Bind.Fixed(var address, int port) ->
                    port == server.getPort()
                            && (address.isAnyLocalAddress()
                                    ? isOurs(server.getAddress())
                                    : address.equals(server.getAddress()));
            case FrontendConfig.Bind.Floating(String group, String vip, int port) ->
                    port == server.getPort()
                            && config.group(group)
                                    .flatMap(found -> found.vip(vip))
                                    .filter(found -> found.address().equals(server.getAddress()))
                                    .isPresent();
        };
    }

    /** Whether some node has that address, always or at times. */
    private boolean isOurs(InetAddress address) {
        Stream<InetAddress> nodes =
                config.cluster().nodes().stream()
                        .map(ClusterConfig.Node::addresses)
                        .flatMap(List::stream);
        Stream<InetAddress> vips =
                config.groups().stream()
                        .flatMap(group -> group.floating().stream())
                        .map(GroupConfig.Vip::address);
        return address.isLoopbackAddress() || Stream.concat(nodes, vips).anyMatch(address::equals);
    }
}
