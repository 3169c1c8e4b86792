package proa.node.listener;

import io.netty.util.concurrent.Future;

import proa.config.FrontendConfig;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Every listener of the node. Safe from any thread but the event loops' own.
 *
 * <p>A planned end is {@link #stop()}, {@link #drain()}, waiting for {@link #connections()} to
 * reach zero or a deadline, {@link #close()}.
 */
public final class Listeners implements AutoCloseable {

    /** A loop that does not turn must not hold up the end. */
    private static final long CLOSE_NANOS_MAX = 500_000_000;

    private final EventLoops loops;
    private final Places places;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** Listeners that have as many places as each wants. */
    public Listeners(EventLoops loops) {
        this(loops, new Places(Integer.MAX_VALUE));
    }

    /** Places that are taken. */
    public int taken() {
        return places.taken();
    }

    /** Listeners that share places. */
    public Listeners(EventLoops loops, Places places) {
        this.loops = loops;
        this.places = places;
        places.whenChanged(() -> listeners.forEach(Listener::adjust));
    }

    /**
     * Listens for a frontend. The address need not be this machine's (yet).
     *
     * @param address where; port 0 takes any free one
     * @param protocol what is spoken there
     * @throws ListenException when it cannot; earlier listeners stay open
     */
    public Listener open(FrontendConfig frontend, InetSocketAddress address, Protocol protocol)
            throws ListenException {
        return open(frontend, address, protocol, Listener.Opening.AT_ONCE);
    }

    /** Like the other, perhaps only later, or beside a listener that is there. */
    public Listener open(
            FrontendConfig frontend,
            InetSocketAddress address,
            Protocol protocol,
            Listener.Opening opening)
            throws ListenException {
        return add(Listener.open(frontend, address, protocol, loops, places, opening));
    }

    /** Listens for the node's own requests, which need no place among the clients'. */
    public Listener openOwn(FrontendConfig frontend, InetSocketAddress address, Protocol protocol)
            throws ListenException {
        Places apart = new Places(Integer.MAX_VALUE);
        return add(
                Listener.open(frontend, address, protocol, loops, apart, Listener.Opening.AT_ONCE));
    }

    private Listener add(Listener listener) {
        listeners.add(listener);
        return listener;
    }

    /** A listener is over: it has stopped, and its connections have ended or end now. */
    public void forget(Listener listener) {
        listeners.remove(listener);
        listener.closeConnections();
    }

    /** Those that are open. */
    public List<Listener> all() {
        return List.copyOf(listeners);
    }

    /** Accepts no more anywhere. */
    public void stop() {
        listeners.forEach(Listener::stop);
    }

    /**
     * Tells every connection to end as soon as that does not hurt: HTTP answers say {@code
     * Connection: close}.
     */
    public void drain() {
        listeners.forEach(Listener::drain);
    }

    /** Like {@link #drain()}, for the listeners of one mode. */
    public void drain(FrontendConfig.Mode mode) {
        listeners.stream()
                .filter(listener -> listener.frontend().mode() == mode)
                .forEach(Listener::drain);
    }

    /** Client connections open now. */
    public int connections() {
        return listeners.stream().mapToInt(Listener::connections).sum();
    }

    /** Stops, and closes every connection at once; waits a moment for the sockets of sessions. */
    @Override
    public void close() {
        stop();
        List<Future<?>> closing = new ArrayList<>();
        listeners.forEach(listener -> closing.addAll(listener.closingConnections()));
        long deadline = System.nanoTime() + CLOSE_NANOS_MAX;
        for (Future<?> each : closing) {
            long left = Math.max(0, deadline - System.nanoTime());
            each.awaitUninterruptibly(left, TimeUnit.NANOSECONDS);
        }
    }
}
