package proa.node.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import proa.config.FrontendConfig;
import proa.config.Network;
import proa.node.exchange.Later;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * One address that the node accepts client connections on, with a socket on every event loop. Safe
 * from any thread but those loops' own, which must not wait.
 */
public final class Listener {

    private volatile Terms terms;
    private final List<Place> acceptors = new ArrayList<>();
    private final DatagramCounters datagrams = new DatagramCounters();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final LongAdder denied = new LongAdder();
    private final Places places;
    private final Later later;
    private InetSocketAddress address;
    private volatile boolean held;

    /**
     * What a connection meets.
     *
     * @param pace how often there may be one; null: as often as there is one
     */
    private record Terms(
            FrontendConfig frontend, Protocol protocol, @Nullable ConnectionPace pace) {
        static Terms of(FrontendConfig frontend, Protocol protocol, @Nullable Terms before) {
            ConnectionPace pace =
                    ConnectionPace.of(frontend, before == null ? null : before.pace());
            return new Terms(frontend, protocol, pace);
        }
    }

    private Listener(
            FrontendConfig frontend,
            InetSocketAddress address,
            Protocol protocol,
            Places places,
            Later later) {
        this.later = later;
        this.places = places;
        this.terms = Terms.of(frontend, protocol, null);
        this.address = address;
    }

    static Listener open(
            FrontendConfig frontend,
            InetSocketAddress address,
            Protocol protocol,
            EventLoops loops,
            Places places,
            Opening opening)
            throws ListenException {
        Listener listener = new Listener(frontend, address, protocol, places, loops::later);
        listener.held = opening.held();
        List<Loop> all = loops.loops(frontend.profile());
        List<Loop> on = all.getFirst().transport().shares() ? all : all.subList(0, 1);
        try {
            if (!opening.beside()) {
                listener.refuseIfTaken(on.getFirst());
            }
            for (Loop loop : on) {
                listener.bind(loop, listener.place(loop));
            }
        } catch (ListenException failed) {
            listener.stop();
            throw failed;
        }
        return listener;
    }

    /**
     * A shared port is shared with other processes as well, silently. So the port is taken for a
     * moment without sharing, which fails if anybody listens there. Clients that come then are left
     * to the kernel, which resets them at the end; accepted here, nobody would answer them.
     */
    private void refuseIfTaken(Loop loop) throws ListenException {
        if (address.getPort() != 0 && loop.transport().shares()) {
            Channel trial =
                    protocol() instanceof DatagramProtocol
                            ? loop.transport().receive(false)
                            : loop.transport().listen(false);
            trial.config().setAutoRead(false);
            try {
                await(loop.executor().register(trial));
                await(trial.bind(address));
            } finally {
                trial.close().awaitUninterruptibly();
            }
        }
    }

    private Place place(Loop loop) {
        return protocol() instanceof DatagramProtocol
                ? new DatagramPlace(loop, this)
                : new Acceptor(loop, this);
    }

    private void bind(Loop loop, Place acceptor) throws ListenException {
        Channel channel = acceptor.open(loop.transport().shares());
        acceptors.add(acceptor);
        channel.config().setAutoRead(!held);
        await(loop.executor().register(channel));
        await(channel.bind(address));
        address = (InetSocketAddress) channel.localAddress();
    }

    private void await(ChannelFuture future) throws ListenException {
        future.awaitUninterruptibly();
        Throwable cause = future.cause();
        if (cause != null) {
            throw new ListenException(
                    "frontend %s cannot listen on %s port %d: %s"
                            .formatted(
                                    name(),
                                    address.getAddress().getHostAddress(),
                                    address.getPort(),
                                    reason(cause)),
                    cause);
        }
    }

    /** The kernel's reasons in the words of an operator; they come as text from each transport. */
    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("in use") || message.contains("eaddrinuse")) {
            return "another program listens there already";
        }
        if (message.contains("permission denied") || message.contains("eacces")) {
            return "no permission; ports below 1024 need CAP_NET_BIND_SERVICE";
        }
        if (message.contains("assign") || message.contains("eaddrnotavail")) {
            return "this machine does not have that address";
        }
        return String.valueOf(cause.getMessage());
    }

    /**
     * How to begin to listen.
     *
     * @param held whether clients wait until {@link #accept()}
     * @param beside whether a listener of ours has the port, on all addresses or on this one
     */
    public record Opening(boolean held, boolean beside) {
        /** At once, on a port that nobody has. */
        public static final Opening AT_ONCE = new Opening(false, false);
    }

    /** Begins to accept, if it was held so far. */
    public void accept() {
        held = false;
        acceptors.forEach(Place::adjust);
    }

    /**
     * Connections from now on are of another frontend, or of the same as it is configured now.
     * Those that are there go on as they began.
     */
    public void become(FrontendConfig next, Protocol speaking) {
        terms = Terms.of(next, speaking, terms);
        acceptors.forEach(Place::adjust);
    }

    /** The frontend's name. */
    public String name() {
        return frontend().name();
    }

    /** Where it listens; the port is the real one when 0 was asked for. */
    public InetSocketAddress address() {
        return address;
    }

    /** Client connections open now. */
    public int connections() {
        return connections.get();
    }

    /** The most connections that were open at a time. */
    public int connectionsMost() {
        return most.get();
    }

    /** Connections that were closed at once because of who they came from. */
    public long connectionsDenied() {
        return denied.sum();
    }

    /** What became of datagrams; nothing where there are connections. */
    public DatagramCounters datagrams() {
        return datagrams;
    }

    /**
     * Accepts no more; connections stay. Returns when the sockets are closed, or when there are
     * sessions that need them, before these begin to end.
     */
    public void stop() {
        List<Future<?>> closing = new ArrayList<>();
        acceptors.forEach(acceptor -> closing.add(acceptor.stop()));
        closing.forEach(Future::awaitUninterruptibly);
    }

    /** Tells every connection to end as soon as that does not hurt; returns when they know. */
    public void drain() {
        List<Future<?>> telling = new ArrayList<>();
        acceptors.forEach(acceptor -> telling.add(acceptor.drain()));
        telling.forEach(Future::awaitUninterruptibly);
    }

    /** Closes every connection at once. */
    public void closeConnections() {
        closingConnections();
    }

    /** Like {@link #closeConnections()}; what is done when the sockets of sessions are closed. */
    List<Future<?>> closingConnections() {
        List<Future<?>> closing = new ArrayList<>();
        acceptors.forEach(acceptor -> closing.add(acceptor.closeConnections()));
        return closing;
    }

    FrontendConfig frontend() {
        return terms.frontend();
    }

    Protocol protocol() {
        return terms.protocol();
    }

    /** What becomes of one who wants in. */
    enum Entry {
        IN,
        /** There is no place, here or on the node. */
        FULL,
        /** It comes before its turn, and does not wait for it. */
        TOO_SOON
    }

    /** Counts a connection, if it is let in. With the last free place taken, accepting pauses. */
    Entry enter() {
        int max = frontend().limits().connectionsMax();
        int open = connections.incrementAndGet();
        if (open > max || !places.enter()) {
            left();
            return Entry.FULL;
        }
        ConnectionPace pace = terms.pace();
        if (pace != null && !pace.enter(this)) {
            leave();
            return Entry.TOO_SOON;
        }
        if (open == max) {
            adjust();
        }
        if (open > most.get()) {
            most.accumulateAndGet(open, Math::max);
        }
        return Entry.IN;
    }

    void leave() {
        places.leave();
        left();
    }

    private void left() {
        if (connections.decrementAndGet() == frontend().limits().connectionsMax() - 1) {
            adjust();
        }
    }

    /** Has something done on an event loop in so many nanoseconds. */
    void later(long nanos, Runnable action) {
        later.in(nanos, action);
    }

    void adjust() {
        acceptors.forEach(Place::adjust);
    }

    /** Whether clients wait until {@link #accept()}. */
    boolean isHeld() {
        return held;
    }

    /** Whether somebody may come in now. */
    boolean hasPlaces() {
        Terms now = terms;
        return !held
                && places.any()
                && connections.get() < now.frontend().limits().connectionsMax()
                && (now.pace() == null || now.pace().accepts());
    }

    /**
     * Whether the client at the other end may connect; asked of a proxy only once it has spoken.
     */
    boolean allows(SocketChannel accepted) {
        List<Network> allowed = frontend().allow();
        if (allowed.isEmpty()) {
            return true;
        }
        Ends ends = Ends.of(accepted);
        if (ends != null && within(allowed, ends.client())) {
            return true;
        }
        denied.increment();
        return false;
    }

    /** Whether that client may send datagrams. */
    boolean allows(InetSocketAddress client) {
        List<Network> allowed = frontend().allow();
        return allowed.isEmpty() || within(allowed, client);
    }

    /** Whether the connection is of a proxy that says first whose it is. */
    boolean beginsWithHeader(SocketChannel accepted) {
        FrontendConfig frontend = frontend();
        InetSocketAddress remote =
                frontend.http().proxyProtocol() ? accepted.remoteAddress() : null;
        return remote != null && within(frontend.http().trusted(), remote);
    }

    private static boolean within(List<Network> networks, InetSocketAddress end) {
        return networks.stream().anyMatch(network -> network.contains(end.getAddress()));
    }
}
