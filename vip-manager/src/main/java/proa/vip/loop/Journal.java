package proa.vip.loop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.vip.vrrp.Action;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The loop's way to the log: a thread of its own writes, so that a log nobody reads (a stopped
 * journal, a full pipe) never holds an address hostage. What does not fit is counted and dropped.
 */
final class Journal {

    private static final int LINES_MAX = 1_024;

    /** Its thread alone uses it: to make it takes a while at the start. */
    private static final class Log {
        static final Logger LOG = LoggerFactory.getLogger(Vipd.class);
    }

    private final BlockingQueue<Runnable> lines = new ArrayBlockingQueue<>(LINES_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private volatile Consumer<String> alarmed = _ -> {};

    /** Starts the writing thread. */
    Journal() {
        Thread.ofPlatform().daemon().name("journal").start(this::write);
    }

    /** Tells this one of each alarm from now on, on the thread that has raised it. */
    void onAlarm(Consumer<String> who) {
        alarmed = who;
    }

    void info(String line) {
        add(() -> Log.LOG.info(line));
    }

    void warn(String line) {
        add(() -> Log.LOG.warn(line));
    }

    /** Something an operator must see: the highest level, and the word to search for. */
    void alarm(String line) {
        add(() -> Log.LOG.error("ALARM {}", line));
        alarmed.accept(line);
    }

    void line(Action.Level level, String line) {
        switch (level) {
            case INFO -> info(line);
            case WARNING -> warn(line);
            case ALARM -> alarm(line);
        }
    }

    private void add(Runnable line) {
        if (!lines.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    private void write() {
        try {
            while (true) {
                lines.take().run();
                long lost = dropped.getAndSet(0);
                if (lost > 0) {
                    Log.LOG.warn("{} lines were lost: the log is not being read fast enough", lost);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until what was said before is written, at most so long. */
    void flush(long millis) {
        CountDownLatch written = new CountDownLatch(1);
        add(written::countDown);
        try {
            boolean _ = written.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
