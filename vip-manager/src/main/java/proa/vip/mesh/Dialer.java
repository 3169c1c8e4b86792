package proa.vip.mesh;

import java.io.IOException;

/** Keeps one peer connected: dials, serves the connection, waits a little, dials again. */
final class Dialer {

    private static final long PAUSE_MILLIS_MIN = 20;
    private static final long PAUSE_MILLIS_MAX = 1_000;

    private final Mesh mesh;
    private final MeshSettings.Peer peer;
    private final Closing closing = new Closing();
    private String lastFailure = "";

    Dialer(Mesh mesh, MeshSettings.Peer peer) {
        this.mesh = mesh;
        this.peer = peer;
    }

    /** Runs until {@link #close}, on the dialer's own thread. */
    void run() {
        long pause = PAUSE_MILLIS_MIN;
        while (!mesh.isClosed()) {
            boolean served = attempt();
            pause = served ? PAUSE_MILLIS_MIN : Math.min(PAUSE_MILLIS_MAX, pause * 2);
            if (closing.within(pause)) {
                return;
            }
        }
    }

    private boolean attempt() {
        try {
            mesh.dial(peer);
            lastFailure = "";
            return true;
        } catch (IOException | RuntimeException | Error e) {
            // An Error too: without this thread nobody would ever connect to the peer again.
            String failure = Mesh.why(e);
            if (!failure.equals(lastFailure)) {
                mesh.refused(peer.node(), failure);
                lastFailure = failure;
            }
            return false;
        }
    }

    void close() {
        closing.close();
    }
}
