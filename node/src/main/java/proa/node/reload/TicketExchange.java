package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.cluster.member.Post;
import proa.config.ClusterConfig;
import proa.config.tls.TicketSecrets;
import proa.config.wire.FrameReader;
import proa.config.wire.FrameReader.Frame;
import proa.config.wire.FrameWriter;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Tells the other members what this node's session tickets are made by, and takes in what they
 * tell, so that all make them by one secret: whenever somebody comes into sight, when there is
 * something new, and now and then, because what is sent may be lost. It is told over connections
 * with mutual TLS only, and never written to a disk or a log. One thread speaks and listens.
 */
final class TicketExchange implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TicketExchange.class);

    /** "PRTS": Proa's ticket secrets. Members that do not know it skip what begins with it. */
    private static final int MAGIC = 0x50525453;

    private static final int VERSION = 1;

    /** Some times what there can be, for tags of later versions. */
    private static final int BODY_BYTES_MAX = 16 << 10;

    private static final int SAID = 1;

    /** Likewise, but whoever hears it does not answer: two that cannot agree fall silent. */
    private static final int ANSWERED = 2;

    private static final int SECRETS = 1;

    /** What does not fit is as if lost on the way. */
    private static final int WAITING_MAX = 64;

    private static final Duration SAY = Duration.ofSeconds(15);

    private final String self;
    private final Member member;
    private final Post post;
    private final NodeTls tls;
    private final BlockingQueue<Runnable> work = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Thread thread;

    private TicketExchange(String self, Member member, NodeTls tls) {
        this.self = self;
        this.member = member;
        this.post = member.post();
        this.tls = tls;
        thread = Thread.ofVirtual().name("ticket-secrets").unstarted(this::run);
    }

    /**
     * Begins to speak and to listen.
     *
     * @return empty: there are no other members, or they speak in clear and must not hear it
     */
    static Optional<TicketExchange> start(
            ClusterConfig cluster, String self, Member member, NodeTls tls) {
        if (cluster.tls().isEmpty() || cluster.nodes().size() == 1) {
            return Optional.empty();
        }
        TicketExchange exchange = new TicketExchange(self, member, tls);
        exchange.post.listen(
                MAGIC, (from, bytes) -> exchange.give(() -> exchange.arrived(from, bytes)));
        member.onView(_ -> exchange.give(exchange::say));
        exchange.thread.start();
        return Optional.of(exchange);
    }

    private void give(Runnable job) {
        if (!work.offer(job)) {
            LOG.debug("too much is waiting: it is said again");
        }
    }

    private void run() {
        try {
            while (true) {
                Runnable job = work.poll(SAY.toNanos(), TimeUnit.NANOSECONDS);
                step(job == null ? this::say : job);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void step(Runnable job) {
        try {
            job.run();
        } catch (RuntimeException defect) {
            LOG.error("a defect", defect);
        }
    }

    private void say() {
        byte[] said = frame(SAID, tls.tickets());
        others().forEach(other -> post.send(other, said));
    }

    private List<String> others() {
        return member.view().members().stream().filter(name -> !name.equals(self)).toList();
    }

    private static byte[] frame(int type, TicketSecrets secrets) {
        return new FrameWriter(MAGIC, VERSION, VERSION, type)
                .bytes(SECRETS, secrets.toBytes())
                .toBytes();
    }

    private void arrived(String from, byte[] bytes) {
        FrameReader reader = new FrameReader(MAGIC, VERSION, BODY_BYTES_MAX);
        reader.feed(ByteBuffer.wrap(bytes));
        if (!(reader.next() instanceof FrameReader.Result.Whole(Frame frame))
                || (frame.type() != SAID && frame.type() != ANSWERED)) {
            LOG.debug("{} says what this version does not understand", from);
            return;
        }
        byte[] told = frame.bytes(SECRETS);
        try {
            merge(from, TicketSecrets.of(told == null ? new byte[0] : told), frame.type() == SAID);
        } catch (IllegalArgumentException broken) {
            LOG.warn(
                    "what {} says of session tickets cannot be read: {}",
                    from,
                    broken.getMessage());
        }
    }

    private void merge(String from, TicketSecrets theirs, boolean answer) {
        TicketSecrets before = tls.tickets();
        TicketSecrets merged = tls.share(theirs, Instant.now());
        if (!merged.makesAs(before)) {
            LOG.info("session tickets are made by the members' secret from now on (from {})", from);
        }
        if (answer && !merged.equals(theirs)) {
            post.send(from, frame(ANSWERED, merged));
        }
        if (!merged.equals(before)) {
            say();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
