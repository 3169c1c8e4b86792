package proa.cluster.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionValue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What this member held when the engine makes it join others after a split is brought to them, key
 * by key, as often as it takes; what they have as well is not. The engine's own way gives up
 * everything it has not yet sent when one backup is late: sessions that were acknowledged were
 * lost. Safe from any thread.
 */
final class SplitHealing implements AutoCloseable {

    /** Keys under way at a time. */
    static final int UNDER_WAY_MAX = 128;

    /** Keys of one question. */
    private static final int ASKED_MAX = 1_000;

    /** An answer that takes longer is not waited for: the keys are brought without it. */
    private static final long ANSWER_SECONDS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(SplitHealing.class);

    /** Before those that were not taken are brought again, in milliseconds. */
    private static final long PAUSE_MILLIS = 20;

    /** A leaving member brings what it can for so long, in milliseconds. */
    private static final long LEAVING_MILLIS = 10_000;

    /** What the others have: the stamp beside each key that they have. */
    @FunctionalInterface
    interface Knowledge {
        CompletionStage<Map<String, SessionStamp>> of(Set<String> keys);
    }

    /** Brings one to its owner and backup; whatever it ends with but success is tried again. */
    @FunctionalInterface
    interface Destination {
        CompletionStage<?> bring(SessionCopy held);
    }

    private final Supplier<Collection<SessionCopy>> local;
    private final Knowledge others;
    private final Destination destination;
    private final Semaphore joined = new Semaphore(0);
    private final Semaphore room = new Semaphore(UNDER_WAY_MAX);
    private final List<SessionCopy> left = new ArrayList<>();
    private final Thread thread;
    private volatile boolean merging;
    private volatile boolean bringing;

    /**
     * @param local everything held here, asked while the engine still is what it was in the split
     * @param others what need not be brought, as they have the same
     */
    SplitHealing(
            Supplier<Collection<SessionCopy>> local, Knowledge others, Destination destination) {
        this.local = local;
        this.others = others;
        this.destination = destination;
        thread = Thread.ofPlatform().name("session-healing").daemon().unstarted(this::watch);
        thread.start();
    }

    /** Whether something held in a split has not reached the others. */
    boolean active() {
        return merging || bringing;
    }

    /** To be called before the engine empties this member. */
    void separated() {
        merging = true;
        Collection<SessionCopy> held = local.get();
        synchronized (left) {
            left.addAll(held);
        }
    }

    /** To be called after an engine has joined others. */
    void joined() {
        bringing = true;
        merging = false;
        joined.release();
    }

    private void watch() {
        try {
            while (true) {
                joined.acquire();
                bringAll();
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void bringAll() throws InterruptedException {
        long started = System.nanoTime();
        List<SessionCopy> round = taken();
        int held = round.size();
        round = differing(round);
        int differing = round.size();
        while (bringing) {
            for (SessionCopy copy : round) {
                room.acquire();
                bring(copy);
            }
            awaitThoseUnderWay();
            round = taken();
        }
        if (held > 0) {
            LOG.info(
                    "sessions: after a split, {} keys of {} were brought to the others: {} ms",
                    differing,
                    held,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
        }
    }

    /** Most have not changed in the split: what the others have too, they are asked for at once. */
    private List<SessionCopy> differing(List<SessionCopy> held) throws InterruptedException {
        List<SessionCopy> differing = new ArrayList<>();
        for (int from = 0; from < held.size(); from += ASKED_MAX) {
            List<SessionCopy> part = held.subList(from, Math.min(held.size(), from + ASKED_MAX));
            Map<String, SessionStamp> known = known(part);
            for (SessionCopy copy : part) {
                SessionStamp stamp = SessionValue.decode(copy.value()).stamp();
                if (!stamp.equals(known.get(copy.key()))) {
                    differing.add(copy);
                }
            }
        }
        return differing;
    }

    private Map<String, SessionStamp> known(List<SessionCopy> part) throws InterruptedException {
        Set<String> keys = part.stream().map(SessionCopy::key).collect(Collectors.toSet());
        try {
            return others.of(keys).toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.debug("sessions: what the others have is not known", e);
            return Map.of();
        }
    }

    /**
     * What is left, without an order: it was found partition by partition, and one that the engine
     * moves just then answers late; the others are not to wait for it.
     */
    private List<SessionCopy> taken() {
        List<SessionCopy> round;
        synchronized (left) {
            round = new ArrayList<>(left);
            left.clear();
        }
        Collections.shuffle(round);
        return round;
    }

    /** A pause for all that were not taken, not one for each: those can be thousands. */
    private void awaitThoseUnderWay() throws InterruptedException {
        room.acquire(UNDER_WAY_MAX);
        room.release(UNDER_WAY_MAX);
        synchronized (left) {
            bringing = !left.isEmpty();
        }
        if (bringing) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private void bring(SessionCopy held) {
        CompletionStage<?> answer;
        try {
            answer = destination.bring(held);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete(
                (_, failure) -> {
                    if (failure != null) {
                        LOG.debug("sessions: a key is brought again", failure);
                        synchronized (left) {
                            left.add(held);
                        }
                    }
                    room.release();
                });
    }

    /** Waits, within a limit, until what was held has reached the others. */
    @Override
    public void close() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEAVING_MILLIS);
        while (active() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
        }
        thread.interrupt();
    }
}
