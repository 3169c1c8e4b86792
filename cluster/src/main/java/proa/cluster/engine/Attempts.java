package proa.cluster.engine;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One try of an engine call with a limit of its own. The engine's blocking calls cannot be
 * interrupted and notice a lost backup only once a second, so each runs on a virtual thread and is
 * left behind when it takes too long. (The engine's asynchronous calls start a platform thread per
 * answer on small machines.)
 */
final class Attempts {

    /**
     * Beyond this a try is left behind and made again, in milliseconds: ten times a slow answer.
     */
    static final long ATTEMPT_MILLIS = 150;

    private Attempts() {}

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

    static <T extends @Nullable Object> Result<T> run(Callable<T> call, long limitMillis) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        try {
            return new Result.Answered<>(task.get(limitMillis, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return new Result.InDoubt<>("no answer within " + limitMillis + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result.Down<>("interrupted");
        } catch (ExecutionException e) {
            return failed(e.getCause() == null ? e : e.getCause());
        }
    }

    private static <T extends @Nullable Object> Result<T> failed(Throwable cause) {
        return switch (cause) {
            case SplitBrainProtectionException _ ->
                    new Result.Minority<>("this node sees only a minority of the cluster");
            case HazelcastInstanceNotActiveException _ ->
                    new Result.Down<>("the session engine is not running");
            case IllegalStateException defect
                    when defect.getClass() == IllegalStateException.class ->
                    throw defect;
            default -> new Result.InDoubt<>(String.valueOf(cause.getMessage()));
        };
    }
}
