package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.HealthConfig.Failure;
import proa.config.spread.Maglev;
import proa.node.exchange.Security;
import proa.node.exchange.Server;
import proa.node.record.ServerCounters;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * A server of a running pool: its health and its load. When another configuration has the same
 * server, they share its {@link ServerState}. Safe from any thread.
 */
public final class PooledServer implements Server {

    /** Steps in which the share of a server that has come back grows. */
    static final int STEPS = 10;

    /** Comes after every tier. */
    static final int RANK_OF_BACKUPS = Integer.MAX_VALUE;

    private static final int UNLIMITED = Integer.MAX_VALUE;
    private static final int WHOLE_PERCENT = 100;

    private final BackendConfig.Server config;
    private final ServerState state;
    private final int connectionsMax;
    private final @Nullable Allowance allowance;
    private final @Nullable SourceTurn sources;
    private volatile @Nullable Admission admission;
    private volatile @Nullable Security security;

    /**
     * A server as one configuration has it.
     *
     * @param state its own, or that of the same server in the configuration before
     * @param allowance how often it is given something; null: as often as there is something
     * @param sources where connections to it come from; null: the kernel chooses
     */
    PooledServer(
            BackendConfig.Server config,
            ServerState state,
            @Nullable Allowance allowance,
            @Nullable SourceTurn sources) {
        this.allowance = allowance;
        this.sources = sources;
        this.config = config;
        this.state = state;
        this.connectionsMax = config.connectionsMax().orElse(UNLIMITED);
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public int index() {
        return state.index();
    }

    @Override
    public InetSocketAddress address() {
        return config.address();
    }

    @Override
    public ServerCounters counters() {
        return state.counters();
    }

    @Override
    public Object identity() {
        return state;
    }

    @Override
    public void ended() {
        state.current().decrementAndGet();
        Admission waiting = admission;
        if (waiting != null) {
            waiting.left(this);
        }
        state.tellOthers(this);
    }

    @Override
    public void connectFailed(String requestId) {
        state.connectFailures().increment();
        state.failed(Failure.CONNECT, requestId);
    }

    @Override
    public void portLacks() {
        state.portsLacking().increment();
    }

    @Override
    public @Nullable InetSocketAddress source() {
        SourceTurn from = sources;
        return from == null ? null : from.next();
    }

    @Override
    public boolean sourceLacks(long nowNanos) {
        return state.sourceLacks(nowNanos);
    }

    @Override
    public void failed(Failure failure, String requestId) {
        state.failed(failure, requestId);
    }

    /**
     * Calls this back too, on an event loop and without blocking it, when traffic failed: with the
     * id of the request, which is empty when it has none.
     */
    public void onFailure(BiConsumer<Failure, String> callback) {
        state.watch(callback);
    }

    /** Calls this back no longer. */
    public void noLongerOnFailure(BiConsumer<Failure, String> callback) {
        state.unwatch(callback);
    }

    /** Whether the other one is the same server, as another configuration has it. */
    public boolean isSameAs(PooledServer other) {
        return state == other.state;
    }

    /** Most requests or connections that it gets from this node at a time; empty: unlimited. */
    public Optional<Integer> connectionsMax() {
        return config.connectionsMax();
    }

    ServerState state() {
        return state;
    }

    @Override
    public @Nullable Security security() {
        return security;
    }

    /** Connections to it are secured like this from now on. */
    public void secure(Security with) {
        security = with;
    }

    /** Share of new requests relative to the others, 0 to 256; 0: none. */
    public int weight() {
        return weight(standing());
    }

    /**
     * Its weight without what its agent says: keys are hashed by it, for each node asks the agent
     * at another time.
     */
    int ownWeight() {
        int given = state.weight();
        return given == ServerState.AS_CONFIGURED ? config.weight() : given;
    }

    /** Its weight without what its agent says: the operator's, else the file's. */
    public int givenWeight() {
        return ownWeight();
    }

    /** The weight in the file. */
    public int configuredWeight() {
        return config.weight();
    }

    private int weight(Standing now) {
        int percent = now.weightPercent();
        int own = ownWeight();
        return percent == WHOLE_PERCENT
                ? own
                : Math.min(Maglev.Entry.WEIGHT_MAX, Math.ceilDiv(own * percent, WHOLE_PERCENT));
    }

    /** Whether it is used only when every other server is down. */
    public boolean backup() {
        return config.backup();
    }

    public Health health() {
        return standing().health();
    }

    /** Everything that decides whether it gets traffic. */
    public Standing standing() {
        return state.standing().get();
    }

    /** What is asked to do with it: the stricter of what the operator and its agent want. */
    public Order order() {
        Order asked = state.order();
        Order agent = standing().order();
        return asked.compareTo(agent) < 0 ? agent : asked;
    }

    /** What the operator asked to do with it. */
    public Order ordered() {
        return state.order();
    }

    /** Requests or connections it has now. */
    public int current() {
        return state.current().get();
    }

    /** The most that it had at a time since the start. */
    public int most() {
        return state.most();
    }

    /** Its share while it grows back after being down, in percent; 100: all of it. */
    public int sharePercent() {
        return state.step() * WHOLE_PERCENT / STEPS;
    }

    /** Requests or connections it was given since the start. */
    public long total() {
        return state.total().sum();
    }

    /** Of the connections that could not be established, those for want of a local port. */
    public long portsLacking() {
        return state.portsLacking().sum();
    }

    /** Of those, the ones that were to come from an address that this host does not have. */
    public long sourcesMissing() {
        return state.sourcesMissing().sum();
    }

    /** Connections to it that could not be established since the start. */
    public long connectFailures() {
        return state.connectFailures().sum();
    }

    @Override
    public boolean serves() {
        return up();
    }

    /** What keeps it from new clients, in a word; {@code up} if nothing does. */
    public String condition() {
        Standing now = standing();
        if (order() == Order.MAINTENANCE) {
            return "maintenance";
        }
        if (now.health() == Health.DOWN) {
            return "down";
        }
        if (now.ejected()) {
            return "ejected";
        }
        if (!now.working()) {
            return "not working";
        }
        if (order() == Order.DRAIN) {
            return "drain";
        }
        return now.health() == Health.UP ? "up" : "unchecked";
    }

    /** Whether a client that belongs to it may go on with it. */
    public boolean up() {
        return up(standing());
    }

    private boolean up(Standing now) {
        return state.order() != Order.MAINTENANCE
                && (now.up() || state.panic() && now.order() != Order.MAINTENANCE);
    }

    /** Whether it takes new clients. */
    public boolean usable() {
        Standing now = standing();
        return up(now)
                && state.order() == Order.READY
                && now.order() == Order.READY
                && weight(now) > 0;
    }

    /** Whether it may have one more now. */
    boolean hasRoom() {
        Allowance often = allowance;
        return hasPlace() && (often == null || often.any());
    }

    /** Whether it has fewer at a time than it may. */
    boolean hasPlace() {
        return connectionsMax == UNLIMITED || current() < connectionsMax;
    }

    /** Whether there is a limit to what it may have. */
    boolean limited() {
        return connectionsMax != UNLIMITED || allowance != null;
    }

    /** How often it is given something; null: as often as there is something. */
    @Nullable Allowance allowance() {
        return allowance;
    }

    /** Counts one more; false when it has as many as it may, or had them as often as it may. */
    boolean take() {
        Allowance often = allowance;
        if (often == null) {
            return count();
        }
        if (!often.take()) {
            return false;
        }
        if (count()) {
            return true;
        }
        often.giveBack();
        return false;
    }

    private boolean count() {
        if (connectionsMax == UNLIMITED) {
            state.reached(state.current().incrementAndGet());
        } else {
            int before;
            do {
                before = state.current().get();
                if (before >= connectionsMax) {
                    return false;
                }
            } while (!state.current().compareAndSet(before, before + 1));
            state.reached(before + 1);
        }
        state.total().increment();
        return true;
    }

    /** Undoes {@link #take}: nothing was sent. */
    void giveBack() {
        state.total().decrement();
        Allowance often = allowance;
        if (often != null) {
            often.giveBack();
        }
        ended();
    }

    /** Where it stands in the order of use: its tier, or behind all of them. */
    int rank() {
        return backup() ? RANK_OF_BACKUPS : config.tier();
    }

    /** Its weight in tenths, less while it grows back. */
    int share() {
        return weight() * state.step();
    }

    ResponseTime responseTime() {
        return state.responseTime();
    }

    void change(UnaryOperator<Standing> change) {
        state.standing().updateAndGet(change);
    }

    /** So few are up that it is used as if it were. */
    void panic(boolean now) {
        state.panic(now);
    }

    void order(Order now) {
        state.order(now);
    }

    void weight(int now) {
        state.weight(now);
    }

    /** Tells those who wait when something ends. */
    void admission(Admission told) {
        admission = told;
        state.await(this);
    }

    @Nullable Admission admission() {
        return admission;
    }

    /** Nobody waits for it by this configuration any more. */
    void retire() {
        state.awaitNoMore(this);
    }

    /**
     * It takes new clients again. How long it took to answer is out of date.
     *
     * @param windowNanos in which its share grows; 0: it has all of it at once
     */
    void comesBack(long windowNanos, long nowNanos) {
        state.responseTime().forget();
        if (windowNanos > 0) {
            state.backSince(nowNanos);
        }
    }

    /** It has its whole share from now on. */
    void grown() {
        state.step(STEPS);
    }

    /** Whether its share is still to grow. */
    boolean growing() {
        return state.step() < STEPS;
    }

    /**
     * Its share is that of now.
     *
     * @param windowNanos in which it grows; above 0
     * @return when it grows next
     */
    long grow(long windowNanos, long nowNanos) {
        long since = Math.max(0, nowNanos - state.backSinceNanos());
        int reached = (int) Math.min(STEPS, 1 + since * STEPS / windowNanos);
        state.step(reached);
        return state.backSinceNanos() + Math.ceilDiv(reached * windowNanos, STEPS);
    }

    @Override
    public String toString() {
        return name();
    }
}
