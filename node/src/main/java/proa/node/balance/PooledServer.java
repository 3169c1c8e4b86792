package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.node.exchange.Security;
import proa.node.exchange.Server;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** A server of a running pool: its health and its load. Safe from any thread. */
public final class PooledServer implements Server {

    private final BackendConfig.Server config;
    private final int index;
    private final AtomicInteger current = new AtomicInteger();
    private final LongAdder total = new LongAdder();
    private final LongAdder connectFailures = new LongAdder();
    private volatile Health health;
    private volatile Runnable onConnectFailed = () -> {};
    private volatile @Nullable Security security;

    PooledServer(BackendConfig.Server config, int index, Health health) {
        this.config = config;
        this.index = index;
        this.health = health;
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
        onConnectFailed.run();
    }

    /** Calls back, on an event loop and without blocking it, when a connection failed. */
    public void onConnectFailed(Runnable callback) {
        onConnectFailed = callback;
    }

    @Override
    public @Nullable Security security() {
        return security;
    }

    /** Connections to it are secured like this from now on. */
    public void secure(Security with) {
        security = with;
    }

    /** Share of new requests relative to the others; 0: none. */
    public int weight() {
        return config.weight();
    }

    /** Whether it is used only when every other server is down. */
    public boolean backup() {
        return config.backup();
    }

    public Health health() {
        return health;
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
        return health != Health.DOWN;
    }

    /** Whether it takes new clients. */
    boolean usable() {
        return up() && weight() > 0;
    }

    void health(Health now) {
        health = now;
    }

    @Override
    public String toString() {
        return name();
    }
}
