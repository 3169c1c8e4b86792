package proa.node.protocol.http1;

import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Server;

/**
 * The connection to a server that stands for one client since it was authenticated by it. It waits
 * for the next request of the same client's connection, and ends with it. On one event loop.
 */
final class OwnConnection {

    private final @Nullable Future<?> clientEnd;
    private @Nullable HttpServerConnection waiting;
    private boolean watching;

    /**
     * None as yet.
     *
     * @param clientEnd the end of the client's connection; null: nothing comes behind its request
     */
    OwnConnection(@Nullable Future<?> clientEnd) {
        this.clientEnd = clientEnd;
    }

    /** The one to that server, however long it has waited: no other could take its place. */
    @Nullable HttpServerConnection take(Server next) {
        HttpServerConnection own = waiting;
        waiting = null;
        if (own == null) {
            return null;
        }
        if (own.isOpen() && own.server().identity().equals(next.identity())) {
            return own;
        }
        own.close();
        return null;
    }

    /** Takes one back that its request is done with, if it may stay. */
    void keep(HttpServerConnection own, boolean may) {
        Future<?> end = clientEnd;
        if (own.releaseToOwner(may && end != null && !end.isDone())) {
            waiting = own;
            if (end != null && !watching) {
                watching = true;
                end.addListener(_ -> close());
            }
        }
    }

    private void close() {
        HttpServerConnection own = waiting;
        waiting = null;
        if (own != null) {
            own.close();
        }
    }
}
