package proa.cluster.transport;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * What is to be sent where there is no connection yet: somebody else opens it, in a thread for each
 * destination, and sends what has come meanwhile, in its order. Where the way there is cut an
 * opening takes as long as it may, and the thread that sends to all members would spend that on
 * every message, while the living do not hear from each other.
 *
 * <p>What waits is bounded; what is beyond, and what waits for an opening that fails, is dropped,
 * and repeated by the layers above. Safe from any thread.
 *
 * @param <D> destinations
 */
final class Openings<D> {

    private static final Logger LOG = LoggerFactory.getLogger(Openings.class);

    /** Sends, and opens a connection before if there is none. */
    interface Sender<D> {
        void send(D destination, byte[] bytes) throws Exception;
    }

    private final Sender<D> sender;
    private final Executor threads;
    private final long bytesMax;
    private final Map<D, Waiting> waiting = new HashMap<>(); // guarded by itself

    private static final class Waiting {
        final ArrayDeque<byte[]> messages = new ArrayDeque<>();
        long bytes;
    }

    /**
     * @param threads begins a task in a thread of its own
     * @param bytesMax that may wait for one destination, beside one message
     */
    Openings(Sender<D> sender, Executor threads, long bytesMax) {
        this.sender = sender;
        this.threads = threads;
        this.bytesMax = bytesMax;
    }

    /** Whether something waits for the destination: what is sent past that would overtake it. */
    boolean isOpening(D destination) {
        synchronized (waiting) {
            return waiting.containsKey(destination);
        }
    }

    /** Copies the bytes and returns at once. */
    void send(D destination, byte[] buffer, int offset, int length) {
        byte[] bytes = Arrays.copyOfRange(buffer, offset, offset + length);
        boolean first;
        synchronized (waiting) {
            Waiting there = waiting.get(destination);
            first = there == null;
            if (there == null) {
                there = new Waiting();
                waiting.put(destination, there);
            }
            if (first || there.bytes + length <= bytesMax) {
                there.messages.add(bytes);
                there.bytes += length;
            }
        }
        if (first) {
            threads.execute(() -> open(destination));
        }
    }

    private void open(D destination) {
        try {
            for (byte[] next = next(destination); next != null; next = next(destination)) {
                sender.send(destination, next);
            }
        } catch (Exception e) { // whatever the transport throws
            LOG.debug("nothing is sent to {}", destination, e);
            synchronized (waiting) {
                waiting.remove(destination);
            }
        }
    }

    private byte @Nullable [] next(D destination) {
        synchronized (waiting) {
            Waiting there = waiting.get(destination);
            byte[] next = there == null ? null : there.messages.poll();
            if (there == null || next == null) {
                waiting.remove(destination);
                return null;
            }
            there.bytes -= next.length;
            return next;
        }
    }
}
