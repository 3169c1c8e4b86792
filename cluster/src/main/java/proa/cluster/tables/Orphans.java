package proa.cluster.tables;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/** News of entries that were evicted before it was sent. Not thread-safe. */
final class Orphans {

    /** Most that wait; beyond it the oldest is not sent at all. */
    static final int ORPHANS_MAX = 10_000;

    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();

    void add(Entry entry) {
        if (waiting.size() == ORPHANS_MAX) {
            waiting.remove();
        }
        waiting.add(entry);
    }

    int size() {
        return waiting.size();
    }

    /** Hands out up to {@code max}; how many. */
    int drain(int max, Consumer<Entry> to) {
        int drained = 0;
        for (; drained < max && !waiting.isEmpty(); drained++) {
            to.accept(waiting.remove());
        }
        return drained;
    }
}
