package proa.cluster.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionValue;

import java.io.Serial;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** An answer that takes longer is not waited for: the others are asked again, at the end. */
    private static final long ANSWER_SECONDS = 2;

    /**
     * After so many questions without an answer the keys of those and of the rest are brought
     * unasked, which takes a message and a backup for each.
     */
    static final int UNANSWERED_MAX = 5;

    private static final Logger LOG = LoggerFactory.getLogger(SplitHealing.class);

    private static final String JOINING = "this member joins the others after a split";

    /** Before those that were not taken are brought again, in milliseconds. */
    private static final long PAUSE_MILLIS = 20;

    /** After what should not happen. */
    private static final long FAILED_SECONDS = 1;

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

    /** What was answered before another split is worth nothing after it. */
    private final AtomicInteger splits = new AtomicInteger();

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

    /**
     * Makes a write whose acknowledgement counts: what is kept has it, or will have.
     *
     * @throws JoiningException when it was not made, as it would be gone
     * @throws IllegalArgumentException when it was acknowledged after what is kept was looked
     *     through; it is gone, and has to be made again
     */
    <T> T kept(Supplier<T> write) {
        int split = splits.get();
        if (merging) {
            throw new JoiningException();
        }
        T answer = write.get();
        if (merging || split != splits.get()) {
            throw new IllegalArgumentException(JOINING);
        }
        return answer;
    }

    /** Nothing was done, and it can be tried again soon. */
    static final class JoiningException extends RuntimeException {
        @Serial private static final long serialVersionUID = 1;

        private JoiningException() {
            super(JOINING, null, false, false);
        }
    }

    /** To be called before the engine empties this member. */
    void separated() {
        merging = true;
        splits.incrementAndGet();
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
                List<SessionCopy> held = taken();
                try {
                    bringAll(held);
                } catch (RuntimeException | Error e) {
                    LOG.error("sessions: bringing what was here in a split; trying again", e);
                    again(held);
                    joined.release();
                    TimeUnit.SECONDS.sleep(FAILED_SECONDS);
                }
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void again(Collection<SessionCopy> held) {
        synchronized (left) {
            left.addAll(held);
            bringing = true;
        }
    }

    private void bringAll(List<SessionCopy> held) throws InterruptedException {
        long started = System.nanoTime();
        List<SessionCopy> differing = differing(held);
        for (List<SessionCopy> round = differing; bringing; round = taken()) {
            try {
                bringEach(round);
            } catch (RuntimeException | Error e) {
                again(round);
                throw e;
            }
        }
        if (!held.isEmpty()) {
            LOG.info(
                    "sessions: after a split, {} keys of {} were brought to the others: {} ms",
                    differing.size(),
                    held.size(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
        }
    }

    /**
     * In no order: one partition that the engine moves just then answers late, and the others are
     * not to wait for it.
     */
    private void bringEach(List<SessionCopy> round) throws InterruptedException {
        List<SessionCopy> mixed = new ArrayList<>(round);
        Collections.shuffle(mixed);
        for (SessionCopy copy : mixed) {
            awaitMerged();
            room.acquire();
            bring(copy);
        }
        awaitThoseUnderWay();
    }

    /**
     * Most have not changed in the split: what the others have too, they are asked for at once, in
     * the order in which it was found, partition by partition.
     */
    private List<SessionCopy> differing(List<SessionCopy> held) throws InterruptedException {
        List<SessionCopy> differing = new ArrayList<>();
        Deque<List<SessionCopy>> unasked = new ArrayDeque<>();
        for (int from = 0; from < held.size(); from += ASKED_MAX) {
            unasked.add(held.subList(from, Math.min(held.size(), from + ASKED_MAX)));
        }
        int unanswered = 0;
        while (unanswered < UNANSWERED_MAX && !unasked.isEmpty()) {
            awaitMerged();
            List<SessionCopy> part = unasked.remove();
            Optional<Map<String, SessionStamp>> known = known(part);
            if (known.isPresent()) {
                part.stream()
                        .filter(copy -> !stamp(copy).equals(known.get().get(copy.key())))
                        .forEach(differing::add);
            } else {
                unasked.add(part);
                unanswered++;
            }
        }
        unasked.forEach(differing::addAll);
        return differing;
    }

    private static SessionStamp stamp(SessionCopy copy) {
        return SessionValue.decode(copy.value()).stamp();
    }

    private Optional<Map<String, SessionStamp>> known(List<SessionCopy> part)
            throws InterruptedException {
        int split = splits.get();
        if (merging) {
            return Optional.empty();
        }
        Set<String> keys = part.stream().map(SessionCopy::key).collect(Collectors.toSet());
        try {
            Map<String, SessionStamp> known =
                    others.of(keys).toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
            return merging || split != splits.get() ? Optional.empty() : Optional.of(known);
        } catch (ExecutionException | TimeoutException | RuntimeException | Error e) {
            LOG.debug("sessions: what the others have is not known", e);
            return Optional.empty();
        }
    }

    /** An engine that is about to be emptied still takes keys, and still has them. */
    private void awaitMerged() throws InterruptedException {
        while (merging) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private List<SessionCopy> taken() {
        synchronized (left) {
            List<SessionCopy> round = List.copyOf(left);
            left.clear();
            return round;
        }
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
        int split = splits.get();
        CompletionStage<?> answer;
        try {
            answer =
                    merging
                            ? CompletableFuture.failedFuture(new JoiningException())
                            : destination.bring(held);
        } catch (RuntimeException | Error e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete(
                (_, failure) -> {
                    if (failure != null || merging || split != splits.get()) {
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
