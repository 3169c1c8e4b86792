package proa.node.reload;

import proa.cluster.member.Member;
import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.HealthConfig;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.haproxy.Figures;
import proa.node.haproxy.Trend;
import proa.node.haproxy.Trends;
import proa.node.listener.EventLoops;
import proa.node.listener.Listener;
import proa.node.log.LogCounters;
import proa.node.record.FrontendCounters;
import proa.node.record.Latency;
import proa.node.rules.Counters;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** This node as programs see it that know HAProxy. */
final class NodeFigures implements Figures, AutoCloseable {

    /** Before names of lines, for {@link Trends}. */
    private static final String FRONTEND = "frontend ";

    private static final String BACKEND = "backend ";
    private static final String SERVER = "server ";
    private static final String PROCESS = "process";

    private final String node;
    private final Instant began;
    private final EventLoops loops;
    private final Generations generations;
    private final Frontends frontends;
    private final Member member;
    private final Recorders recorders;
    private final Counters tables;
    private final IdleTime idle = new IdleTime();
    private final Trends trends;

    NodeFigures(
            String node,
            Instant began,
            EventLoops loops,
            Generations generations,
            Frontends frontends,
            Member member,
            Recorders recorders,
            Counters tables) {
        this.node = node;
        this.began = began;
        this.loops = loops;
        this.generations = generations;
        this.frontends = frontends;
        this.member = member;
        this.recorders = recorders;
        this.tables = tables;
        trends = Trends.start(this::looks);
    }

    @Override
    public void close() {
        trends.close();
    }

    private ProaConfig config() {
        return generations.current().config();
    }

    @Override
    public Running process() {
        ProaConfig now = config();
        Collection<FrontendCounters> counted = recorders.all();
        return new Running(
                node,
                ProcessHandle.current().pid(),
                loops.loops().size(),
                began,
                Duration.between(began, Instant.now()),
                frontends.connections(),
                now.frontends().stream().mapToLong(each -> each.limits().connectionsMax()).sum(),
                counted.stream().mapToLong(FrontendCounters::connections).sum(),
                counted.stream().mapToLong(FrontendCounters::requests).sum(),
                counted.stream().mapToLong(FrontendCounters::sent).sum(),
                frontends.open().size(),
                recorders.logs().counters().values().stream().mapToLong(LogCounters::dropped).sum(),
                idle.percent(),
                trends.of(PROCESS));
    }

    /** The counters of a frontend whose mode is counted. */
    private Stream<FrontendCounters> counted(FrontendConfig frontend) {
        return frontend.mode() == Mode.HTTP || frontend.mode() == Mode.TCP
                ? Stream.of(recorders.counters(frontend.name()))
                : Stream.empty();
    }

    @Override
    public List<Frontend> frontends() {
        Map<String, Listener> open = frontends.open();
        return config().frontends().stream()
                .map(each -> frontend(each, Optional.ofNullable(open.get(each.name()))))
                .toList();
    }

    private Frontend frontend(FrontendConfig frontend, Optional<Listener> listener) {
        return new Frontend(
                frontend.name(),
                mode(frontend.mode()),
                listener.map(Listener::connections).orElse(0),
                listener.map(Listener::connectionsMost).orElse(0),
                frontend.limits().connectionsMax(),
                listener.map(Listener::connectionsDenied).orElse(0L),
                listener.isPresent() || frontend.forwarding().byKernel(),
                counted(frontend).findFirst(),
                trends.of(FRONTEND + frontend.name()));
    }

    /** A look at every line, for {@link Trends}. */
    private Map<String, Trend.Look> looks() {
        idle.look(System.nanoTime(), loops.loops().size());
        Map<String, Trend.Look> looks = new HashMap<>();
        for (FrontendConfig frontend : config().frontends()) {
            counted(frontend).forEach(each -> looks.put(FRONTEND + frontend.name(), look(each)));
        }
        looks.put(
                PROCESS,
                recorders.all().stream()
                        .map(NodeFigures::look)
                        .reduce(new Trend.Look(0, 0, 0, 0, 0, 0, 0, null), Trend.Look::plus));
        Generation now = generations.current();
        for (BackendConfig backend : now.config().backends()) {
            look(now.pools().pool(backend.name()), looks);
        }
        return looks;
    }

    private static Trend.Look look(FrontendCounters counters) {
        return new Trend.Look(
                counters.connections(), counters.requests(), counters.sent(), 0, 0, 0, 0, null);
    }

    private static void look(Pool pool, Map<String, Trend.Look> looks) {
        long total = pool.gone().total();
        for (PooledServer server : pool.servers()) {
            total += server.total();
            looks.put(
                    SERVER + pool.name() + "/" + server.name(),
                    new Trend.Look(
                            server.total(), 0, 0, 0, 0, 0, 0, server.counters().timing().sums()));
        }
        Latency latency = pool.counters().latency();
        looks.put(
                BACKEND + pool.name(),
                new Trend.Look(
                        total,
                        0,
                        0,
                        pool.current(),
                        pool.waiting(),
                        latency.count(),
                        latency.sumNanos(),
                        pool.counters().timing().sums()));
    }

    private static String mode(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<Backend> backends() {
        Generation now = generations.current();
        return now.config().backends().stream()
                .map(each -> backend(now.config(), each, now.pools().pool(each.name())))
                .toList();
    }

    private Backend backend(ProaConfig config, BackendConfig backend, Pool pool) {
        return new Backend(
                backend.name(),
                modeOf(config, backend.name()),
                algorithm(backend.balance()),
                backend.sticky() instanceof Sticky.Cookie cookie ? cookie.cookie().name() : "",
                pool.waiting(),
                backend.spreading().limits().queue(),
                pool.gone(),
                pool.counters(),
                trends.of(BACKEND + backend.name()),
                pool.servers().stream().map(server -> server(backend, server)).toList());
    }

    /** A backend has no mode of its own: that of the frontends that lead there. */
    private static String modeOf(ProaConfig config, String backend) {
        return config.frontends().stream()
                .filter(each -> leadsTo(each, backend))
                .map(each -> mode(each.mode()))
                .findFirst()
                .orElse("");
    }

    private static boolean leadsTo(FrontendConfig frontend, String backend) {
        return frontend.routes().stream().anyMatch(route -> route.backend().equals(backend));
    }

    private static String algorithm(Balance balance) {
        return switch (balance) {
            case ROUND_ROBIN -> "roundrobin";
            case STATIC_ROUND_ROBIN -> "static-rr";
            case LEAST_CONNECTIONS -> "leastconn";
            case HASH, RANDOM, TWO_CHOICES, LEAST_TIME, PEAK_EWMA, FIRST ->
                    balance.name().toLowerCase(Locale.ROOT).replace('_', '-');
        };
    }

    private Server server(BackendConfig backend, PooledServer server) {
        return new Server(
                server.name(),
                server.address(),
                backend.check().isPresent(),
                server.health(),
                server.up(),
                server.order(),
                server.weight(),
                server.configuredWeight(),
                server.sharePercent(),
                server.backup(),
                server.current(),
                server.most(),
                server.connectionsMax(),
                server.total(),
                server.connectFailures(),
                server.counters(),
                trends.of(SERVER + backend.name() + "/" + server.name()),
                new Contact(
                        backend.tls().isPresent(),
                        backend.check().flatMap(BackendConfig.Check::port),
                        backend.health().agent().map(HealthConfig.Agent::port)));
    }

    @Override
    public List<Table> tables() {
        return config().tables().stream()
                .map(
                        each ->
                                new Table(
                                        each.name(),
                                        type(each.key()),
                                        each.entries(),
                                        member.table(each.name()).size(),
                                        rows(each).types()))
                .toList();
    }

    private TableRows rows(TableConfig table) {
        return new TableRows(config(), table, member.table(table.name()));
    }

    @Override
    public void rows(String table, Predicate<Row> visitor) {
        TableConfig of = config().table(table).orElseThrow();
        TableRows rows = rows(of);
        member.table(table)
                .keys(
                        key ->
                                rows.row(key, TableKeys.text(of, key))
                                        .map(visitor::test)
                                        .orElse(true));
    }

    @Override
    public Optional<Row> row(String table, String key) {
        TableConfig of = config().table(table).orElseThrow();
        TableRows rows = rows(of);
        return TableKeys.keys(of, key, tables).stream()
                .flatMap(each -> rows.row(each, key).stream())
                .findFirst();
    }

    private static String type(TableConfig.Key key) {
        return switch (key) {
            case SOURCE, NETWORK -> "ip";
            case TEXT -> "string";
            case INTEGER -> "integer";
        };
    }

    @Override
    public List<Captured> captured() {
        return config().frontends().stream()
                .map(each -> recorders.counters(each.name()))
                .map(each -> new Captured(each.name(), each.malformed(), each.captured()))
                .toList();
    }
}
