package proa.cluster.engine;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Whether the copies here are what the others have: after each {@link Standstill} of this process
 * the engine of another member is asked whether it still has this one in its cluster. A thread of
 * its own looks; any thread may ask.
 */
final class Wakefulness implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Wakefulness.class);

    /** Members that are suspected have 300 ms to answer at least before they are put out. */
    private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private static final long TICK_MILLIS = 25;

    /** A question that takes longer is asked again, perhaps of somebody else. */
    private static final long ANSWER_MILLIS = 250;

    /** From one line in the log to the next. */
    private static final long SAID_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final String QUESTIONS = "proa-hear";

    private final Standstill standstill;
    private final Supplier<@Nullable HazelcastInstance> engine;
    private final boolean aloneIsEnough;
    private final AtomicBoolean asking = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean failed;
    private long saidNanos = System.nanoTime() - SAID_NANOS;

    private Wakefulness(
            Standstill standstill,
            Supplier<@Nullable HazelcastInstance> engine,
            boolean aloneIsEnough) {
        this.standstill = standstill;
        this.engine = engine;
        this.aloneIsEnough = aloneIsEnough;
    }

    /**
     * Begins to look.
     *
     * @param engine of now, if one runs
     * @param aloneIsEnough whether a member that sees nobody else goes on
     */
    static Wakefulness watch(Supplier<@Nullable HazelcastInstance> engine, boolean aloneIsEnough) {
        Standstill standstill = new Standstill(LIMIT_NANOS, System.nanoTime());
        return watch(standstill, engine, aloneIsEnough);
    }

    static Wakefulness watch(
            Standstill standstill,
            Supplier<@Nullable HazelcastInstance> engine,
            boolean aloneIsEnough) {
        Wakefulness watching = new Wakefulness(standstill, engine, aloneIsEnough);
        Thread.ofPlatform().name("session-standstill").daemon().start(watching::run);
        return watching;
    }

    /** Whether they are as of now; look at the copies first. */
    boolean current() {
        return standstill.over(System.nanoTime());
    }

    private void run() {
        try {
            while (!closed.await(TICK_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    look();
                } catch (RuntimeException | Error e) {
                    asking.set(false); // nobody does
                    if (!failed) {
                        LOG.error("sessions: looking for standstills; going on, told once", e);
                    }
                    failed = true;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        tell(standstill.tick(System.nanoTime()));
        if (!current() && asking.compareAndSet(false, true)) {
            Thread.ofVirtual().start(this::ask);
        }
    }

    private void tell(long stoodNanos) {
        long now = System.nanoTime();
        if (stoodNanos > 0 && now - saidNanos >= SAID_NANOS) {
            saidNanos = now;
            LOG.info(
                    "sessions: this node stood still for {} ms, and asks whether it is still a"
                            + " member",
                    TimeUnit.NANOSECONDS.toMillis(stoodNanos));
        }
    }

    private void ask() {
        try {
            HazelcastInstance running = engine.get();
            if (running != null) {
                ask(running);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.debug("sessions: not answered", e); // asked again at the next tick
        } finally {
            asking.set(false);
        }
    }

    /** Of the oldest of the others: it puts out this one, or the next oldest it. */
    private void ask(HazelcastInstance running)
            throws InterruptedException, ExecutionException, TimeoutException {
        Optional<Member> oldest =
                running.getCluster().getMembers().stream()
                        .filter(member -> !member.localMember())
                        .findFirst();
        if (oldest.isPresent()) {
            long asked = System.nanoTime();
            Future<Boolean> answer =
                    running.getExecutorService(QUESTIONS).submitToMember(new Hear(), oldest.get());
            answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
            standstill.heard(asked);
        } else if (aloneIsEnough) {
            standstill.alone();
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
