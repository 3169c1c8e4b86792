package proa.chaos.observe;

import org.jspecify.annotations.Nullable;

import proa.chaos.load.Sources;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Asks an HTTP service at a fixed rate, each time on a new connection, whether it answers 200.
 *
 * <p>A probe that is not answered in {@value #TIMEOUT_MILLIS} ms is abandoned, before the kernel
 * would repeat a lost SYN (1 s): a probe says what the service did at one moment. When this thread
 * itself has stood still, it reads first what has come meanwhile. One platform thread; {@link #log}
 * may be read from any other.
 */
final class Prober implements AutoCloseable {

    static final int TIMEOUT_MILLIS = 250;
    private static final long TIMEOUT_NANOS = TIMEOUT_MILLIS * 1_000_000L;

    /** What has come while nobody looked is read by then. */
    private static final long CATCH_UP_NANOS = 20_000_000;

    /** A connection that took longer may be the kernel's second attempt. */
    private static final long REPEATED_NANOS = 900_000_000;

    /** Ten minutes at one a millisecond. */
    private static final int PROBES_REMEMBERED = 600_000;

    private static final String GOOD = "HTTP/1.1 200 ";
    private static final int RESPONSE_BYTES_MAX = 2_048;

    private final InetSocketAddress target;
    private final Sources sources;
    private final byte[] request;
    private final long intervalNanos;
    private final ProbeLog log = new ProbeLog(PROBES_REMEMBERED);
    private final Selector selector;
    private final Deque<Probe> waiting = new ArrayDeque<>();
    private final Thread thread;
    private volatile boolean open = true;

    private Prober(InetSocketAddress target, Sources sources, byte[] request, long intervalNanos)
            throws IOException {
        this.target = target;
        this.sources = sources;
        this.request = request;
        this.intervalNanos = intervalNanos;
        this.selector = Selector.open();
        this.thread = Thread.ofPlatform().daemon().name("prober-" + target).unstarted(this::run);
    }

    /**
     * Begins to probe.
     *
     * @param sources where the probes come from, in turn
     * @param request of each
     */
    static Prober start(
            InetSocketAddress target, Sources sources, byte[] request, long intervalNanos)
            throws IOException {
        Prober prober = new Prober(target, sources, request, intervalNanos);
        prober.thread.start();
        return prober;
    }

    /** What is asked. */
    static byte[] request(String host, String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    ProbeLog log() {
        return log;
    }

    @Override
    public void close() {
        open = false;
        selector.wakeup();
    }

    private void run() {
        try (selector) {
            long due = System.nanoTime();
            long looked = due;
            long patientUntil = due;
            while (open) {
                long now = System.nanoTime();
                if (now - looked > ProbeLog.UNKNOWN_NANOS) {
                    patientUntil = now + CATCH_UP_NANOS; // the fault of this thread, not of theirs
                }
                looked = now;
                if (now >= due) {
                    launch(now);
                    due = Math.max(due + intervalNanos, now - intervalNanos);
                }
                if (due <= System.nanoTime()) {
                    selector.selectNow(this::ready);
                } else {
                    selector.select(this::ready, 1);
                }
                abandon(now - (now < patientUntil ? REPEATED_NANOS : TIMEOUT_NANOS));
            }
            abandon(Long.MAX_VALUE);
        } catch (IOException e) {
            throw new IllegalStateException("the prober's selector failed", e);
        }
    }

    private void launch(long now) {
        Probe probe = new Probe(log.send(now), now);
        try {
            probe.connect();
            waiting.add(probe);
        } catch (IOException _) {
            log.abandon(probe.number); // refused at once, no route, or no descriptor
            probe.end();
        }
    }

    private void abandon(long sentBefore) {
        while (!waiting.isEmpty()
                && (waiting.getFirst().isEnded() || waiting.getFirst().sentNanos < sentBefore)) {
            waiting.removeFirst().fail();
        }
    }

    private void ready(SelectionKey key) {
        Probe probe = (Probe) key.attachment();
        try {
            probe.advance(key);
        } catch (IOException _) {
            probe.fail();
        }
    }

    /** Whether the bytes are a whole response with status 200. */
    static boolean isGoodAnswer(ByteBuffer received) {
        String text = StandardCharsets.ISO_8859_1.decode(received.duplicate().flip()).toString();
        int headEnd = text.indexOf("\r\n\r\n");
        if (!text.startsWith(GOOD) || headEnd < 0) {
            return false;
        }
        String name = "\r\ncontent-length:";
        int at = text.toLowerCase(java.util.Locale.ROOT).indexOf(name);
        if (at < 0 || at > headEnd) {
            return false;
        }
        int lineEnd = text.indexOf("\r\n", at + 2);
        String length = text.substring(at + name.length(), lineEnd).strip();
        return length.matches("\\d{1,9}")
                && text.length() - headEnd - 4 >= Integer.parseInt(length);
    }

    private final class Probe {
        private final long number;
        private final long sentNanos;
        private final ByteBuffer received = ByteBuffer.allocate(RESPONSE_BYTES_MAX);
        private @Nullable SocketChannel channel;

        Probe(long number, long sentNanos) {
            this.number = number;
            this.sentNanos = sentNanos;
        }

        void connect() throws IOException {
            SocketChannel opened = SocketChannel.open();
            channel = opened;
            opened.configureBlocking(false);
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            // A reset at the end: a thousand a second must not fill the port range with TIME_WAIT.
            opened.setOption(StandardSocketOptions.SO_LINGER, 0);
            opened.bind(new InetSocketAddress(sources.at(number), 0));
            boolean connected = opened.connect(target);
            opened.register(
                    selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
            if (connected) {
                ask(opened);
            }
        }

        void advance(SelectionKey key) throws IOException {
            SocketChannel current = channel;
            if (current == null) {
                return;
            }
            if (key.isConnectable() && current.finishConnect()) {
                if (System.nanoTime() - sentNanos > REPEATED_NANOS) {
                    fail();
                    return;
                }
                ask(current);
                key.interestOps(SelectionKey.OP_READ);
            } else if (key.isReadable()) {
                boolean ended = current.read(received) < 0 || !received.hasRemaining();
                if (isGoodAnswer(received)) {
                    log.answer(number, System.nanoTime());
                    end();
                } else if (ended) {
                    fail();
                }
            }
        }

        /** A few bytes into the empty buffer of a new connection: they fit. */
        private void ask(SocketChannel to) throws IOException {
            ByteBuffer all = ByteBuffer.wrap(request);
            to.write(all);
            if (all.hasRemaining()) {
                throw new IOException("no room for a request");
            }
        }

        boolean isEnded() {
            return channel == null;
        }

        /** It has got no good answer; nothing changes for one that has ended. */
        void fail() {
            if (!isEnded()) {
                log.abandon(number);
                end();
            }
        }

        void end() {
            if (channel != null) {
                try {
                    channel.close();
                } catch (IOException _) {
                    // It is gone either way.
                }
                channel = null;
            }
        }
    }
}
