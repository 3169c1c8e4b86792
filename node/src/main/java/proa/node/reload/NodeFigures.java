package proa.node.reload;

import proa.cluster.member.Member;
import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.haproxy.Figures;
import proa.node.listener.EventLoops;
import proa.node.listener.Listener;
import proa.node.rules.Counters;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** This node as programs see it that know HAProxy. */
final class NodeFigures implements Figures {

    private final String node;
    private final Instant began;
    private final EventLoops loops;
    private final Generations generations;
    private final Frontends frontends;
    private final Member member;
    private final Recorders recorders;
    private final Counters tables;

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
    }

    private ProaConfig config() {
        return generations.current().config();
    }

    @Override
    public Running process() {
        return new Running(
                node,
                ProcessHandle.current().pid(),
                loops.loops().size(),
                began,
                Duration.between(began, Instant.now()),
                frontends.connections(),
                config().frontends().stream()
                        .mapToLong(each -> each.limits().connectionsMax())
                        .sum());
    }

    @Override
    public List<Frontend> frontends() {
        Map<String, Listener> open = frontends.open();
        return config().frontends().stream()
                .map(
                        each -> {
                            Listener listener = open.get(each.name());
                            return new Frontend(
                                    each.name(),
                                    mode(each.mode()),
                                    listener == null ? 0 : listener.connections(),
                                    each.limits().connectionsMax(),
                                    listener != null);
                        })
                .toList();
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

    private static Backend backend(ProaConfig config, BackendConfig backend, Pool pool) {
        boolean checked = backend.check().isPresent();
        return new Backend(
                backend.name(),
                modeOf(config, backend.name()),
                algorithm(backend.balance()),
                backend.sticky() instanceof Sticky.Cookie cookie ? cookie.cookie().name() : "",
                pool.waiting(),
                backend.spreading().limits().queue(),
                pool.servers().stream().map(server -> server(server, checked)).toList());
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

    private static Server server(PooledServer server, boolean checked) {
        return new Server(
                server.name(),
                server.address(),
                checked,
                server.health(),
                server.up(),
                server.order(),
                server.weight(),
                server.configuredWeight(),
                server.backup(),
                server.current(),
                server.connectionsMax(),
                server.total(),
                server.connectFailures());
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
        return rows(of).row(TableKeys.key(of, key, tables), key);
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
