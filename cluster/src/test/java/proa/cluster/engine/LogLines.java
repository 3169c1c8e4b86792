package proa.cluster.engine;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import org.slf4j.LoggerFactory;

import proa.testing.Patience;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** What one class writes to the log while a test runs. */
final class LogLines implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long POLL_NANOS = 200_000;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger log;
    private final Keeping keeping = new Keeping();

    private final class Keeping extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }
    }

    private LogLines(Class<?> writer) {
        log = (Logger) LoggerFactory.getLogger(writer);
    }

    static LogLines of(Class<?> writer) {
        LogLines lines = new LogLines(writer);
        lines.keeping.setContext(lines.log.getLoggerContext());
        lines.keeping.start();
        lines.log.addAppender(lines.keeping);
        return lines;
    }

    /** Returns when a line begins so. */
    void await(String begin) {
        Patience patience = new Patience(PATIENCE);
        while (lines.stream().noneMatch(line -> line.startsWith(begin))) {
            if (patience.isOver()) {
                throw new AssertionError("no line \"" + begin + "\" among " + lines);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() {
        log.detachAppender(keeping);
    }
}
