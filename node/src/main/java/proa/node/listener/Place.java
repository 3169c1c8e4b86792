package proa.node.listener;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;

/** One event loop's part of a listener. Called from any thread but the event loops' own. */
interface Place {

    /** Makes its channel, which the caller registers with the loop and binds. Called once. */
    Channel open(boolean shared);

    /** Accepts while there are places; asked again after every change, so the last one decides. */
    void adjust();

    /** Accepts no more clients; done when it does not. */
    Future<?> stop();

    /** Tells every client's connection or session; done when they have been told. */
    Future<?> drain();

    /**
     * Ends every client's connection or session.
     *
     * @return done when the sockets of sessions are closed; at once where there are connections
     */
    Future<?> closeConnections();
}
