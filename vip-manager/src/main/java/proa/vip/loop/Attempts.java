package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** Things to be done of which none waits for another that fails. Used by one thread. */
final class Attempts {

    private @Nullable Throwable first;

    /** One of them. */
    interface Attempt {
        void make() throws IOException;
    }

    /** Makes it at once; {@link #end} tells of its failure, whatever that is. */
    void make(Attempt attempt) {
        try {
            attempt.make();
        } catch (IOException | RuntimeException | Error e) {
            if (first == null) {
                first = e;
            }
        }
    }

    /**
     * All have been made.
     *
     * @throws IOException with the first failure, if there was one
     */
    void end() throws IOException {
        Throwable failure = first;
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure != null) {
            throw new IOException(why(failure), failure);
        }
    }

    /** For the log: what another failure than this says may not tell what it is. */
    static String why(Throwable failure) {
        return failure instanceof IOException
                ? String.valueOf(failure.getMessage())
                : failure.toString();
    }
}
