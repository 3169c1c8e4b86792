package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.HealthConfig.Failure;
import proa.config.spread.Maglev;
import proa.node.exchange.Security;
import proa.node.exchange.Server;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A server of a running pool: its health and its load. Safe from any thread. */
public final class PooledServer implements Server {

    /** Steps in which the share of a server that has come back grows. */
    static final int STEPS = 10;

    /** Comes after every tier. */
    static final int RANK_OF_BACKUPS = Integer.MAX_VALUE;

    private static final int UNLIMITED = Integer.MAX_VALUE;
    private static final int WHOLE_PERCENT = 100;

    private final BackendConfig.Server config;
    private final int index;
    private final int connectionsMax;
    private final AtomicInteger current = new AtomicInteger();
    private final LongAdder total = new LongAdder();
    private final LongAdder connectFailures = new LongAdder();
    private final ResponseTime responseTime = new ResponseTime();
    private final AtomicReference<Standing> standing;
    private volatile boolean panic;
    private volatile Order order = Order.READY;
    private volatile int weight;
    private volatile int step = STEPS;
    private volatile long backSinceNanos;
    private volatile Consumer<Failure> onFailure = _ -> {};
    private volatile @Nullable Admission admission;
    private volatile @Nullable Security security;

    PooledServer(BackendConfig.Server config, int index, Health health) {
        this.config = config;
        this.index = index;
        this.standing = new AtomicReference<>(Standing.of(health));
        this.weight = config.weight();
        this.connectionsMax = config.connectionsMax().orElse(UNLIMITED);
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public InetSocketAddress address() {
        return config.address();
    }

    @Override
    public void ended() {
        current.decrementAndGet();
        Admission waiting = admission;
        if (waiting != null) {
            waiting.left(this);
        }
    }

    @Override
    public void connectFailed() {
        connectFailures.increment();
        onFailure.accept(Failure.CONNECT);
    }

    @Override
    public void failed(Failure failure) {
        onFailure.accept(failure);
    }

    /**
     * Calls this back too, on an event loop and without blocking it, when traffic failed. Before
     * there is traffic, by one thread.
     */
    public void onFailure(Consumer<Failure> callback) {
        onFailure = onFailure.andThen(callback);
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
        return weight(standing.get());
    }

    /**
     * Its weight without what its agent says: keys are hashed by it, for each node asks the agent
     * at another time.
     */
    int ownWeight() {
        return weight;
    }

    private int weight(Standing now) {
        int percent = now.weightPercent();
        return percent == WHOLE_PERCENT
                ? weight
                : Math.min(Maglev.Entry.WEIGHT_MAX, Math.ceilDiv(weight * percent, WHOLE_PERCENT));
    }

    /** Whether it is used only when every other server is down. */
    public boolean backup() {
        return config.backup();
    }

    public Health health() {
        return standing.get().health();
    }

    /** Everything that decides whether it gets traffic. */
    public Standing standing() {
        return standing.get();
    }

    /** What is asked to do with it: the stricter of what the operator and its agent want. */
    public Order order() {
        Order asked = order;
        Order agent = standing.get().order();
        return asked.compareTo(agent) < 0 ? agent : asked;
    }

    /** Requests or connections it has now. */
    public int current() {
        return current.get();
    }

    /** Requests or connections it was given since the start. */
    public long total() {
        return total.sum();
    }

    /** Connections to it that could not be established since the start. */
    public long connectFailures() {
        return connectFailures.sum();
    }

    @Override
    public boolean serves() {
        return up();
    }

    /** Whether a client that belongs to it may go on with it. */
    boolean up() {
        return up(standing.get());
    }

    private boolean up(Standing now) {
        return order != Order.MAINTENANCE
                && (now.up() || panic && now.order() != Order.MAINTENANCE);
    }

    /** Whether it takes new clients. */
    boolean usable() {
        Standing now = standing.get();
        return up(now) && order == Order.READY && now.order() == Order.READY && weight(now) > 0;
    }

    /** Whether it may have one more now. */
    boolean hasRoom() {
        return connectionsMax == UNLIMITED || current.get() < connectionsMax;
    }

    /** Whether there is a limit to what it may have. */
    boolean limited() {
        return connectionsMax != UNLIMITED;
    }

    /** Counts one more; false when it has as many as it may. */
    boolean take() {
        if (connectionsMax == UNLIMITED) {
            current.incrementAndGet();
        } else {
            int before;
            do {
                before = current.get();
                if (before >= connectionsMax) {
                    return false;
                }
            } while (!current.compareAndSet(before, before + 1));
        }
        total.increment();
        return true;
    }

    /** Undoes {@link #take}: nothing was sent. */
    void giveBack() {
        total.decrement();
        ended();
    }

    /** Where it stands in the order of use: its tier, or behind all of them. */
    int rank() {
        return backup() ? RANK_OF_BACKUPS : config.tier();
    }

    /** Its weight in tenths, less while it grows back. */
    int share() {
        return weight() * step;
    }

    ResponseTime responseTime() {
        return responseTime;
    }

    void change(UnaryOperator<Standing> change) {
        standing.updateAndGet(change);
    }

    /** So few are up that it is used as if it were. */
    void panic(boolean now) {
        panic = now;
    }

    void order(Order now) {
        order = now;
    }

    void weight(int now) {
        weight = now;
    }

    /** Tells those who wait when something ends. */
    void admission(Admission told) {
        admission = told;
    }

    /** Its share grows from now on. */
    void comesBack(long nowNanos) {
        backSinceNanos = nowNanos;
        step = 1;
    }

    /** Whether its share is still to grow. */
    boolean growing() {
        return step < STEPS;
    }

    /**
     * Its share is that of now.
     *
     * @param windowNanos in which it grows
     * @return when it grows next
     */
    long grow(long windowNanos, long nowNanos) {
        long since = Math.max(0, nowNanos - backSinceNanos);
        int reached = (int) Math.min(STEPS, 1 + since * STEPS / windowNanos);
        step = reached;
        return backSinceNanos + Math.ceilDiv(reached * windowNanos, STEPS);
    }

    @Override
    public String toString() {
        return name();
    }
}
