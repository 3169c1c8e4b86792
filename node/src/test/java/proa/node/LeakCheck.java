package proa.node;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Fails a test class that loses a buffer: whatever nobody can reach any more was given back before.
 * Registered for every class of this module.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {

    private static final long COLLECTED_MILLIS_MAX = 2_000;
    private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

    /** Netty reports by its log alone. */
    private static final class Listening extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            // What TLS keeps of a handshake that a loop's end interrupts is not counted.
            if (event.getFormattedMessage().startsWith("LEAK: ByteBuf")) {
                REPORTS.add(event.getFormattedMessage());
            }
        }
    }

    static {
        Logger log = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
        Listening listening = new Listening();
        listening.setContext(log.getLoggerContext());
        listening.start();
        log.addAppender(listening);
        log.setAdditive(false); // a failing class says it
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        REPORTS.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        if (!isInside(context)) {
            check();
        }
    }

    /** Fails if a buffer was lost since the class began. */
    static void check() throws InterruptedException {
        collect();
        collect(); // what the first found is told of, all of it, before anything of the second
        ByteBufAllocator.DEFAULT.directBuffer(1).release(); // lost ones are looked for at this
        List<String> reports = List.copyOf(REPORTS);
        REPORTS.clear();
        if (!reports.isEmpty()) {
            throw new AssertionError(
                    reports.size() + " buffers were lost, the first:\n" + reports.getFirst());
        }
    }

    /** The outer class looks after its nested ones. */
    private static boolean isInside(ExtensionContext context) {
        return context.getParent().flatMap(ExtensionContext::getTestClass).isPresent();
    }

    private static void collect() throws InterruptedException {
        ReferenceQueue<Object> cleared = new ReferenceQueue<>();
        WeakReference<Object> lost = new WeakReference<>(new Object(), cleared);
        try {
            System.gc();
            cleared.remove(COLLECTED_MILLIS_MAX);
        } finally {
            Reference.reachabilityFence(lost);
        }
    }
}
