package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.FirstChoice;
import proa.config.BackendConfig.Sticky;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.Hash;
import proa.config.spread.KeyTable;
import proa.config.spread.Maglev;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;
import proa.node.exchange.Later;
import proa.node.message.Edits;
import proa.node.message.FormScanner;
import proa.node.record.BackendCounters;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * A backend at run time. Event loops ask for destinations; whoever probes reports health, and the
 * operator changes weights and states; any thread may do any of it.
 *
 * <p>What changes rarely is computed when it does: an order of the servers for new clients ({@link
 * Tiers}), swapped as one reference.
 */
public final class Pool {

    /** What a pool hashes by that has no {@code hash}: the clients of a sticky table. */
    private static final Hash OF_CLIENTS =
            new Hash(
                    new SpreadingConfig.HashKey.Source(false),
                    SpreadingConfig.Method.MAGLEV,
                    Optional.empty());

    private final BackendConfig config;
    private final List<PooledServer> servers;
    private final Map<String, PooledServer> byName;
    private final Stickiness stickiness;
    private final @Nullable RequestKey key;
    private final boolean hashesClients;
    private final Set<String> elsewhere;
    private final Algorithms algorithms;
    private final Admission admission;
    private final BackendCounters counters;
    private volatile Gone gone = Gone.NOTHING;
    private final LongSupplier nanoTime;
    private final InstantSource time;
    private final long slowStartNanos;
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicBoolean growing = new AtomicBoolean();
    private volatile @Nullable Pool before;
    private volatile @Nullable Pool after;
    private volatile double movedShare;
    private volatile boolean panicking;
    private volatile Lineup lineup;

    /**
     * Sets a pool up.
     *
     * @param before the same backend's in the configuration before, whose place it is to take; or
     *     null
     * @param later has those looked after who wait for a server's next turn
     * @param elsewhere names of servers that only other backends have that share its table
     */
    Pool(
            BackendConfig config,
            List<PooledServer> servers,
            Function<String, StickyEntries> stickyTables,
            LongSupplier nanoTime,
            InstantSource time,
            Dice dice,
            @Nullable Pool before,
            Later later,
            Set<String> elsewhere) {
        this.elsewhere = elsewhere;
        this.config = config;
        this.before = before;
        this.servers = List.copyOf(servers);
        this.nanoTime = nanoTime;
        this.time = time;
        byName =
                servers.stream().collect(Collectors.toMap(PooledServer::name, Function.identity()));
        stickiness = Stickiness.of(config, stickyTables, time, elsewhere);
        SpreadingConfig spreading = config.spreading();
        Hash hash = spreading.hash().orElse(OF_CLIENTS);
        key = config.balance() == Balance.HASH ? RequestKey.of(hash.key()) : null;
        hashesClients =
                config.sticky() instanceof Sticky.Table(_, _, FirstChoice choice)
                        && choice == FirstChoice.HASH;
        KeyTables tables = new KeyTables(hash.method());
        algorithms = new Algorithms(config.balance(), hash, tables, nanoTime, dice);
        Admission counting = before == null ? null : before.admission;
        admission = new Admission(this.servers, spreading.limits(), counting, later);
        counters = before == null ? new BackendCounters(config.name()) : before.counters;
        if (before == null) {
            counters.follow(this::current, this::waiting);
        }
        slowStartNanos = spreading.slowStart().map(Duration::toNanos).orElse(0L);
        lineup = newLineup();
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

    /** What servers had that it has no more. */
    public Gone gone() {
        return gone;
    }

    /** What it has had since the start of the node, in whatever configuration. */
    public BackendCounters counters() {
        return counters;
    }

    /** Requests or connections that its servers have now. */
    public int current() {
        int sum = 0;
        for (PooledServer server : servers) {
            sum += server.current();
        }
        return sum;
    }

    /** Requests or connections that wait for a server with room. */
    public int waiting() {
        return admission.waiting();
    }

    /** The choice of servers for one request or connection; the facts are read now and not kept. */
    public Destination destination(Facts facts) {
        RequestKey by = key;
        long hash = by == null ? RequestKey.NONE : by.of(facts);
        FormScanner form = by == null || hash != RequestKey.NONE ? null : by.form(facts);
        return new Choice(this, stickiness.client(facts), hash, form);
    }

    /** Whether the head of that request has what this is hashed by. */
    public boolean hashes(Facts facts) {
        RequestKey by = key;
        return by != null && by.of(facts) != RequestKey.NONE;
    }

    /** Takes note of a server's health, and why; requests are spread accordingly from now on. */
    public void health(PooledServer server, Health health, String why) {
        change(server, () -> server.change(standing -> standing.with(health)), why);
    }

    /** Takes note that a server is out because it failed live traffic, or no longer, and why. */
    public void ejected(PooledServer server, boolean ejected, String why) {
        change(server, () -> server.change(standing -> standing.ejected(ejected)), why);
    }

    /**
     * Takes note of what a server's agent says.
     *
     * @param weightPercent share of its weight
     */
    public void agent(PooledServer server, Order order, boolean working, int weightPercent) {
        Runnable deed = () -> server.change(now -> now.agent(order, working, weightPercent));
        change(server, deed, "its agent");
    }

    private void change(PooledServer server, Runnable deed, String why) {
        boolean before = server.usable();
        String was = server.condition();
        deed.run();
        changed(server, before);
        become(server, was, why);
    }

    /** Whether so few servers are up that all are used as if they were. */
    public boolean panicking() {
        return panicking;
    }

    /**
     * Takes the place of the pool before. What nobody says any more of a server is forgotten: the
     * verdict of a check that is gone, the weight that the operator gave when the file has another
     * now, the start of a share that does not grow any more.
     */
    void takeOver() {
        Pool old = before;
        for (PooledServer server : servers) {
            String stood = server.condition();
            server.change(this::asFarAsSaid);
            if (slowStartNanos == 0) {
                server.grown();
            }
            become(server, stood, "the configuration");
            PooledServer was = old == null ? null : old.named(server.name());
            if (was != null
                    && was.isSameAs(server)
                    && was.configuredWeight() != server.configuredWeight()) {
                server.weight(ServerState.AS_CONFIGURED);
            }
        }
        counters.follow(this::current, this::waiting);
        if (old != null) {
            gone = old.gone.and(old.servers, servers);
            old.after = this; // first: who reports to the old one tells this, or is seen here
        }
        renew();
        if (old != null) {
            double moved = movedFrom(old).orElse(0);
            movedShare = moved > 0 ? moved : old.movedShare;
        }
    }

    private Standing asFarAsSaid(Standing standing) {
        Standing said = config.check().isPresent() ? standing : standing.with(Health.UP);
        said = config.health().passive().isPresent() ? said : said.ejected(false);
        return config.health().agent().isPresent() ? said : said.withoutAgent();
    }

    /** Nobody asks it any more; who waits by an older one hears from its successor. */
    void retire() {
        servers.forEach(PooledServer::retire);
        admission.retire();
        Pool older = before;
        Pool newer = after;
        if (newer != null) {
            newer.before = older;
            if (older != null) {
                older.after = newer;
            }
        }
    }

    /** Takes note of what the operator wants of a server, and who that is. */
    public void order(PooledServer server, Order order, String why) {
        change(server, () -> server.order(order), why);
    }

    private void become(PooledServer server, String was, String why) {
        server.counters().changes().is(time.instant(), was, server.condition(), why);
    }

    /**
     * Gives a server another weight, from the next request on. With a hash this moves keys, which
     * {@link #keys()} tells; nodes with different weights choose different servers.
     *
     * @param weight 0 to 256
     */
    public void weight(PooledServer server, int weight) {
        if (weight < 0 || weight > Maglev.Entry.WEIGHT_MAX) {
            throw new IllegalArgumentException("weight " + weight + " of " + server);
        }
        reweigh(server, weight);
    }

    /** Gives a server the weight of the file again. */
    public void weightAsConfigured(PooledServer server) {
        reweigh(server, ServerState.AS_CONFIGURED);
    }

    private void reweigh(PooledServer server, int weight) {
        boolean before = server.usable();
        Hashed was = hashed();
        server.weight(weight);
        changed(server, before);
        Hashed is = hashed();
        if (was != null && was.table() != null && is != null && is.table() != null) {
            movedShare = KeyTable.moved(was.table(), is.table());
        }
    }

    /**
     * How the keys of a pool with a hash are spread.
     *
     * @param awayShare share of all keys, 0 to 1, whose own server cannot be used now
     * @param movedShare share of all keys that the last change of a weight or of servers moved
     */
    public record Keys(double awayShare, double movedShare) {}

    /** How the keys are spread; empty where nothing is hashed. Takes a millisecond. */
    public Optional<Keys> keys() {
        Hashed hashed = hashed();
        return hashed == null ? Optional.empty() : Optional.of(new Keys(hashed.away(), movedShare));
    }

    /**
     * The share of all keys, 0 to 1, that have another server here than there; empty unless both
     * hash.
     */
    public OptionalDouble movedFrom(Pool other) {
        Hashed was = other.hashed();
        Hashed is = hashed();
        return was == null || was.table() == null || is == null || is.table() == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(KeyTable.moved(was.table(), is.table()));
    }

    /** What new clients are hashed by first, or null. */
    private @Nullable Hashed hashed() {
        Lineup now = lineup;
        Tiers tiers = now.clients == null ? now.tiers : now.clients;
        return tiers.first() instanceof Hashed hashed ? hashed : null;
    }

    /** Names of servers that only other backends have that share its table. */
    Set<String> elsewhere() {
        return elsewhere;
    }

    Admission admission() {
        return admission;
    }

    /** A server by the name a cookie or an entry carries, or null. */
    public @Nullable PooledServer named(@Nullable String server) {
        return server == null ? null : byName.get(server);
    }

    /**
     * The choice for a new client, or null when no server is left or none has room.
     *
     * @param client hash of a client that a hash chooses for, or {@link RequestKey#NONE}
     * @param request hash of what the pool is hashed by, or {@link RequestKey#NONE}
     */
    @Nullable PooledServer choose(Tried tried, long client, long request) {
        Lineup now = lineup;
        if (now.growing && nanoTime.getAsLong() - now.growsNanos >= 0) {
            grow();
            now = lineup;
        }
        Tiers clients = now.clients;
        return clients == null || client == RequestKey.NONE
                ? now.tiers.choose(tried, request)
                : clients.choose(tried, client);
    }

    /** The name of the server that a client belongs to by what it brings, or null. */
    public @Nullable String belongsTo(Facts facts) {
        return stickiness.client(facts).server();
    }

    /** Whether new clients may be sent to this server, if it has room. */
    public boolean uses(PooledServer server) {
        return lineup.tiers.uses(server);
    }

    /** Whether a request that found no server lacks only room. */
    boolean isWorthWaiting(Tried tried) {
        return admission.limited()
                && servers.stream().anyMatch(server -> uses(server) && !tried.has(server));
    }

    /** Whether the algorithm wants to know response times. */
    boolean measures() {
        return config.balance() == Balance.LEAST_TIME || config.balance() == Balance.PEAK_EWMA;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** A server has begun to answer what it was asked then. */
    void answered(PooledServer server, long askedNanos) {
        long now = nanoTime.getAsLong();
        boolean peak = config.balance() == Balance.PEAK_EWMA;
        server.responseTime().sample(Math.max(0, now - askedNanos), now, peak);
    }

    @Nullable String hiddenCookie() {
        return stickiness.hiddenCookie();
    }

    @Nullable Edits edits(@Nullable Edits ofRules, Choice choice) {
        return stickiness.edits(ofRules, choice);
    }

    /**
     * What became of the cookies that clients brought.
     *
     * @param forged were not signed by us
     * @param expired were too old
     */
    public record Cookies(long forged, long expired) {}

    /** The cookies since the start; empty where none says anything. */
    public Optional<Cookies> cookies() {
        return Optional.ofNullable(stickiness.marks())
                .map(marks -> new Cookies(marks.forged(), marks.expired()));
    }

    private void changed(PooledServer server, boolean usableBefore) {
        Pool newer = after;
        if (newer != null) { // who reports has not heard of it yet
            newer.changed(server, usableBefore);
            return;
        }
        if (!usableBefore && server.usable()) {
            server.comesBack(slowStartNanos, nanoTime.getAsLong());
        }
        renew();
        askAgain();
    }

    /** Who is up, and whether anybody is. */
    private void note() {
        long now = nanoTime.getAsLong();
        boolean any = false;
        for (PooledServer server : servers) {
            server.counters().availability().is(server.up(), now);
            any |= server.up();
        }
        counters.availability().is(any, now);
    }

    private void askAgain() {
        if (admission.limited()) {
            admission.serversChanged();
        }
        Pool old = before;
        if (old != null) {
            old.askAgain();
        }
    }

    private void renew() {
        changes.incrementAndGet();
        int seen;
        do { // two reports at once: whoever publishes last has looked after both
            seen = changes.get();
            panicking = Panic.threatens(servers, config.health().panicBelowPercent());
            if (after == null) { // what configurations share is as the newest one sees it
                servers.forEach(each -> each.panic(panicking));
                note();
            }
            lineup = newLineup();
        } while (seen != changes.get());
        Pool old = before;
        if (old != null) { // for what is under way there, and may look for another server
            old.renew();
        }
    }

    /** One event loop does it; the others go on with what there is. */
    private void grow() {
        if (growing.compareAndSet(false, true)) {
            try {
                renew();
            } finally {
                growing.set(false);
            }
        }
    }

    private Lineup newLineup() {
        long now = slowStartNanos > 0 ? nanoTime.getAsLong() : 0;
        long next = Long.MAX_VALUE;
        boolean grows = false;
        for (PooledServer server : servers) {
            if (slowStartNanos > 0 && server.growing()) {
                next = Math.min(next, server.grow(slowStartNanos, now) - now);
                grows |= server.growing();
            }
        }
        int activeMin = config.spreading().activeMin();
        return new Lineup(
                Tiers.of(servers, activeMin, algorithms::of),
                hashesClients ? Tiers.of(servers, activeMin, algorithms::hashed) : null,
                grows,
                now + next);
    }

    /**
     * Who gets new clients.
     *
     * @param clients the order for clients that a hash chooses for; null without
     * @param growing whether it is to be made anew at {@code growsNanos}
     */
    private record Lineup(Tiers tiers, @Nullable Tiers clients, boolean growing, long growsNanos) {}
}
