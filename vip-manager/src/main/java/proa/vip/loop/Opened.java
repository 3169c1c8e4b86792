package proa.vip.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** How to close what has been opened so far, in reverse order, when the rest does not open. */
final class Opened {

    private final Deque<Runnable> closings = new ArrayDeque<>();

    void add(Runnable close) {
        closings.push(close);
    }

    /**
     * Closes everything, whatever fails.
     *
     * @throws IllegalStateException afterwards, about the first failure; a {@link LinkageError} is
     *     one, too: a process without a free descriptor cannot even load a class
     */
    void close() {
        List<Throwable> failures = new ArrayList<>();
        for (Runnable closing : closings) {
            try {
                closing.run();
            } catch (RuntimeException | LinkageError e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("not everything could be closed", failures.getFirst());
        }
    }
}
