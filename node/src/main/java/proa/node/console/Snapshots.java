package proa.node.console;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.admin.Answer;
import proa.node.admin.Inspection;
import proa.node.admin.Json;
import proa.node.admin.WebAnswer;
import proa.node.admin.WebServer;
import proa.node.console.Samples.Column;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What dashboards see: one snapshot a second, made once for all who watch and not at all when
 * nobody does. Somebody who is slow misses some. Also takes the samples of the last hour.
 */
public final class Snapshots implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    /** The newest; who wants more asks for all. */
    private static final int EVENTS_MAX = 40;

    private static final long PERIOD_NANOS = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long MILLIS_PER_SECOND = 1_000L;

    private final Inspection node;
    private final Supplier<Map<Column, Long>> values;
    private final InstantSource time;
    private final Samples samples = new Samples();
    private final Semaphore places = new Semaphore(WebServer.STREAMS_MAX);
    private final Thread thread;
    private byte[] latest = {}; // guarded by this
    private long number; // guarded by this
    private boolean closed; // guarded by this

    private Snapshots(Inspection node, Supplier<Map<Column, Long>> values, InstantSource time) {
        this.node = node;
        this.values = values;
        this.time = time;
        thread = Thread.ofVirtual().name("snapshots").unstarted(this::run);
    }

    /**
     * Begins.
     *
     * @param node what is shown
     * @param values of all columns of {@link Samples}
     */
    public static Snapshots start(
            Inspection node, Supplier<Map<Column, Long>> values, InstantSource time) {
        Snapshots snapshots = new Snapshots(node, values, time);
        snapshots.thread.start();
        return snapshots;
    }

    /** The last hour. */
    public Samples samples() {
        return samples;
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            long millis = time.millis();
            try {
                take(millis / MILLIS_PER_SECOND);
            } catch (RuntimeException defect) {
                LOG.error("no snapshot of this second", defect);
            }
            long ahead = MILLIS_PER_SECOND - Math.floorMod(time.millis(), MILLIS_PER_SECOND);
            LockSupport.parkNanos(Math.min(PERIOD_NANOS, ahead * NANOS_PER_MILLI));
        }
    }

    private void take(long epochSecond) {
        samples.add(epochSecond, values.get());
        byte[] made = places.availablePermits() == WebServer.STREAMS_MAX ? new byte[0] : event();
        synchronized (this) {
            latest = made;
            number++;
            notifyAll();
        }
    }

    private byte[] event() {
        String json =
                Json.of(
                        Answer.ordered(
                                "status", node.status(),
                                "sample", samples.newest(),
                                "events", lately()));
        return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private List<?> lately() {
        return node.events().get("events") instanceof List<?> all
                ? all.subList(Math.max(0, all.size() - EVENTS_MAX), all.size())
                : List.of();
    }

    /**
     * A stream of them (HTML Living Standard, server-sent events).
     *
     * @param goesOn asked before each; when it says no, the stream ends
     */
    WebAnswer stream(BooleanSupplier goesOn) {
        if (places.availablePermits() == 0) {
            return WebAnswer.of(
                    Answer.error(
                            Answer.UNAVAILABLE,
                            "as many dashboards are open as may be: " + WebServer.STREAMS_MAX));
        }
        return new WebAnswer(
                Answer.OK,
                List.of("Content-Type: text/event-stream", "Cache-Control: no-store"),
                new byte[0],
                out -> write(out, goesOn));
    }

    private void write(OutputStream out, BooleanSupplier goesOn)
            throws IOException, InterruptedException {
        if (!places.tryAcquire()) {
            return; // somebody was faster
        }
        try {
            long seen = now();
            out.write(event());
            out.flush();
            while (goesOn.getAsBoolean()) {
                byte[] next;
                synchronized (this) {
                    while (number == seen && !closed) {
                        wait();
                    }
                    if (closed) {
                        return;
                    }
                    seen = number;
                    next = latest;
                }
                out.write(next);
                out.flush();
            }
            out.write("event: over\ndata: {}\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
        } finally {
            places.release();
        }
    }

    private synchronized long now() {
        return number;
    }

    @Override
    public void close() {
        thread.interrupt();
        synchronized (this) {
            closed = true;
            notifyAll();
        }
    }
}
