package proa.chaos.bench.generator;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;

import org.jspecify.annotations.Nullable;

import proa.node.listener.Transport;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks one port of this machine for as much as it gives, or at a fixed rate. One event loop, since
 * it shares a core with the server; it has to outrun a balancer that has a core to itself. One
 * thread calls it.
 */
public final class Generator implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 2 * Run.LATE_SECONDS;

    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, Transport.best().handlers());

    private @Nullable Held held;

    /** A run that is over, and the connections it has left open. */
    private record Held(Run run, Connector connector) {}

    /** Carries it out; its connections are closed then. */
    public Outcome run(Plan plan) throws IOException {
        Outcome outcome = hold(plan);
        release();
        return outcome;
    }

    /** Carries it out and leaves its connections open. */
    public Outcome hold(Plan plan) throws IOException {
        release();
        Connector connector = new Connector(group.next(), plan);
        Run run = new Run(group.next(), plan, connector);
        held = new Held(run, connector);
        return await(run.start(), plan.seconds() + PATIENCE_SECONDS);
    }

    /** Closes what {@link #hold} has left open. */
    public void release() throws IOException {
        Held ending = held;
        if (ending != null) {
            await(ending.run().close(), PATIENCE_SECONDS);
            ending.connector().close();
            held = null;
        }
    }

    private static <T> T await(CompletableFuture<T> future, double seconds) throws IOException {
        try {
            return future.get((long) seconds, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } catch (ExecutionException | TimeoutException stuck) {
            throw new IOException("the run does not end", stuck);
        }
    }

    @Override
    public void close() throws IOException {
        release();
        group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
