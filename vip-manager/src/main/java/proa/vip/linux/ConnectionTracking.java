package proa.vip.linux;

/**
 * The kernel's table of connections, as far as this process removes from it: by ctnetlink, one of
 * nfnetlink's subsystems ({@code linux/netfilter/nfnetlink_conntrack.h}). Used by one thread.
 */
public final class ConnectionTracking implements AutoCloseable {

    private static final int SUBSYSTEM = 1 << 8;
    private static final int DELETE = SUBSYSTEM | 2;
    private static final int MARK = 8;
    private static final int MARK_MASK = 21;

    private final NetlinkSocket socket;
    private final NetlinkMessage message = new NetlinkMessage();
    private int sequence;

    private ConnectionTracking(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Opens a socket.
     *
     * @throws KernelException without CAP_NET_ADMIN
     */
    public static ConnectionTracking open() throws KernelException {
        return new ConnectionTracking(NetlinkSocket.open(NetlinkSocket.NETFILTER, 0));
    }

    /**
     * Removes every connection of both families with this mark. The kernel walks through its whole
     * table meanwhile: milliseconds for tens of thousands.
     *
     * @param mark not 0, which is the mark of all that have none
     */
    public void forget(int mark) throws KernelException {
        if (mark == 0) {
            throw new IllegalArgumentException("mark 0 is everybody's");
        }
        message.clear()
                .begin(DELETE, NetlinkMessage.ACKNOWLEDGE, ++sequence)
                .fixed((byte) 0, (byte) 0, (byte) 0, (byte) 0)
                .big(MARK, mark)
                .big(MARK_MASK, -1)
                .end();
        try {
            socket.transact("forget connections", message);
        } catch (KernelException e) {
            if (e.errno() != KernelException.ENOENT) {
                throw e;
            }
            // None has that mark.
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
