package proa.node.listener;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

/** What one client sends and gets. Called on its loop. */
public interface DatagramSession {

    /** Takes over a datagram of the client; it may be sent with {@link #flush}. */
    void received(ByteBuf datagram);

    /** Sends what was received. */
    void flush();

    /** Whether the client's next datagram begins another session. */
    boolean full();

    /** The session should end as soon as that does not hurt. */
    void drain();

    /** The session ends now; done when its socket is closed, null when it has none. */
    @Nullable Future<?> end();
}
