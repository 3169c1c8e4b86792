package proa.node.balance;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Who waits for room with the servers of one pool, first come first. A short list that is copied
 * for each change: it changes only when servers are full. Any thread; lock-free.
 */
final class WaitingLine {

    private static final Choice[] NOBODY = {};

    private final int max;
    private final AtomicReference<Choice[]> waiting = new AtomicReference<>(NOBODY);

    /**
     * An empty line.
     *
     * @param max how many may wait
     */
    WaitingLine(int max) {
        this.max = max;
    }

    /** Puts one at the end; false when there are as many as may be. */
    boolean join(Choice choice) {
        Choice[] before;
        Choice[] after;
        do {
            before = waiting.get();
            if (before.length >= max) {
                return false;
            }
            after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = choice;
        } while (!waiting.compareAndSet(before, after));
        return true;
    }

    /** Takes one out; whether it was still there: of two that try, one succeeds. */
    boolean leave(Choice choice) {
        while (true) {
            Choice[] before = waiting.get();
            int at = indexOf(before, choice);
            if (at < 0) {
                return false;
            }
            Choice[] after = Arrays.copyOf(before, before.length - 1);
            System.arraycopy(before, at + 1, after, at, after.length - at);
            if (waiting.compareAndSet(before, after)) {
                return true;
            }
        }
    }

    private static int indexOf(Choice[] line, Choice choice) {
        for (int at = 0; at < line.length; at++) {
            if (line[at] == choice) {
                return at;
            }
        }
        return -1;
    }

    /** The first that can go to this server, or null. */
    @Nullable Choice firstFor(PooledServer server) {
        for (Choice choice : waiting.get()) {
            if (choice.accepts(server)) {
                return choice;
            }
        }
        return null;
    }

    List<Choice> all() {
        return List.of(waiting.get());
    }

    int length() {
        return waiting.get().length;
    }

    boolean isFull() {
        return length() >= max;
    }
}
