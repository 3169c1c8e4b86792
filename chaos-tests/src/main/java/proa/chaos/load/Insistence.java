package proa.chaos.load;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * What a reading client does before it says that there was no answer: what it was too slow for it
 * asks a few times, and what is refused so often and for a while, as applications do: a balancer
 * refuses a read that it is in doubt about only after seconds.
 */
final class Insistence {

    private static final int TRIES = 3;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Insistence() {}

    /** One attempt. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws IOException;
    }

    /**
     * Reads.
     *
     * @param broke is told of every attempt that failed, and ends its connection
     * @throws IOException of the last attempt
     */
    static <T> T on(Reading<T> reading, Consumer<IOException> broke) throws IOException {
        long begun = System.nanoTime();
        for (int tries = 1; ; tries++) {
            try {
                return reading.read();
            } catch (IOException e) {
                broke.accept(e);
                boolean longEnough = Back.isOwn(e) || System.nanoTime() - begun > NANOS;
                if (tries >= TRIES && longEnough) {
                    throw e;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }
}
