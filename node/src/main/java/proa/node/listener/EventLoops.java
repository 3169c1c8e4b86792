package proa.node.listener;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The event loops of the node, one for each core. Safe from any thread. */
public final class EventLoops implements AutoCloseable {

    private static final long CLOSE_SECONDS_MAX = 5;
    private static final long CONNECTIONS_SECONDS_MAX = 1;
    private static final long LOOK_NANOS = 1_000_000;

    private final Transport transport;
    private final MultiThreadIoEventLoopGroup group;
    private final List<Loop> loops;

    private EventLoops(Transport transport, int count) {
        this.transport = transport;
        this.group =
                new MultiThreadIoEventLoopGroup(
                        count, new DefaultThreadFactory("loop"), transport.handlers());
        List<Loop> made = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            made.add(new Loop((EventLoop) group.next(), transport));
        }
        this.loops = List.copyOf(made);
        loops.forEach(Loop::start);
    }

    /** As many loops as this process has cores, on the best transport. */
    public static EventLoops start() {
        return start(Transport.best(), Runtime.getRuntime().availableProcessors());
    }

    /** So many loops on that transport. */
    public static EventLoops start(Transport transport, int count) {
        return new EventLoops(transport, count);
    }

    /** The loops, always in the same order. */
    public List<Loop> loops() {
        return loops;
    }

    /** What the loops run on. */
    public Transport transport() {
        return transport;
    }

    /**
     * {@link System#nanoTime()} of the last sign of life of the loop that gave none for longest:
     * the heartbeat of the data path.
     */
    public long oldestTickNanos() {
        long oldest = loops.getFirst().lastTickNanos();
        for (Loop loop : loops) {
            oldest = Math.min(oldest, loop.lastTickNanos());
        }
        return oldest;
    }

    /** Runs this once every loop has finished what it does now. */
    public void afterTurn(Runnable action) {
        AtomicInteger left = new AtomicInteger(loops.size());
        for (Loop loop : loops) {
            loop.executor()
                    .execute(
                            () -> {
                                if (left.decrementAndGet() == 0) {
                                    action.run();
                                }
                            });
        }
    }

    /** Ends the loops and every connection on them; waits at most some seconds. */
    @Override
    public void close() {
        // Before the loops end: what a connection holds is given back by tasks of its loop.
        for (Loop loop : loops) {
            loop.executor().execute(() -> endConnections(loop));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CONNECTIONS_SECONDS_MAX);
        while (loops.stream().anyMatch(EventLoops::carries) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
    }

    private static void endConnections(Loop loop) {
        List<Channel> channels = new ArrayList<>();
        ((SingleThreadEventLoop) loop.executor())
                .registeredChannelsIterator()
                .forEachRemaining(channels::add);
        channels.forEach(channel -> channel.unsafe().close(channel.unsafe().voidPromise()));
    }

    private static boolean carries(Loop loop) {
        return ((SingleThreadEventLoop) loop.executor()).registeredChannels() > 0;
    }
}
