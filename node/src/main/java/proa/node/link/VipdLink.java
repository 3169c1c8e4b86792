package proa.node.link;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;
import proa.config.link.LinkMessage.Ownership;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The connection to the vipd of this host. One platform thread beats and reports, another reads;
 * when vipd goes away both start again, and every group counts as not owned meanwhile.
 *
 * <p>Reports are levels, not edges: readiness is sent when it differs from what this connection was
 * last told, so a restarted vipd hears everything again.
 */
public final class VipdLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(VipdLink.class);

    private static final long BEAT_NANOS = LinkMessage.HEARTBEAT_MILLIS * 1_000_000;
    private static final long RETRY_MILLIS_MIN = 20;
    private static final long RETRY_MILLIS_MAX = 500;
    private static final int READ_BYTES = 16 << 10;

    private final Path path;
    private final LinkMessage.Hello hello;
    private final Vitals vitals;
    private final Listener listener;
    private final Map<String, Ownership> owned = new ConcurrentHashMap<>();
    private final CountDownLatch mayLeave = new CountDownLatch(1);
    private final Thread thread;
    private volatile String outOfService = "";
    private volatile String stood = ""; // as the listener has heard it
    private volatile boolean connected;
    private volatile boolean leaving;
    private volatile boolean closed;

    /** Is told what vipd says, on the link's threads, one at a time. */
    @FunctionalInterface
    public interface Listener {

        /** Who has a group; every change. */
        void owned(Ownership ownership);

        /**
         * Operators keep this node out of service or no longer; every change.
         *
         * @param why who and until when; empty: it is in service
         */
        default void stands(String why) {}

        /** Something an operator must see. */
        default void alarm(String text) {}
    }

    private VipdLink(Path path, LinkMessage.Hello hello, Vitals vitals, Listener listener) {
        this.path = path;
        this.hello = hello;
        this.vitals = vitals;
        this.listener = listener;
        thread = Thread.ofPlatform().name("vipd-link").daemon().unstarted(this::run);
    }

    /**
     * Connects in the background and keeps connecting.
     *
     * @param socket vipd's socket
     * @param hello who we are
     * @param vitals asked at every heartbeat, on the link's thread
     * @param listener told of every change
     */
    public static VipdLink start(
            Path socket, LinkMessage.Hello hello, Vitals vitals, Listener listener) {
        VipdLink link = new VipdLink(socket, hello, vitals, listener);
        link.thread.start();
        return link;
    }

    public boolean connected() {
        return connected;
    }

    /** Who keeps this node out of service and until when; empty: nobody, or there is no vipd. */
    public String outOfService() {
        return outOfService;
    }

    /** What vipd last said of each group; empty without a vipd. */
    public Map<String, Ownership> ownership() {
        return Map.copyOf(owned);
    }

    /**
     * Asks vipd to hand every group over and waits.
     *
     * @return whether it has; without a vipd there is nothing to hand over
     */
    public boolean leave(Duration limit) throws InterruptedException {
        if (!connected) {
            return true;
        }
        leaving = true;
        LockSupport.unpark(thread);
        return mayLeave.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        long retryMillis = RETRY_MILLIS_MIN;
        boolean said = false;
        while (!closed) {
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                said = false;
                retryMillis = RETRY_MILLIS_MIN;
                serve(channel);
            } catch (IOException e) {
                if (!said && !closed) {
                    LOG.warn("vipd does not answer at {} ({}); trying again", path, e.getMessage());
                }
                said = true;
            }
            LockSupport.parkNanos(retryMillis * 1_000_000);
            retryMillis = Math.min(RETRY_MILLIS_MAX, retryMillis * 2);
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        send(channel, hello);
        Thread reader = Thread.ofPlatform().name("vipd-reader").daemon().start(() -> read(channel));
        LOG.info("connected to vipd at {}", path);
        connected = true;
        try {
            beat(channel, reader);
        } finally {
            connected = false;
            channel.close();
            awaitEnd(reader);
            disown();
        }
    }

    private void beat(SocketChannel channel, Thread reader) throws IOException {
        Map<String, String> told = new HashMap<>();
        Map<String, Vitals.Share> counted = new HashMap<>();
        Map<String, LinkMessage.Usable> used = new HashMap<>();
        boolean leaveSent = false;
        long next = System.nanoTime();
        while (!closed && reader.isAlive()) {
            if (System.nanoTime() - next >= 0) {
                next = System.nanoTime() + BEAT_NANOS;
                send(channel, heartbeat());
                report(channel, told);
                count(channel, counted);
                sayDrained(channel);
                use(channel, used);
            }
            if (leaving && !leaveSent) {
                leaveSent = true;
                send(channel, new LinkMessage.Leaving());
            }
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private LinkMessage.Heartbeat heartbeat() {
        return new LinkMessage.Heartbeat(vitals.oldestTickMillis(), vitals.servedMillis());
    }

    private void report(SocketChannel channel, Map<String, String> told) throws IOException {
        for (Map.Entry<String, String> group : vitals.lacking().entrySet()) {
            String lacks = group.getValue();
            if (!lacks.equals(told.put(group.getKey(), lacks))) {
                send(channel, new LinkMessage.Readiness(group.getKey(), lacks.isEmpty(), lacks));
            }
        }
    }

    private void count(SocketChannel channel, Map<String, Vitals.Share> counted)
            throws IOException {
        for (Map.Entry<String, Vitals.Share> group : vitals.servers().entrySet()) {
            Vitals.Share share = group.getValue();
            if (!share.equals(counted.put(group.getKey(), share))) {
                send(channel, new LinkMessage.Servers(group.getKey(), share.up(), share.total()));
            }
        }
    }

    /** Said again and again: vipd may not be ready for it the first time. */
    private void sayDrained(SocketChannel channel) throws IOException {
        for (Ownership group : owned.values()) {
            if (group.tail() && vitals.connections(group.group()) == 0) {
                send(channel, new LinkMessage.Drained(group.group()));
            }
        }
    }

    private void use(SocketChannel channel, Map<String, LinkMessage.Usable> used)
            throws IOException {
        Map<String, List<String>> down = vitals.down();
        for (Map.Entry<String, List<String>> frontend : vitals.usable().entrySet()) {
            String name = frontend.getKey();
            LinkMessage.Usable now =
                    new LinkMessage.Usable(
                            name, frontend.getValue(), down.getOrDefault(name, List.of()));
            if (!now.equals(used.put(name, now))) {
                send(channel, now);
            }
        }
    }

    private static void send(SocketChannel channel, LinkMessage message) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(LinkCodec.encode(message));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void read(SocketChannel channel) {
        LinkCodec codec = new LinkCodec();
        ByteBuffer arrived = ByteBuffer.allocate(READ_BYTES);
        try {
            while (channel.read(arrived.clear()) >= 0) {
                codec.feed(arrived.flip());
                for (LinkMessage message = codec.next(); message != null; message = codec.next()) {
                    take(message);
                }
            }
        } catch (IOException e) {
            LOG.debug("the connection to vipd broke: {}", e.getMessage());
        } catch (IllegalArgumentException e) {
            LOG.warn("vipd's messages make no sense ({}); connecting again", e.getMessage());
        }
        LockSupport.unpark(thread);
    }

    private void take(LinkMessage message) {
        switch (message) {
            case Ownership ownership -> own(ownership);
            case LinkMessage.MayLeave _ -> mayLeave.countDown();
            case LinkMessage.Standing standing -> stand(standing.out() ? standing.why() : "");
            case LinkMessage.Alarm(String text) -> listener.alarm(text);
            case LinkMessage.Status _, LinkMessage.Done _ -> {} // asked for by others
            case LinkMessage.FromNode _ ->
                    LOG.debug("vipd sent {}, which is ours to send", message);
        }
    }

    private void stand(String why) {
        outOfService = why;
        if (!why.equals(stood)) {
            stood = why;
            listener.stands(why);
        }
    }

    private void own(Ownership ownership) {
        Ownership before = owned.put(ownership.group(), ownership);
        if (before == null || before.state() != ownership.state()) {
            LOG.info(
                    "group {} is {} here, owner {}, term {}: {}",
                    ownership.group(),
                    ownership.state(),
                    ownership.owner().isEmpty() ? "unknown" : ownership.owner(),
                    ownership.term(),
                    ownership.why());
        }
        listener.owned(ownership);
    }

    /** Without a vipd nothing is owned. */
    private void disown() {
        if (closed) {
            return;
        }
        LOG.warn("vipd is gone: no group is owned until it is back");
        outOfService = "";
        List<Ownership> last = List.copyOf(owned.values());
        owned.clear();
        for (Ownership group : last) {
            listener.owned(
                    new Ownership(
                            group.group(),
                            LinkMessage.State.FAULT,
                            "",
                            group.term(),
                            "vipd is gone"));
        }
    }

    private static void awaitEnd(Thread reader) {
        try {
            reader.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
