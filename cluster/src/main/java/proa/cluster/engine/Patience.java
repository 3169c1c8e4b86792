package proa.cluster.engine;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionReply;
import proa.cluster.sessions.SessionStore;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One call to the engine, repeated while the cluster settles. Of one thread. */
final class Patience {

    /** Between tries while the engine is not running, in milliseconds. */
    private static final long PAUSE_MILLIS = 20;

    private static final String STOOD_STILL =
            "this node stood still, and no other member has said since that it hears it";

    private final long deadlineNanos =
            System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SessionStore.WAIT_MILLIS);
    private final Attempts attempts;
    private final BooleanSupplier quorum;
    private final BooleanSupplier current;
    private final boolean onlyOnce;
    private boolean changes;
    private boolean inDoubt;
    private int tries;

    /**
     * @param quorum whether the membership sees a majority now
     * @param current whether what lies here is what the others have, see {@link Wakefulness}
     * @param onlyOnce whether a try in doubt must not be repeated
     */
    Patience(Attempts attempts, BooleanSupplier quorum, BooleanSupplier current, boolean onlyOnce) {
        this.attempts = attempts;
        this.quorum = quorum;
        this.current = current;
        this.onlyOnce = onlyOnce;
    }

    /** Carries a change to the key's owner, once. */
    @FunctionalInterface
    interface Carrier {
        SessionReply carry(SessionChange change);
    }

    /**
     * Makes a change. One that was late from the start gets a later stamp; one that may have been
     * applied already, before the later write that it meets now, does not.
     */
    SessionReply change(Wish wish, EngineClock clock, Carrier carrier) throws SessionException {
        SessionChange change = wish.at(clock.next(), clock.nowMillis());
        changes = true;
        while (true) {
            SessionChange next = change;
            SessionReply reply = answer(() -> carrier.carry(next));
            clock.observe(reply.seenTime());
            if (reply.outcome() != SessionChange.Outcome.STALE) {
                return reply;
            }
            if (inDoubt && wish.displaces()) {
                throw new SessionException.Unknown("the key changed while the write was in doubt");
            }
            change = wish.at(clock.next(), clock.nowMillis());
        }
    }

    /** The engine's answer, as often as it takes. */
    <T extends @Nullable Object> T answer(Callable<T> call) throws SessionException {
        while (true) {
            Optional<Found<T>> found = attempt(() -> new Found<>(call.call()));
            if (found.isPresent()) {
                return found.get().value;
            }
        }
    }

    private record Found<T extends @Nullable Object>(T value) {}

    /**
     * One try; empty: try again. An answer may come from this node's own copy, which is old if it
     * stood still; what cannot be repeated is not tried before it is sure.
     */
    private <T> Optional<T> attempt(Callable<T> call) throws SessionException {
        if (!current.getAsBoolean()) {
            awaitWord();
            return Optional.empty();
        }
        Optional<T> answer = attemptNow(call);
        if (answer.isEmpty() || onlyOnce || current.getAsBoolean()) {
            return answer;
        }
        inDoubt = true;
        return Optional.empty();
    }

    private <T> Optional<T> attemptNow(Callable<T> call) throws SessionException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        long limit = onlyOnce ? left : Math.min(left, Attempts.ATTEMPT_MILLIS);
        return switch (attempts.run(call, Math.max(1, limit), tries++, onlyOnce)) {
            case Attempts.Result.Answered<T> answered -> Optional.of(answered.value());
            case Attempts.Result.Minority<T> minority -> {
                awaitMajority(minority.why());
                yield Optional.empty();
            }
            case Attempts.Result.Down<T> down -> {
                pauseOrGiveUp(down.why());
                yield Optional.empty();
            }
            case Attempts.Result.InDoubt<T> doubt -> {
                inDoubt = true;
                if (onlyOnce) {
                    throw new SessionException.Unknown(doubt.why());
                }
                pauseOrGiveUp(doubt.why());
                yield Optional.empty();
            }
        };
    }

    /**
     * An engine that loses a hung member may lose sight of the other for a moment; the membership
     * tells that from a separation.
     */
    private void awaitMajority(String why) throws SessionException {
        if (!quorum.getAsBoolean() || onlyOnce || System.nanoTime() - deadlineNanos > 0) {
            throw minority(why);
        }
        pauseOrGiveUp(why);
    }

    /**
     * Nobody's word comes to a member that is alone: it is refused as one without a majority is.
     */
    private void awaitWord() throws SessionException {
        if (!quorum.getAsBoolean() || System.nanoTime() - deadlineNanos > 0) {
            throw minority(STOOD_STILL);
        }
        pauseOrGiveUp(STOOD_STILL);
    }

    private SessionException minority(String why) {
        return changes && inDoubt
                ? new SessionException.Unknown(why)
                : new SessionException.Minority(why);
    }

    /** An engine that is busy with a member that left may not come to refusing. */
    private SessionException gaveUp(String why) {
        return quorum.getAsBoolean() ? new SessionException.Unavailable(why) : minority(why);
    }

    private void pauseOrGiveUp(String why) throws SessionException {
        if (System.nanoTime() - deadlineNanos > 0) {
            throw gaveUp(why + ", the last of " + tries + " tries");
        }
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionException.Unavailable("interrupted");
        }
    }
}
