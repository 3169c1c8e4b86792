package proa.vip.linux;

import java.nio.ByteBuffer;

/**
 * Tells that something changed about network interfaces, or that an address is gone: rtnetlink's
 * groups of link and address events (rtnetlink(7)). What changed is looked at afresh, so that a
 * lost event loses nothing. Used by one thread.
 */
public final class LinkEvents implements AutoCloseable {

    private static final int GROUP_LINK = 1;
    private static final int GROUP_IPV4_ADDRESS = 0x10;
    private static final int GROUP_IPV6_ADDRESS = 0x100;

    private static final int RTM_DELADDR = 21;
    private static final int ADDRESS_TYPES_FIRST = 20;
    private static final int TYPE_OFFSET = 4;
    private static final int HEADER_BYTES = 16;

    /** Of the interface's number in {@code struct ifaddrmsg}, behind the header. */
    private static final int INDEX_OFFSET = HEADER_BYTES + 4;

    private final NetlinkSocket socket;
    private boolean links;
    private boolean addressLost;

    private LinkEvents(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Starts listening. */
    public static LinkEvents open() throws KernelException {
        return new LinkEvents(
                NetlinkSocket.open(
                        NetlinkSocket.ROUTE, GROUP_LINK | GROUP_IPV4_ADDRESS | GROUP_IPV6_ADDRESS));
    }

    /** What to wait for. */
    public Descriptor descriptor() {
        return socket;
    }

    /**
     * Takes every waiting event. When some were lost, everything counts as changed.
     *
     * @param device the number of the interface whose addresses matter
     */
    public void drain(int device) throws KernelException {
        links = false;
        addressLost = false;
        while (true) {
            try {
                ByteBuffer events = socket.next();
                if (events == null) {
                    return;
                }
                read(events, device);
            } catch (KernelException e) {
                if (e.errno() != KernelException.ENOBUFS) {
                    throw e;
                }
                links = true;
                addressLost = true;
            }
        }
    }

    private void read(ByteBuffer events, int device) {
        int at = 0;
        while (at + INDEX_OFFSET + Integer.BYTES <= events.limit()) {
            int type = events.getShort(at + TYPE_OFFSET) & 0xffff;
            links |= type < ADDRESS_TYPES_FIRST;
            addressLost |= type == RTM_DELADDR && events.getInt(at + INDEX_OFFSET) == device;
            at += Math.max(HEADER_BYTES, events.getInt(at) + 3 & ~3);
        }
    }

    /** Whether the last {@link #drain} had something about links. */
    public boolean links() {
        return links;
    }

    /** Whether the last {@link #drain} had an address that is no longer on the device. */
    public boolean addressLost() {
        return addressLost;
    }

    @Override
    public void close() {
        socket.close();
    }
}
