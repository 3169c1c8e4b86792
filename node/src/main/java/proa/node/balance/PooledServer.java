package proa.node.balance;

import proa.config.BackendConfig;
import proa.config.HealthConfig.Failure;
import proa.node.exchange.Server;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A server of a running pool: its health and its load. Safe from any thread. */
public final class PooledServer implements Server {

    private static final int WEIGHT_MAX = 256;

    private final BackendConfig.Server config;
    private final int index;
    private final AtomicInteger current = new AtomicInteger();
    private final LongAdder total = new LongAdder();
    private final LongAdder connectFailures = new LongAdder();
    private final AtomicReference<Standing> standing;
    private volatile boolean panic;
    private volatile Consumer<Failure> onFailure = _ -> {};

    PooledServer(BackendConfig.Server config, int index, Health health) {
        this.config = config;
        this.index = index;
        this.standing = new AtomicReference<>(Standing.of(health));
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
    public void begun() {
        current.incrementAndGet();
        total.increment();
    }

    @Override
    public void ended() {
        current.decrementAndGet();
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

    /** Share of new requests relative to the others, 0 to 256; 0: none. */
    public int weight() {
        return weight(standing.get());
    }

    private int weight(Standing now) {
        int percent = now.weightPercent();
        return percent == 100
                ? config.weight()
                : Math.min(WEIGHT_MAX, (config.weight() * percent + 99) / 100);
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

    /** Whether a client that belongs to it may go on with it. */
    boolean up() {
        return up(standing.get());
    }

    private boolean up(Standing now) {
        return now.up() || panic && now.order() != Order.MAINTENANCE;
    }

    /** Whether it takes new clients. */
    boolean usable() {
        Standing now = standing.get();
        return up(now) && now.order() == Order.READY && weight(now) > 0;
    }

    void change(UnaryOperator<Standing> change) {
        standing.updateAndGet(change);
    }

    /** So few are up that it is used as if it were. */
    void panic(boolean now) {
        panic = now;
    }

    @Override
    public String toString() {
        return name();
    }
}
