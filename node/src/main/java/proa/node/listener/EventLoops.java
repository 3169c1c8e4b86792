package proa.node.listener;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.FrontendConfig.Profile;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The event loops of the node, one for each core, and as many again for long streams where a
 * frontend expects those and the others cannot pass them on inside the kernel. Safe from any
 * thread.
 */
public final class EventLoops implements AutoCloseable {

    private static final long CLOSE_SECONDS_MAX = 5;

    /** A loop closes its connections first; what the kernel gives back of them comes meanwhile. */
    private static final long QUIET_MILLIS = 10;

    private static final long CLOSE_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

    private final Runnable died;

    /** They are to end. */
    private volatile boolean closing;

    private final Group own;

    /** Started when first asked for; written under this lock. */
    private volatile @Nullable Group bulk;

    /** One thread for each loop. */
    private record Group(
            Transport transport, MultiThreadIoEventLoopGroup threads, List<Loop> loops) {

        static Group start(Transport transport, int count, String name) {
            MultiThreadIoEventLoopGroup threads =
                    new MultiThreadIoEventLoopGroup(
                            count, new DefaultThreadFactory(name), transport.handlers());
            List<Loop> made = new ArrayList<>();
            for (int at = 0; at < count; at++) {
                made.add(new Loop((EventLoop) threads.next(), transport));
            }
            made.forEach(Loop::start);
            return new Group(transport, threads, List.copyOf(made));
        }
    }

    private EventLoops(Transport transport, int count, Runnable died) {
        this.died = died;
        own = watched(Group.start(transport, count, "loop"));
    }

    /**
     * As many loops as this process has cores, on the best transport.
     *
     * @param died called if one ends by itself, from a thread apart
     */
    public static EventLoops start(Runnable died) {
        return new EventLoops(Transport.best(), Runtime.getRuntime().availableProcessors(), died);
    }

    /** So many loops on that transport. */
    public static EventLoops start(Transport transport, int count) {
        return new EventLoops(transport, count, () -> {});
    }

    /**
     * For a process that is nothing without its loops: what they carried is gone, and nobody else
     * would accept. Its end is heard at once, by vipd and by whoever starts it again.
     */
    public static void endProcess() {
        LOG.error("an event loop has ended by itself, for what stands above: so does the process");
        Runtime.getRuntime().halt(1);
    }

    /** A loop ends by itself when its transport fails, as for want of memory. */
    private Group watched(Group group) {
        for (Loop loop : group.loops()) {
            loop.executor()
                    .terminationFuture()
                    .addListener(
                            _ -> {
                                if (!closing) {
                                    died.run();
                                }
                            });
        }
        return group;
    }

    /** Has something done on an event loop in so many nanoseconds, unless they end. Any thread. */
    public void later(long nanos, Runnable action) {
        EventLoop loop = loops().getFirst().executor();
        if (!loop.isShuttingDown()) {
            loop.schedule(action, nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** The loops of everything but long streams, always in the same order. */
    public List<Loop> loops() {
        return own.loops();
    }

    /** What these loops run on. */
    public Transport transport() {
        return own.transport();
    }

    /**
     * The loops for connections that are expected to carry that, always in the same order. Only
     * epoll can tell when a socket is ready without reading it, as splice(2) wants it; where it is
     * not to be had, long streams are copied like all others.
     */
    public List<Loop> loops(Profile profile) {
        return profile == Profile.BULK && own.transport() == Transport.IO_URING
                ? bulk().loops()
                : own.loops();
    }

    private Group bulk() {
        Group started = bulk;
        if (started == null && Epoll.isAvailable()) {
            synchronized (this) {
                started = bulk;
                if (started == null) {
                    started = watched(Group.start(Transport.EPOLL, own.loops().size(), "bulk"));
                    bulk = started;
                }
            }
        }
        return started == null ? own : started;
    }

    private List<Loop> all() {
        Group more = bulk;
        if (more == null) {
            return own.loops();
        }
        List<Loop> all = new ArrayList<>(own.loops());
        all.addAll(more.loops());
        return all;
    }

    /**
     * {@link System#nanoTime()} of the last sign of life of the loop that gave none for longest:
     * the heartbeat of the data path.
     */
    public long oldestTickNanos() {
        long oldest = own.loops().getFirst().lastTickNanos();
        for (Loop loop : all()) {
            oldest = Math.min(oldest, loop.lastTickNanos());
        }
        return oldest;
    }

    /** Runs this once every loop has finished what it does now. */
    public void afterTurn(Runnable action) {
        List<Loop> all = all();
        AtomicInteger left = new AtomicInteger(all.size());
        for (Loop loop : all) {
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
        closing = true;
        List<Future<?>> ends = new ArrayList<>();
        ends.add(
                own.threads()
                        .shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS));
        Group more = bulk;
        if (more != null) {
            ends.add(
                    more.threads()
                            .shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS));
        }
        ends.forEach(end -> end.awaitUninterruptibly(CLOSE_SECONDS_MAX, TimeUnit.SECONDS));
    }
}
