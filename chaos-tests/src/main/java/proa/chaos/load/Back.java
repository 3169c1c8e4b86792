package proa.chaos.load;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What came of asking for everything again.
 *
 * @param asked what was answered, or refused
 * @param wrong of those, not as before
 * @param unasked what this side's own time or ports did not suffice for
 */
record Back(int asked, int wrong, int unasked) {

    /** Nothing was asked for. */
    static final Back NOTHING = new Back(0, 0, 0);

    /** Whether a failure may be this side's own: on a busy machine nobody knows whose it is. */
    static boolean isOwn(IOException e) {
        return e instanceof SocketTimeoutException || e instanceof BindException;
    }

    /** Gathers it from several workers. */
    static final class Count {
        private final AtomicInteger wrong = new AtomicInteger();
        private final AtomicInteger unasked = new AtomicInteger();
        private volatile boolean silent;

        void wrong() {
            wrong.incrementAndGet();
        }

        /**
         * One was not answered in the end. Where this side's time ran out whatever is left is not
         * asked for: it would take as long each.
         */
        void failed(IOException e) {
            if (isOwn(e)) {
                silent = true;
                unasked.incrementAndGet();
            } else {
                wrong.incrementAndGet();
            }
        }

        boolean isAnswered() {
            return !silent;
        }

        /** Whether one is left out, because nobody answers. */
        boolean skip() {
            if (silent) {
                unasked.incrementAndGet();
            }
            return silent;
        }

        Back of(int all) {
            return new Back(all - unasked.get(), wrong.get(), unasked.get());
        }
    }
}
