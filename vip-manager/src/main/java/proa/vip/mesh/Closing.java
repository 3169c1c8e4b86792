package proa.vip.mesh;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether something has been closed, for a thread that pauses meanwhile. Safe from any thread. */
final class Closing {

    private final CountDownLatch closed = new CountDownLatch(1);

    void close() {
        closed.countDown();
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Waits until it is closed, so long at most; an interrupt counts as that. */
    boolean within(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            return true;
        }
    }
}
