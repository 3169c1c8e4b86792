package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A backend at run time. Event loops ask for destinations; whoever probes reports health; any
 * thread may do either.
 *
 * <p>Primaries come first; backup servers take over when no primary is usable, or when this request
 * has tried them all in vain.
 */
public final class Pool {

    private final BackendConfig config;
    private final List<PooledServer> servers;
    private final Map<String, PooledServer> byName;
    private final Stickiness stickiness;
    private final AtomicInteger changes = new AtomicInteger();
    private volatile boolean panicking;
    private volatile Tiers tiers;

    Pool(
            BackendConfig config,
            List<PooledServer> servers,
            Function<String, StickyEntries> stickyTables) {
        this.config = config;
        this.servers = List.copyOf(servers);
        byName =
                servers.stream().collect(Collectors.toMap(PooledServer::name, Function.identity()));
        stickiness = stickiness(config.sticky(), stickyTables);
        tiers = tiers();
    }

    public String name() {
        return config.name();
    }

    public BackendConfig config() {
        return config;
    }

    /** All servers, in the order written. */
    public List<PooledServer> servers() {
        return servers;
    }

    /** The choice of servers for one request or connection; the facts are read now and not kept. */
    public Destination destination(Facts facts) {
        return new Choice(this, stickiness.client(facts));
    }

    /** Takes note of a server's health; requests from now on are spread accordingly. */
    public void health(PooledServer server, Health health) {
        change(server, standing -> standing.with(health));
    }

    /** Takes note that a server is out because it failed live traffic, or no longer. */
    public void ejected(PooledServer server, boolean ejected) {
        change(server, standing -> standing.ejected(ejected));
    }

    /**
     * Takes note of what a server's agent says.
     *
     * @param weightPercent share of the configured weight
     */
    public void agent(PooledServer server, Order order, boolean working, int weightPercent) {
        change(server, standing -> standing.agent(order, working, weightPercent));
    }

    /** Whether so few servers are up that all are used as if they were. */
    public boolean panicking() {
        return panicking;
    }

    private void change(PooledServer server, UnaryOperator<Standing> change) {
        server.change(change);
        changes.incrementAndGet();
        int seen;
        do { // two reports at once: whoever publishes last has looked after both
            seen = changes.get();
            panicking = Panic.threatens(servers, config.health().panicBelowPercent());
            servers.forEach(each -> each.panic(panicking));
            tiers = tiers();
        } while (seen != changes.get());
    }

    /** A server by the name a cookie or an entry carries, or null. */
    @Nullable PooledServer named(@Nullable String server) {
        return server == null ? null : byName.get(server);
    }

    /** The algorithm's choice for a new client, or null when no server is left. */
    @Nullable PooledServer choose(Tried tried) {
        Tiers now = tiers;
        PooledServer primary = now.primaries.choose(tried);
        return primary == null ? now.backups.choose(tried) : primary;
    }

    @Nullable String hiddenCookie() {
        return stickiness.hiddenCookie();
    }

    private Tiers tiers() {
        return new Tiers(
                algorithm(Predicate.not(PooledServer::backup)), algorithm(PooledServer::backup));
    }

    private Algorithm algorithm(Predicate<PooledServer> tier) {
        List<PooledServer> usable =
                servers.stream().filter(tier.and(PooledServer::usable)).toList();
        return Algorithm.of(config.balance(), usable);
    }

    private Stickiness stickiness(
            BackendConfig.Sticky sticky, Function<String, StickyEntries> tables) {
        return switch (sticky) {
            case BackendConfig.Sticky.Off() -> new Stickiness.Off();
            case BackendConfig.Sticky.CookieInsert(var cookie) -> new CookieStickiness(cookie);
            case BackendConfig.Sticky.Table(var table, var firstChoice) ->
                    new TableStickiness(tables.apply(table), hash(firstChoice));
        };
    }

    private @Nullable HashWalk hash(BackendConfig.FirstChoice firstChoice) {
        return switch (firstChoice) {
            case HASH -> new HashWalk(servers);
            case ALGORITHM -> null;
        };
    }

    /** The usable servers of the moment, primaries and backups. */
    private record Tiers(Algorithm primaries, Algorithm backups) {}
}
