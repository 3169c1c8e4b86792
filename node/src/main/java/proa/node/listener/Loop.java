package proa.node.listener;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.exchange.Deadlines;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/** One event loop and what belongs to it alone. Called on that loop unless said otherwise. */
public final class Loop {

    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    /**
     * A loop that turns more slowly than this gives everybody the rest for free: what a client sent
     * meanwhile is still to be read, and its time would be up before anybody had looked.
     */
    private static final long TURN_NANOS_MAX = 500_000_000L;

    private final EventLoop executor;
    private final Transport transport;
    private final Supplier<SocketChannel> sockets;
    private final Deadlines deadlines;
    private final Map<Class<?>, Object> parts = new HashMap<>();
    private long nowNanos;

    /** The last tick: its {@link #nowNanos}, and the ticker's time then. */
    private long turnedNanos;

    private long tickedNanos;

    private long failures;
    private volatile long lastTickNanos;

    /** Written by the loop, read by whoever watches it. */
    private final AtomicLong events = new AtomicLong();

    /** What a watcher saw of {@link #events}, and when that had changed; guarded by this. */
    private long eventsSeen;

    private long movedNanos;

    /** A loop that ticks once {@link #start()} was called. */
    public Loop(EventLoop executor, Transport transport) {
        this(executor, transport, transport::socket);
    }

    /** A loop whose connections to servers begin with sockets from elsewhere. */
    public Loop(EventLoop executor, Transport transport, Supplier<SocketChannel> sockets) {
        this.executor = executor;
        this.transport = transport;
        this.sockets = sockets;
        this.nowNanos = executor.ticker().nanoTime();
        this.turnedNanos = nowNanos;
        this.tickedNanos = nowNanos;
        this.lastTickNanos = System.nanoTime();
        this.movedNanos = lastTickNanos;
        this.deadlines = new Deadlines(nowNanos);
    }

    void start() {
        executor.scheduleAtFixedRate(this::tick, 0, Deadlines.TICK_NANOS, TimeUnit.NANOSECONDS);
    }

    /** Notes the time and expires what is due; called every {@link Deadlines#TICK_NANOS}. */
    public void tick() {
        tickedNanos = note();
        turnedNanos = nowNanos;
        lastTickNanos = System.nanoTime();
        deadlines.advance(nowNanos, this::failed);
    }

    /** Notes the time; expires nothing, for what has come is still to be read. */
    private long note() {
        long ticks = executor.ticker().nanoTime();
        nowNanos = turnedNanos + Math.min(ticks - tickedNanos, TURN_NANOS_MAX);
        return ticks;
    }

    /** Said at the first, the second, the fourth …: a defect must show, and not fill a disk. */
    private void failed(Throwable failure) {
        failures++;
        if (Long.bitCount(failures) == 1) {
            LOG.error("a timer failed, {} so far on this loop", failures, failure);
        }
    }

    /** Netty's loop. Any thread. */
    public EventLoop executor() {
        return executor;
    }

    /**
     * A channel to connect with, not yet registered.
     *
     * @throws io.netty.channel.ChannelException when there is none, such as for want of descriptors
     */
    public SocketChannel socket() {
        return sockets.get();
    }

    /** What new channels are made of. Any thread. */
    public Transport transport() {
        return transport;
    }

    /** Timers of this loop's connections. */
    public Deadlines deadlines() {
        return deadlines;
    }

    /**
     * The time of the last tick or event, on a clock that stands still while the loop is stuck:
     * good enough for deadlines, and free.
     */
    public long nowNanos() {
        return nowNanos;
    }

    /**
     * Notes that an event is taken care of. A loop that has hundreds of them before it on a machine
     * without a processor to spare comes to its next tick late, but it is not stuck. What the event
     * sets a deadline for has all of its time, also in a turn that begins late.
     */
    public void progress() {
        note();
        events.lazySet(events.getPlain() + 1);
    }

    /**
     * {@link System#nanoTime()} of the last sign of life, a tick or an event, as of the calls of
     * this method; grows old when the loop is stuck. Any thread.
     */
    public synchronized long lastTickNanos() {
        long seen = events.getOpaque();
        if (seen != eventsSeen) {
            eventsSeen = seen;
            movedNanos = System.nanoTime();
        }
        return Math.max(lastTickNanos, movedNanos);
    }

    /** This loop's own instance of something, made when first asked for. */
    public <T> T part(Class<T> kind, Function<Loop, T> make) {
        Object part = parts.get(kind);
        if (part == null) {
            part = make.apply(this);
            parts.put(kind, part);
        }
        return kind.cast(part);
    }
}
