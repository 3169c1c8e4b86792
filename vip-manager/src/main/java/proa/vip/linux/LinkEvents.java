package proa.vip.linux;

import java.nio.ByteBuffer;

/**
 * Tells that something changed about network interfaces: rtnetlink's group of link events. What
 * changed is read afresh from {@link Interfaces}, so that a lost event loses nothing. Used by one
 * thread.
 */
public final class LinkEvents implements AutoCloseable {

    private static final int GROUP_LINK = 1;

    private final NetlinkSocket socket;

    private LinkEvents(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Starts listening. */
    public static LinkEvents open() throws KernelException {
        return new LinkEvents(NetlinkSocket.open(NetlinkSocket.ROUTE, GROUP_LINK));
    }

    /** What to wait for. */
    public Descriptor descriptor() {
        return socket;
    }

    /** Takes every waiting event; whether there was one. */
    public boolean drain() throws KernelException {
        boolean any = false;
        while (true) {
            try {
                ByteBuffer event = socket.next();
                if (event == null) {
                    return any;
                }
                any = true;
            } catch (KernelException e) {
                if (e.errno() != KernelException.ENOBUFS) {
                    throw e;
                }
                any = true;
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
