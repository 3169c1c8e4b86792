package proa.node.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.line.Line;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One place that lines go to, from every event loop. */
final class Destination {

    private static final Logger LOG = LoggerFactory.getLogger(Destination.class);

    /** A thousand lines of each loop may wait, about 50 ms at 20,000 requests a second. */
    private static final int RING_BYTES = 256 << 10;

    private static final long LOOK_NANOS = 1_000_000_000L;
    private static final long SAY_NANOS = 10_000_000_000L;

    /** A disk that is full takes a line now and then: so long without a failure is an end of it. */
    private static final long RECOVERED_NANOS = 10_000_000_000L;

    private final String name;
    private final Sink sink;
    private final LogCounters counters = new LogCounters();
    private final Map<Object, LineRing> rings = new ConcurrentHashMap<>();

    // guarded by: the writer's thread
    private final byte[] line = new byte[Line.BYTES_MAX];
    private long lookedNanos;
    private long saidNanos;
    private long droppedSaid;
    private boolean failing;
    private long failedNanos;
    private long nowNanos;

    Destination(String name, Sink sink) {
        this.name = name;
        this.sink = sink;
    }

    LogCounters counters() {
        return counters;
    }

    /** Where an event loop puts its lines. */
    LineRing ring(Object loop) {
        return rings.computeIfAbsent(loop, _ -> new LineRing(RING_BYTES));
    }

    /** Writes what waits; whether there was anything. By the writer's thread. */
    boolean work(boolean reopen, long now) {
        nowNanos = now;
        if (reopen || nowNanos - lookedNanos > LOOK_NANOS) {
            lookedNanos = nowNanos;
            attempt(0, sink::look);
        }
        int lines = 0;
        for (LineRing ring : List.copyOf(rings.values())) {
            lines += drain(ring);
        }
        sayDropped();
        return lines > 0;
    }

    /** As many as there is room for, so that a fast loop does not starve the others. */
    private int drain(LineRing ring) {
        int lines = 0;
        int bytes = 0;
        int waiting = 0;
        for (int length = ring.poll(line); length >= 0; length = next(ring, bytes)) {
            int taken = length;
            lines++;
            bytes += length;
            if (!sink.takes(taken)) {
                flush(waiting);
                waiting = 0;
            }
            waiting += attempt(1, () -> sink.line(line, taken)) ? 1 : 0;
        }
        flush(waiting);
        return lines;
    }

    private void flush(int waiting) {
        if (waiting > 0 && attempt(waiting, sink::flush)) {
            counters.wrote(waiting);
            recovered();
        }
    }

    private int next(LineRing ring, int bytes) {
        return bytes < RING_BYTES ? ring.poll(line) : -1;
    }

    private interface Attempt {
        void run() throws IOException;
    }

    /** Lines have come where they belong; whether that lasts is seen after a while. */
    private void recovered() {
        if (failing && nowNanos - failedNanos >= RECOVERED_NANOS) {
            failing = false;
            LOG.info("access log {} is written again", name);
        }
    }

    /** A failure is said once, until it is over. */
    private boolean attempt(int lines, Attempt what) {
        try {
            what.run();
            return true;
        } catch (IOException | RuntimeException e) {
            counters.fail(lines);
            failedNanos = nowNanos;
            if (!failing) {
                failing = true;
                LOG.warn("access log {} cannot be written: {}", name, e.getMessage());
            }
            return false;
        }
    }

    private void sayDropped() {
        long dropped = counters.dropped();
        if (dropped > droppedSaid && nowNanos - saidNanos > SAY_NANOS) {
            LOG.warn(
                    "access log {} comes too fast: {} lines dropped since the last time",
                    name,
                    dropped - droppedSaid);
            droppedSaid = dropped;
            saidNanos = nowNanos;
        }
    }

    void close() {
        List<@Nullable IOException> failures = new ArrayList<>();
        try {
            sink.close();
        } catch (IOException e) {
            failures.add(e);
        }
        if (!failures.isEmpty()) {
            LOG.debug("access log {}: {}", name, failures);
        }
    }
}
