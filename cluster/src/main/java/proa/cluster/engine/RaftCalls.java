package proa.cluster.engine;

import org.jspecify.annotations.Nullable;

import proa.cluster.raft.SessionAnswer;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls of this member's clients to the leader, whoever it is: asked again, under the same stamp,
 * until there is an answer or {@link SessionStore#WAIT_MILLIS} are over. Safe from any thread.
 */
final class RaftCalls {

    /** A try that is not answered is left behind; each further one has twice the time. */
    private static final long TRY_MILLIS = 400;

    private static final int DOUBLED_MAX = 2;
    private static final long LOOK_MILLIS = 10;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    static final byte ANSWERED = 0;
    static final byte NOT_LEADING = 1;

    private final Way way;

    /** An answer to this member's former life must not be one to this life's. */
    private final AtomicLong ids = new AtomicLong(new SecureRandom().nextLong());

    private final Map<Long, CompletableFuture<Result>> waiting = new ConcurrentHashMap<>();

    /** To the leader. */
    interface Way {
        /** The leader's id; 0: none is known. */
        int leader();

        /** Whether nobody leads, and a majority that might is not in sight either. */
        boolean minority();

        /** Asks it. */
        void ask(int leader, long id, boolean command, byte[] bytes);

        /** Why this member answers nobody any more; null: it does. */
        @Nullable String failure();
    }

    /**
     * An answer.
     *
     * @param applied the leader had carried out the log to here
     */
    record Result(byte status, long applied, byte[] bytes) {

        SessionAnswer answer() {
            return SessionAnswer.decode(bytes);
        }

        byte[] encode() {
            return ByteBuffer.allocate(1 + Long.BYTES + bytes.length)
                    .put(status)
                    .putLong(applied)
                    .put(bytes)
                    .array();
        }

        static Result decode(byte[] encoded) {
            ByteBuffer in = ByteBuffer.wrap(encoded);
            byte status = in.get();
            long applied = in.getLong();
            byte[] bytes = new byte[in.remaining()];
            in.get(bytes);
            return new Result(status, applied, bytes);
        }
    }

    RaftCalls(Way way) {
        this.way = way;
    }

    /** Takes an answer in; whether the bytes were one, understood or not. */
    boolean heard(int from, byte[] bytes) {
        RaftEnvelope envelope = RaftEnvelope.decode(bytes);
        if (envelope == null || envelope.kind() != RaftEnvelope.Kind.ANSWER) {
            return false;
        }
        Result result = RaftEnvelope.understood(from, Result::decode, envelope.bytes());
        if (result != null) {
            answered(envelope.call(), result);
        }
        return true;
    }

    /** An answer has come, perhaps to a try that was left behind. */
    void answered(long id, Result result) {
        CompletableFuture<Result> future = waiting.remove(id);
        if (future != null) {
            future.complete(result);
        }
    }

    /**
     * Asks until there is an answer.
     *
     * @param command whether it goes through the log
     * @param unknown whether the caller must not repeat what may have been done
     */
    Result call(boolean command, byte[] bytes, boolean unknown) throws SessionException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SessionStore.WAIT_MILLIS);
        boolean asked = false;
        int tries = 0;
        while (true) {
            String failure = way.failure();
            if (failure != null) {
                if (command && asked && unknown) {
                    throw new SessionException.Unknown(failure);
                }
                throw new SessionException.Unavailable(failure);
            }
            int leader = way.leader();
            Result result = leader == 0 ? null : oneTry(leader, command, bytes, tries++, deadline);
            if (result != null && result.status == ANSWERED) {
                return result;
            }
            asked |= leader != 0;
            if (System.nanoTime() - deadline >= 0 || way.minority()) {
                throw inVain(command && asked, unknown);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw inVain(command && asked, unknown);
            }
        }
    }

    private SessionException inVain(boolean inDoubt, boolean unknown) {
        if (inDoubt && unknown) {
            return new SessionException.Unknown("no leader has answered in time");
        }
        return way.leader() == 0
                ? new SessionException.Minority(Attempts.MINORITY)
                : new SessionException.Unavailable("the leader has not answered in time");
    }

    private @Nullable Result oneTry(
            int leader, boolean command, byte[] bytes, int tries, long deadlineNanos) {
        long id = ids.incrementAndGet();
        CompletableFuture<Result> future = new CompletableFuture<>();
        waiting.put(id, future);
        try {
            way.ask(leader, id, command, bytes);
            long limit =
                    Math.min(
                            deadlineNanos,
                            System.nanoTime()
                                    + TimeUnit.MILLISECONDS.toNanos(
                                            TRY_MILLIS << Math.min(tries, DOUBLED_MAX)));
            while (way.leader() == leader && System.nanoTime() - limit < 0) {
                try {
                    return future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException _) {
                    // looks whether it still leads
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting.remove(id);
        }
        return null;
    }
}
