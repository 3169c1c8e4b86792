package proa.vip.loop;

import java.util.ArrayDeque;
import java.util.Deque;

/** How to close what has been opened so far, in reverse order, when the rest does not open. */
final class Opened {

    private final Deque<Runnable> closings = new ArrayDeque<>();

    void add(Runnable close) {
        closings.push(close);
    }

    void close() {
        closings.forEach(Runnable::run);
    }
}
