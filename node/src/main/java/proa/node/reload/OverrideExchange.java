package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.cluster.member.Post;
import proa.config.wire.FrameReader;
import proa.config.wire.FrameReader.Frame;
import proa.config.wire.FrameWriter;
import proa.node.overrides.Registers;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells the other members what operators asked of servers, takes in what they tell, and ends what
 * has an end. Whoever changes something sends everything it knows, which is little; every few
 * seconds, and whenever somebody comes into sight, each sends a digest of it, and who has another
 * one answers with what it knows: so nothing that is lost on the way is lost for long. One thread
 * speaks and listens, everybody else puts work into its queue; another ends what is over.
 */
final class OverrideExchange implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OverrideExchange.class);

    /** "PRSV": Proa servers. */
    private static final int MAGIC = 0x50525356;

    private static final int VERSION = 1;

    /** The limits of {@link Registers} with long names; the members' post takes twice as much. */
    private static final int BODY_BYTES_MAX = 4 << 20;

    private static final int DIGEST = 1;
    private static final int REGISTERS = 2;

    private static final int NUMBER = 1;
    private static final int TEXT = 2;

    /** What does not fit is as if lost on the way. */
    private static final int WAITING_MAX = 256;

    private static final Duration SAY = Duration.ofSeconds(5);

    private final String self;
    private final Member member;
    private final Post post;
    private final Reloader reloader;
    private final Generations generations;
    private final Overrides overrides;
    private final BlockingQueue<Runnable> work = new ArrayBlockingQueue<>(WAITING_MAX);

    /** Members that have the same, or have told what they have, since they came into sight. */
    private final Set<String> heard = ConcurrentHashMap.newKeySet();

    private final Thread thread;

    /** Apart: an end does not wait for a member that takes nothing. */
    private final Thread ends;

    private Said said = new Said(Registers.EMPTY, "[]");
    private long sayNanos = System.nanoTime();

    /** What was told last, as text. */
    private record Said(Registers registers, String text) {}

    private OverrideExchange(
            String self,
            Member member,
            Reloader reloader,
            Generations generations,
            Overrides overrides) {
        this.self = self;
        this.member = member;
        this.post = member.post();
        this.reloader = reloader;
        this.generations = generations;
        this.overrides = overrides;
        thread = Thread.ofVirtual().name("overrides").unstarted(this::run);
        ends = Thread.ofVirtual().name("ends-of-overrides").unstarted(this::end);
    }

    /**
     * Begins to speak and to listen.
     *
     * @param reloader whose lock keeps changes of servers and reloads apart
     */
    static OverrideExchange start(
            String self,
            Member member,
            Reloader reloader,
            Generations generations,
            Overrides overrides) {
        OverrideExchange exchange =
                new OverrideExchange(self, member, reloader, generations, overrides);
        exchange.post.listen(
                MAGIC, (from, bytes) -> exchange.give(() -> exchange.arrived(from, bytes)));
        member.onView(view -> exchange.give(() -> exchange.seen(view)));
        exchange.thread.start();
        exchange.ends.start();
        return exchange;
    }

    /** An operator has asked something of this node. Returns at once. */
    void changed() {
        LockSupport.unpark(ends);
        give(() -> others(member.view()).forEach(this::tell));
    }

    /** Whether this node knows what the members in sight know; not while there are none. */
    boolean fetched() {
        List<String> others = others(member.view());
        return !others.isEmpty() && heard.containsAll(others);
    }

    private void give(Runnable job) {
        if (!work.offer(job)) {
            LOG.debug("too much is waiting: the next digest makes up for it");
        }
    }

    private List<String> others(Member.View view) {
        return view.members().stream().filter(name -> !name.equals(self)).toList();
    }

    private void run() {
        try {
            while (true) {
                long wait = Math.max(0, sayNanos - System.nanoTime());
                Runnable job = work.poll(wait, TimeUnit.NANOSECONDS);
                step(job == null ? () -> {} : job);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends what is over; woken when something is asked, whose end may be the next. */
    private void end() {
        while (!Thread.currentThread().isInterrupted()) {
            long wait = SAY.toNanos();
            try {
                synchronized (reloader) {
                    overrides.expire(generations.current().pools());
                }
                wait = untilNextNanos();
            } catch (RuntimeException defect) {
                LOG.error("a defect", defect);
            }
            LockSupport.parkNanos(wait);
        }
    }

    /** At least a moment, so that a clock that is set back while it waits keeps nobody busy. */
    private long untilNextNanos() {
        return Math.max(TimeUnit.MILLISECONDS.toNanos(1), overrides.untilNext(SAY).toNanos());
    }

    private void step(Runnable job) {
        try {
            job.run();
            if (sayNanos - System.nanoTime() <= 0) {
                say(others(member.view()));
            }
        } catch (RuntimeException defect) {
            LOG.error("a defect", defect);
            sayNanos = System.nanoTime() + SAY.toNanos();
        }
    }

    private void seen(Member.View view) {
        List<String> others = others(view);
        heard.retainAll(others);
        say(others);
    }

    private void say(List<String> others) {
        sayNanos = System.nanoTime() + SAY.toNanos();
        byte[] digest = digest();
        others.forEach(other -> post.send(other, digest));
    }

    private byte[] digest() {
        return frame(DIGEST).number(NUMBER, OverrideText.digest(text())).toBytes();
    }

    private void tell(String node) {
        post.send(node, frame(REGISTERS).text(TEXT, text()).toBytes());
    }

    private static FrameWriter frame(int type) {
        return new FrameWriter(MAGIC, VERSION, VERSION, type);
    }

    private String text() {
        Registers now = overrides.registers();
        if (!said.registers().equals(now)) {
            said = new Said(now, OverrideText.of(now.all()));
        }
        return said.text();
    }

    private void arrived(String from, byte[] bytes) {
        FrameReader reader = new FrameReader(MAGIC, VERSION, BODY_BYTES_MAX);
        reader.feed(ByteBuffer.wrap(bytes));
        if (!(reader.next() instanceof FrameReader.Result.Whole(Frame frame))) {
            LOG.debug("{} says what this version does not understand", from);
            return;
        }
        switch (frame.type()) {
            case DIGEST -> {
                if (frame.number(NUMBER, 0) == OverrideText.digest(text())) {
                    if (heard.add(from)) {
                        post.send(from, digest()); // it waits to hear that it has missed nothing
                    }
                } else {
                    tell(from);
                }
            }
            case REGISTERS -> merge(from, frame.text(TEXT, ""));
            default -> LOG.debug("{} says what this version does not understand", from);
        }
    }

    private void merge(String from, String text) {
        Registers theirs;
        try {
            theirs = Registers.of(OverrideText.read(text));
        } catch (IllegalArgumentException broken) {
            LOG.warn("what {} says of servers cannot be read: {}", from, broken.getMessage());
            return;
        }
        synchronized (reloader) {
            overrides.merge(theirs, from, generations.current().pools());
        }
        LockSupport.unpark(ends);
        heard.add(from);
    }

    @Override
    public void close() {
        thread.interrupt();
        ends.interrupt();
    }
}
