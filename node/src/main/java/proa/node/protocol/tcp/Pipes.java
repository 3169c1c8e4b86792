package proa.node.protocol.tcp;

import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.SingleThreadEventExecutor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.listener.Loop;

import java.io.IOException;
import java.util.ArrayDeque;

/**
 * The pipes of one event loop through which bytes pass inside the kernel. Only a direction that
 * waits for its receiver holds one, so that many connections share few. One thread.
 */
final class Pipes {

    private static final Logger LOG = LoggerFactory.getLogger(Pipes.class);

    /** Empty ones that are kept; each has two descriptors. */
    private static final int IDLE_MAX = 64;

    private final ArrayDeque<Pipe> idle = new ArrayDeque<>();

    private Pipes() {}

    /** The pipes of a loop, closed when it ends. */
    static Pipes of(Loop loop) {
        return loop.part(
                Pipes.class,
                on -> {
                    Pipes pipes = new Pipes();
                    ((SingleThreadEventExecutor) on.executor()).addShutdownHook(pipes::close);
                    return pipes;
                });
    }

    private void close() {
        idle.forEach(Pipe::close);
        idle.clear();
    }

    /**
     * One pipe.
     *
     * @param out where bytes come out
     * @param in where bytes go in
     */
    record Pipe(FileDescriptor out, FileDescriptor in) {

        void close() {
            close(out);
            close(in);
        }

        private static void close(FileDescriptor end) {
            try {
                end.close();
            } catch (IOException e) {
                LOG.debug("a pipe does not close: {}", e.toString());
            }
        }
    }

    /**
     * An empty pipe.
     *
     * @throws IOException when the process has no descriptors left
     */
    Pipe take() throws IOException {
        Pipe waiting = idle.pollLast();
        if (waiting != null) {
            return waiting;
        }
        FileDescriptor[] ends = FileDescriptor.pipe();
        return new Pipe(ends[0], ends[1]);
    }

    /** The pipe is empty again. */
    void giveBack(Pipe pipe) {
        if (idle.size() < IDLE_MAX) {
            idle.addLast(pipe);
        } else {
            pipe.close();
        }
    }
}
