package proa.node.reload;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.FirstChoice;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.Sticky;
import proa.config.ClusterConfig;
import proa.config.ClusterConfig.Ownership;
import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendConfig.Route;
import proa.config.FrontendConfig.Rule;
import proa.config.GroupConfig;
import proa.config.Http2Options;
import proa.config.HttpOptions;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.config.Timing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Configurations of one node on loopback with ephemeral ports. */
final class TestConfig {

    static final long LIMIT = 20;

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private TestConfig() {}

    /**
     * Frontends {@code http} (routed), {@code limited} and {@code sticky}; backends {@code shop}
     * with a cookie and {@code api} with the first server only.
     */
    static ProaConfig shop(List<InetSocketAddress> servers) {
        Condition api = new Condition.PathPrefix("/api");
        return config(
                Ownership.KERNEL,
                List.of(),
                List.of(
                        http("http", List.of(), route(api, "api"), route("shop")),
                        http(
                                "limited",
                                List.of(
                                        new Rule.Track(new Condition.Always(), "requests"),
                                        new Rule.Deny(
                                                new Condition.RateAbove("requests", LIMIT), 429)),
                                route("shop")),
                        frontend("echo", Mode.TCP, fixed(), List.of(), route("source"))),
                List.of(
                        backend("shop", new Sticky.Cookie("SERVERID"), servers),
                        backend("source", new Sticky.Table("clients", FirstChoice.HASH), servers),
                        backend("api", new Sticky.Off(), servers.subList(0, 1))));
    }

    /** One frontend on a floating address that is bound on becoming the owner. */
    static ProaConfig floating(Ownership ownership, int port, List<InetSocketAddress> servers) {
        GroupConfig group =
                new GroupConfig(
                        "web",
                        51,
                        List.of("lb1"),
                        new GroupConfig.Failback.Never(),
                        List.of(new GroupConfig.Vip("main", LOOPBACK, Optional.empty())),
                        Optional.empty());
        FrontendConfig frontend =
                frontend(
                        "http",
                        Mode.HTTP,
                        new Bind.Floating("web", "main", port),
                        List.of(),
                        route("shop"));
        FrontendConfig sessions =
                frontend("sessions", Mode.SESSIONS, new Bind.Fixed(LOOPBACK, 0), List.of());
        return config(
                ownership,
                List.of(group),
                List.of(frontend, sessions),
                List.of(backend("shop", new Sticky.Off(), servers)));
    }

    /** Frontends of HTTP/1.1 and HTTP/2, and of TCP, on a floating address. */
    static ProaConfig moving(Ownership ownership, InetSocketAddress shop, InetSocketAddress echo) {
        ProaConfig alone = floating(ownership, 0, List.of(shop));
        FrontendConfig http = alone.frontends().getFirst();
        HttpOptions both =
                new HttpOptions(
                        List.of(),
                        false,
                        List.of(),
                        List.of(),
                        List.of(HttpOptions.Version.HTTP_2, HttpOptions.Version.HTTP_1_1),
                        Http2Options.DEFAULTS);
        FrontendConfig spoken =
                new FrontendConfig(
                        http.name(),
                        http.bind(),
                        http.mode(),
                        http.rules(),
                        http.routes(),
                        http.allow(),
                        http.users(),
                        http.timeouts(),
                        http.limits(),
                        both,
                        http.tls(),
                        http.udp());
        FrontendConfig tcp = frontend("echo", Mode.TCP, http.bind(), List.of(), route("echo"));
        BackendConfig checked = backend("echo", new Sticky.Off(), List.of(echo));
        BackendConfig unchecked =
                new BackendConfig(
                        checked.name(),
                        checked.balance(),
                        checked.sticky(),
                        Optional.empty(),
                        checked.servers(),
                        checked.timeouts(),
                        BackendConfig.RETRIES_DEFAULT,
                        BackendConfig.IDLE_CONNECTIONS_DEFAULT);
        return config(
                ownership,
                alone.groups(),
                List.of(spoken, tcp),
                List.of(alone.backends().getFirst(), unchecked));
    }

    /** The same for a cluster of two. */
    static ProaConfig ofPair(ProaConfig alone) throws UnknownHostException {
        ClusterConfig.Node other =
                new ClusterConfig.Node("lb2", 2, List.of(InetAddress.getByName("127.0.0.2")));
        ClusterConfig one = alone.cluster();
        return new ProaConfig(
                new ClusterConfig(
                        one.name(),
                        one.timing(),
                        List.of(one.nodes().getFirst(), other),
                        Optional.empty(),
                        one.ports(),
                        one.ownership()),
                alone.groups(),
                alone.tables(),
                alone.frontends(),
                alone.backends());
    }

    private static ProaConfig config(
            Ownership ownership,
            List<GroupConfig> groups,
            List<FrontendConfig> frontends,
            List<BackendConfig> backends) {
        ClusterConfig cluster =
                new ClusterConfig(
                        "test",
                        Timing.LAB,
                        List.of(new ClusterConfig.Node("lb1", 1, List.of(LOOPBACK))),
                        Optional.empty(),
                        ClusterConfig.Ports.DEFAULTS,
                        ownership);
        return new ProaConfig(
                cluster,
                groups,
                List.of(table("clients", Optional.empty()), table("requests", window())),
                frontends,
                backends);
    }

    private static Optional<Duration> window() {
        return Optional.of(Duration.ofSeconds(10));
    }

    private static TableConfig table(String name, Optional<Duration> window) {
        return new TableConfig(name, TableConfig.Key.SOURCE, Duration.ofMinutes(1), 1_000, window);
    }

    private static BackendConfig backend(
            String name, Sticky sticky, List<InetSocketAddress> addresses) {
        List<BackendConfig.Server> servers =
                addresses.stream()
                        .map(at -> new BackendConfig.Server("web" + at.getPort(), at, 1, false))
                        .toList();
        Probe probe = new Probe.Http("GET", "/health", Optional.empty(), 200);
        // A patient check: on a busy machine a probe may wait, and that is no failure.
        Check check = new Check(probe, Duration.ofMillis(300), Duration.ofSeconds(30), 2, 2);
        return new BackendConfig(
                name,
                Balance.ROUND_ROBIN,
                sticky,
                Optional.of(check),
                servers,
                BackendConfig.Timeouts.DEFAULTS,
                BackendConfig.RETRIES_DEFAULT,
                BackendConfig.IDLE_CONNECTIONS_DEFAULT);
    }

    private static FrontendConfig http(String name, List<Rule> rules, Route... routes) {
        return frontend(name, Mode.HTTP, fixed(), rules, routes);
    }

    static FrontendConfig frontend(
            String name, Mode mode, Bind bind, List<Rule> rules, Route... routes) {
        return new FrontendConfig(
                name,
                bind,
                mode,
                rules,
                List.of(routes),
                List.of(),
                Optional.empty(),
                FrontendConfig.Timeouts.DEFAULTS,
                FrontendConfig.Limits.DEFAULTS);
    }

    private static Bind fixed() {
        return new Bind.Fixed(LOOPBACK, 0);
    }

    private static Route route(String backend) {
        return route(new Condition.Always(), backend);
    }

    private static Route route(Condition when, String backend) {
        return new Route(when, backend);
    }
}
