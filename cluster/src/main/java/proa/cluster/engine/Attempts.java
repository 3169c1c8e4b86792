package proa.cluster.engine;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tries of engine calls. The engine's blocking calls cannot be interrupted, and it looks for lost
 * backups only once a second, so each call runs on a virtual thread and is left behind once a
 * member has gone since it began, or when it takes too long. (The engine's asynchronous calls start
 * a platform thread per answer on small machines.) Safe from any thread.
 */
final class Attempts {

    /**
     * Beyond this a try is left behind and made again, in milliseconds. Far above a slow answer:
     * tries repeated under load are more load.
     */
    static final long ATTEMPT_MILLIS = 1_500;

    /**
     * The same while the engine settles after a member has come or gone: what then meets a copy
     * that has just moved is not answered, and the engine looks for that once a second. Tries that
     * are repeated are stamped, so repeating is safe. Each further try has twice the time: repeats
     * that come too early under load are more load.
     */
    static final long SETTLING_ATTEMPT_MILLIS = 250;

    private static final int DOUBLED_MAX = 3;

    /** How long after such a change copies may move. */
    private static final long SETTLING_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** Why a member of a trio refuses. */
    static final String MINORITY = "this node sees only a minority of the cluster";

    /** How often a waiting try looks whether a member has gone. */
    private static final long LOOK_MILLIS = 25;

    private final AtomicLong departures = new AtomicLong();
    private volatile long changedAtNanos = System.nanoTime() - SETTLING_NANOS;

    /** A member has gone: what waits for its acknowledgement waits in vain. */
    void memberGone() {
        copiesMove();
        departures.incrementAndGet();
    }

    /** A member has come or gone: copies move for a while. */
    void copiesMove() {
        changedAtNanos = System.nanoTime();
    }

    /** How a try ended. */
    sealed interface Result<T extends @Nullable Object> {
        /** The engine answered. */
        record Answered<T extends @Nullable Object>(T value) implements Result<T> {}

        /** The engine refused for want of a majority. */
        record Minority<T extends @Nullable Object>(String why) implements Result<T> {}

        /** The engine is not running. */
        record Down<T extends @Nullable Object>(String why) implements Result<T> {}

        /** It may have been applied, or may be applied yet. */
        record InDoubt<T extends @Nullable Object>(String why) implements Result<T> {}
    }

    /**
     * One try.
     *
     * @param limitMillis less counts while the engine settles
     * @param earlier tries of the same call
     * @param patient whether to wait for the limit although a member has gone, because the call
     *     cannot be repeated
     */
    <T extends @Nullable Object> Result<T> run(
            Callable<T> call, long limitMillis, int earlier, boolean patient) {
        FutureTask<T> task = new FutureTask<>(call);
        long gone = departures.get();
        long began = System.nanoTime();
        long limit = TimeUnit.MILLISECONDS.toNanos(limitMillis);
        Thread.ofVirtual().start(task);
        while (true) {
            try {
                return new Result.Answered<>(task.get(LOOK_MILLIS, TimeUnit.MILLISECONDS));
            } catch (TimeoutException e) {
                if (!patient && gone != departures.get()) {
                    return new Result.InDoubt<>("a member has gone");
                }
                long mayTake = patient ? limit : Math.min(limit, settlingNanos(began, earlier));
                if (System.nanoTime() - began > mayTake) {
                    return new Result.InDoubt<>(
                            "no answer within %d ms"
                                    .formatted(TimeUnit.NANOSECONDS.toMillis(mayTake)));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Result.Down<>("interrupted");
            } catch (ExecutionException e) {
                return failed(e.getCause() == null ? e : e.getCause());
            }
        }
    }

    /** What a try that began then may take for the sake of copies that move. */
    private long settlingNanos(long began, int earlier) {
        long before = began - changedAtNanos;
        long millis = SETTLING_ATTEMPT_MILLIS << Math.min(earlier, DOUBLED_MAX);
        return before < SETTLING_NANOS
                ? Math.max(0, -before) + TimeUnit.MILLISECONDS.toNanos(millis)
                : Long.MAX_VALUE;
    }

    private static <T extends @Nullable Object> Result<T> failed(Throwable cause) {
        return switch (cause) {
            case SplitBrainProtectionException _ -> new Result.Minority<>(MINORITY);
            case HazelcastInstanceNotActiveException _ ->
                    new Result.Down<>("the session engine is not running");
            case SplitHealing.JoiningException joining ->
                    new Result.Down<>(String.valueOf(joining.getMessage()));
            case IllegalStateException defect
                    when defect.getClass() == IllegalStateException.class ->
                    throw defect;
            default -> new Result.InDoubt<>(String.valueOf(cause.getMessage()));
        };
    }
}
