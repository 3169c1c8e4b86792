package proa.node.haproxy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The trend of every line, by a name of its own; a thread looks once a second. */
public final class Trends implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Trends.class);
    private static final long PERIOD_NANOS = 1_000_000_000L;

    private final Map<String, Trend> byName = new ConcurrentHashMap<>();
    private final Supplier<Map<String, Trend.Look>> looks;
    private final LongSupplier nanoTime;
    private final Thread thread;

    private Trends(Supplier<Map<String, Trend.Look>> looks, LongSupplier nanoTime) {
        this.looks = looks;
        this.nanoTime = nanoTime;
        thread = Thread.ofVirtual().name("trends").unstarted(this::run);
    }

    /**
     * Begins.
     *
     * @param looks what there is now, by names; a name that is gone is forgotten
     */
    public static Trends start(Supplier<Map<String, Trend.Look>> looks) {
        Trends trends = new Trends(looks, System::nanoTime);
        trends.thread.start();
        return trends;
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                look();
            } catch (RuntimeException defect) {
                LOG.error("no rates of this second", defect);
            }
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    private void look() {
        Map<String, Trend.Look> all = looks.get();
        long now = nanoTime.getAsLong();
        byName.keySet().retainAll(all.keySet());
        all.forEach((name, look) -> byName.computeIfAbsent(name, _ -> new Trend()).take(look, now));
    }

    /** What has been seen of a line so far. */
    public Trend.Seen of(String name) {
        Trend trend = byName.get(name);
        return trend == null ? Trend.NOTHING : trend.seen();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
