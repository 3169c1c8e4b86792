package proa.vip.linux;

import java.net.InetAddress;
import java.util.List;

/** Changes links and addresses by rtnetlink (rtnetlink(7)). Never blocks; used by one thread. */
final class RouteSocket implements AutoCloseable {

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int IFF_UP = 1;
    private static final int IFF_MULTICAST = 0x1000;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_LINK = 5;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_MACVLAN_MODE = 1;

    /** Nothing passes between macvlans of one interface. */
    private static final int MACVLAN_MODE_PRIVATE = 1;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_CACHEINFO = 6;
    private static final int IFA_FLAGS = 8;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_PRIORITY = 6;
    private static final byte TABLE_LOCAL = (byte) 255;
    private static final byte PROTOCOL_BOOT = 3;
    private static final byte TYPE_LOCAL = 2;

    /** Behind the kernel's own, whose is 0. */
    private static final int METRIC = 1_024;

    /** Without it an IPv6 address is of no use for a second. */
    private static final int IFA_F_NODAD = 2;

    /**
     * Deprecated from the start, valid for ever (preferred, valid, two times of the kernel's): the
     * host does not choose a floating IPv6 address for connections of its own (RFC 6724 §5).
     */
    private static final byte[] NEVER_A_SOURCE = {
        0, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private final NetlinkSocket socket;
    private final NetlinkMessage request = new NetlinkMessage();
    private int sequence;

    private RouteSocket(NetlinkSocket socket) {
        this.socket = socket;
    }

    static RouteSocket open() throws KernelException {
        return new RouteSocket(NetlinkSocket.open(NetlinkSocket.ROUTE, 0));
    }

    /** Brings a link up. */
    void bringUp(int index) throws KernelException {
        bringUp(index, IFF_UP);
    }

    /** The same; it joins and reports no multicast groups for routers. */
    void bringUpWithoutMulticast(int index) throws KernelException {
        bringUp(index, IFF_UP | IFF_MULTICAST);
    }

    /** Of the flags named, it has {@code IFF_UP} alone afterwards. */
    private void bringUp(int index, int changed) throws KernelException {
        request.clear()
                .begin(RTM_NEWLINK, NetlinkMessage.ACKNOWLEDGE, ++sequence)
                .fixed(0)
                .fixed(index)
                .fixed(IFF_UP)
                .fixed(changed)
                .end();
        transact("bring up interface " + index);
    }

    /** Makes a macvlan on another interface, down. */
    void addMacvlan(String name, int base, byte[] mac) throws KernelException {
        int flags = NetlinkMessage.ACKNOWLEDGE | NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE;
        request.clear()
                .begin(RTM_NEWLINK, flags, ++sequence)
                .fixed(0)
                .fixed(0)
                .fixed(0)
                .fixed(0)
                .text(IFLA_IFNAME, name)
                .host(IFLA_LINK, base)
                .attribute(IFLA_ADDRESS, mac)
                .nest(
                        IFLA_LINKINFO,
                        () ->
                                request.text(IFLA_INFO_KIND, "macvlan")
                                        .nest(
                                                IFLA_INFO_DATA,
                                                () ->
                                                        request.host(
                                                                IFLA_MACVLAN_MODE,
                                                                MACVLAN_MODE_PRIVATE)))
                .end();
        transact("make interface " + name);
    }

    /** Removes an interface. */
    void removeLink(int index) throws KernelException {
        request.clear()
                .begin(RTM_DELLINK, NetlinkMessage.ACKNOWLEDGE, ++sequence)
                .fixed(0)
                .fixed(index)
                .fixed(0)
                .fixed(0)
                .end();
        transact("remove interface " + index);
    }

    /**
     * Adds addresses as /32 or /128, in one call of the kernel; again is no error.
     *
     * <p>What arrives for them is this host's when this returns. The kernel itself makes an IPv6
     * address its own later, by a worker that waits for whoever changes links just then; so the
     * local route is made here.
     *
     * @throws KernelException for the first that is refused; those before it are there
     */
    void add(int index, List<InetAddress> addresses) throws KernelException {
        request.clear();
        for (InetAddress address : addresses) {
            addition(NetlinkMessage.CREATE | NetlinkMessage.REPLACE, index, address);
            if (bits(address) != 32) {
                int flags = NetlinkMessage.CREATE | NetlinkMessage.REPLACE;
                localRoute(RTM_NEWROUTE, flags, index, address);
            }
        }
        // A refusal is told whether asked for or not; hundreds of acknowledgements are not read.
        request.acknowledgeLast();
        transact("add " + text(addresses));
    }

    /** Adds an address as /32 or /128 unless it is there; whether it was missing. */
    boolean addIfMissing(int index, InetAddress address) throws KernelException {
        request.clear();
        addition(NetlinkMessage.CREATE | NetlinkMessage.EXCLUSIVE, index, address);
        request.acknowledgeLast();
        try {
            transact("add " + text(List.of(address)));
            return true;
        } catch (KernelException e) {
            if (e.errno() != KernelException.EEXIST) {
                throw e;
            }
            return false;
        }
    }

    private void addition(int flags, int index, InetAddress address) {
        begin(RTM_NEWADDR, flags, index, address, bits(address));
        request.host(IFA_FLAGS, IFA_F_NODAD);
        if (bits(address) != 32) {
            request.attribute(IFA_CACHEINFO, NEVER_A_SOURCE);
        }
        request.end();
    }

    private void localRoute(int type, int flags, int index, InetAddress address) {
        request.begin(type, flags, ++sequence)
                .fixed((byte) Libc.AF_INET6, (byte) bits(address), (byte) 0, (byte) 0)
                .fixed(TABLE_LOCAL, PROTOCOL_BOOT, (byte) 0, TYPE_LOCAL)
                .fixed(0)
                .attribute(RTA_DST, address.getAddress())
                .host(RTA_OIF, index)
                .host(RTA_PRIORITY, METRIC)
                .end();
    }

    /** One that is not there is no error; whatever else is refused, removing the address is too. */
    private void removeLocalRoutes(int index, List<InetAddress> addresses) throws KernelException {
        List<InetAddress> six = addresses.stream().filter(each -> bits(each) != 32).toList();
        if (!six.isEmpty()) {
            request.clear();
            six.forEach(each -> localRoute(RTM_DELROUTE, 0, index, each));
            request.acknowledgeLast();
            try {
                socket.sendAll("remove routes", request, _ -> {});
            } catch (KernelException _) {
                // An address that stays would be worse than a route that does.
            }
        }
    }

    /** Removes addresses of a host; one that is not there is no error. */
    void remove(int index, List<InetAddress> addresses) throws KernelException {
        removeLocalRoutes(index, addresses);
        request.clear();
        for (InetAddress address : addresses) {
            begin(RTM_DELADDR, 0, index, address, bits(address));
            request.end();
        }
        request.acknowledgeLast();
        try {
            transact("remove " + text(addresses));
        } catch (KernelException e) {
            if (e.errno() != KernelException.EADDRNOTAVAIL) {
                throw e;
            }
            // The rest has been done; another refusal may hide behind the first.
            for (InetAddress address : addresses) {
                remove(index, address, bits(address));
            }
        }
    }

    /** Removes an address; one that is not there is no error. */
    void remove(int index, InetAddress address, int prefixLength) throws KernelException {
        request.clear();
        begin(RTM_DELADDR, NetlinkMessage.ACKNOWLEDGE, index, address, prefixLength);
        request.end();
        try {
            transact("remove " + text(List.of(address)));
        } catch (KernelException e) {
            if (e.errno() != KernelException.EADDRNOTAVAIL) {
                throw e;
            }
        }
    }

    private static String text(List<InetAddress> addresses) {
        String first = "address " + addresses.getFirst().getHostAddress();
        return addresses.size() == 1 ? first : first + " and " + (addresses.size() - 1) + " more";
    }

    static int bits(InetAddress address) {
        return address.getAddress().length * Byte.SIZE;
    }

    private void begin(int type, int flags, int index, InetAddress address, int prefixLength) {
        byte family = (byte) (bits(address) == 32 ? Libc.AF_INET : Libc.AF_INET6);
        request.begin(type, flags, ++sequence)
                .fixed(family, (byte) prefixLength, (byte) 0, (byte) 0)
                .fixed(index)
                .attribute(IFA_LOCAL, address.getAddress())
                .attribute(IFA_ADDRESS, address.getAddress());
    }

    private void transact(String what) throws KernelException {
        try {
            socket.transact(what, request);
        } catch (KernelException e) {
            throw e.needing("CAP_NET_ADMIN");
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
