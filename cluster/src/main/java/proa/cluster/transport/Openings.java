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
    private long dropped; // guarded by waiting

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
        Waiting there;
        boolean first;
        synchronized (waiting) {
            there = waiting.get(destination);
            first = there == null;
            if (there == null) {
                there = new Waiting();
                waiting.put(destination, there);
            }
            if (first || there.bytes + length <= bytesMax) {
                there.messages.add(bytes);
                there.bytes += length;
            } else {
                dropped++;
            }
        }
        if (first) {
            begin(destination, there);
        }
    }

    private void begin(D destination, Waiting there) {
        boolean begun = false;
        try {
            threads.execute(() -> open(destination, there));
            begun = true;
        } finally {
            if (!begun) {
                drop(destination, there, 0);
            }
        }
    }

    private void open(D destination, Waiting there) {
        int unsent = 1;
        try {
            for (byte[] next = next(destination, there);
                    next != null;
                    next = next(destination, there)) {
                sender.send(destination, next);
            }
            unsent = 0;
        } catch (Exception e) { // whatever the transport throws
            LOG.debug("nothing is sent to {}", destination, e);
        } finally {
            // Also when memory is short: the next message tries again.
            drop(destination, there, unsent);
        }
    }

    private byte @Nullable [] next(D destination, Waiting there) {
        synchronized (waiting) {
            byte[] next = there.messages.poll();
            if (next == null) {
                waiting.remove(destination, there);
                return null;
            }
            there.bytes -= next.length;
            return next;
        }
    }

    private void drop(D destination, Waiting there, int unsent) {
        synchronized (waiting) {
            waiting.remove(destination, there);
            dropped += unsent + there.messages.size();
        }
    }

    /** Messages that were dropped since the start. */
    long dropped() {
        synchronized (waiting) {
            return dropped;
        }
    }
}
