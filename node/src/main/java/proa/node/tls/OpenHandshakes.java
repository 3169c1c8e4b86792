package proa.node.tls;

import proa.node.listener.Loop;

import java.util.LinkedHashSet;

/** The unfinished handshakes of one event loop, oldest first. */
final class OpenHandshakes {

    private final LinkedHashSet<ClientHandshake> open = new LinkedHashSet<>();

    private OpenHandshakes(@SuppressWarnings("unused") Loop loop) {}

    static OpenHandshakes of(Loop loop) {
        return loop.part(OpenHandshakes.class, OpenHandshakes::new);
    }

    /**
     * One begins. If these are too many, the oldest ends: who only wants to take up room cannot
     * keep others out.
     */
    void enter(ClientHandshake begins, int max) {
        open.add(begins);
        if (open.size() > max) {
            ClientHandshake oldest = open.getFirst();
            open.remove(oldest);
            oldest.crowdedOut();
        }
    }

    void leave(ClientHandshake ended) {
        open.remove(ended);
    }

    int size() {
        return open.size();
    }
}
