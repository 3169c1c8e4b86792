package proa.node.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the processes of this host: starts them in order, restarts one that crashed after a growing
 * pause, and at the end stops them in the opposite order, so that a node drains while vipd still
 * hands its addresses over.
 *
 * <p>{@link #run} is called once, on a platform thread that lives as long as the children. {@link
 * #stopAndAwait} comes from another thread (a shutdown hook) and returns when every child has
 * ended.
 */
final class Supervisor {

    /** A child that refuses its input would refuse it again. */
    private static final int REFUSED = 2;

    private final List<Child> children;
    private final PrintWriter out;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean stopping;
    private volatile int code;

    private sealed interface Event {
        record Ended(Child child) implements Event {}

        record Stop() implements Event {}
    }

    Supervisor(List<Child.Spec> specs, PrintWriter out) {
        this.children = specs.stream().map(spec -> new Child(spec, out)).toList();
        this.out = out;
    }

    /**
     * Starts and keeps the children until {@link #stopAndAwait} or until one refuses its input;
     * returns the exit code.
     */
    int run() throws InterruptedException {
        try {
            for (Child child : children) {
                start(child);
            }
            while (!stopping) {
                @Nullable Event event = events.poll(nextRestartNanos(), TimeUnit.NANOSECONDS);
                if (event instanceof Event.Ended(Child child) && !stopping) {
                    ended(child);
                }
                restartDue();
            }
        } catch (IOException failure) {
            say("cannot start a process: " + failure.getMessage());
            code = 1;
        } finally {
            stopAll();
            finished.countDown();
        }
        return code;
    }

    /** Ends {@link #run}, waits until every child has ended and returns the exit code. */
    int stopAndAwait() {
        stopping = true;
        events.add(new Event.Stop());
        try {
            finished.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return code;
    }

    private long nextRestartNanos() {
        long now = System.nanoTime();
        return children.stream()
                .mapToLong(child -> child.restartIn(now))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private void restartDue() throws IOException {
        for (Child child : children) {
            if (!stopping && child.restartIn(System.nanoTime()) == 0) {
                start(child);
            }
        }
    }

    private void start(Child child) throws IOException {
        child.start(System.nanoTime(), ended -> events.add(new Event.Ended(ended)));
        say(child.name() + " started, pid " + child.pid());
    }

    private void ended(Child child) {
        String how = child.name() + " ended " + Endings.words(child.exitCode());
        if (child.exitCode() == REFUSED) {
            say(how + ": it refuses what it was given; stopping");
            code = REFUSED;
            stopping = true;
            return;
        }
        Duration wait = child.scheduleRestart(System.nanoTime());
        say(how + "; starting it again in " + wait.toSeconds() + " s");
    }

    private void stopAll() throws InterruptedException {
        for (Child child : children.reversed()) {
            if (!child.runs()) {
                continue;
            }
            say("stopping " + child.name());
            boolean byItself = child.stop();
            say(
                    child.name()
                            + (byItself
                                    ? " stopped " + Endings.words(child.exitCode())
                                    : " did not stop in time and was killed"));
            code = byItself || code != 0 ? code : 1;
        }
    }

    private void say(String line) {
        out.println("run | " + line);
    }

    /** Exit codes in words. */
    static final class Endings {
        private static final int SIGNAL_BASE = 128;

        private Endings() {}

        static String words(int exitCode) {
            return exitCode > SIGNAL_BASE
                    ? "by signal " + (exitCode - SIGNAL_BASE)
                    : "with exit code " + exitCode;
        }
    }
}
