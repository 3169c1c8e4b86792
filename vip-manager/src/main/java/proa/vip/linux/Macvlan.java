package proa.vip.linux;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * An interface with a MAC address of its own on top of another one, for one family. It has no
 * floating address: it is where ARP or NDP for addresses of the TUN device is answered, so that
 * they are gone with their process as everywhere. A device that a killed process has left answers
 * for nothing; it is replaced. Used by one thread.
 */
public final class Macvlan implements AutoCloseable {

    /** Of RFC 7600 §4.8: an interface without any address drops what a reverse-path filter sees. */
    private static final InetAddress DUMMY = InetAddress.ofLiteral("192.0.0.8");

    private final RouteSocket route;
    private final String name;
    private final int index;
    private final byte[] mac;
    private final InetAddress own;

    private Macvlan(RouteSocket route, String name, int index, byte[] mac, InetAddress own) {
        this.route = route;
        this.name = name;
        this.index = index;
        this.mac = mac.clone();
        this.own = own;
    }

    /**
     * Makes one for IPv4 and brings it up.
     *
     * @param mac six bytes
     * @param vrid tells several on one interface apart
     * @throws IOException without CAP_NET_ADMIN, or when the kernel has no macvlan
     */
    public static Macvlan four(Interfaces.Interface base, byte[] mac, int vrid) throws IOException {
        Macvlan made = make("m", base, mac, vrid);
        try {
            Sysctl.receiveForOthers(made.name);
            made.route.bringUp(made.index);
            made.route.add(made.index, List.of(DUMMY));
            return made;
        } catch (IOException e) {
            made.route.close();
            throw e;
        }
    }

    /**
     * Makes one for IPv6 and brings it up, without any address and without multicast: else a node
     * that owns nothing would report groups from this MAC address, and switches would send it the
     * owner's traffic.
     *
     * @param mac six bytes
     * @param vrid tells several on one interface apart
     * @throws IOException without CAP_NET_ADMIN, or when the kernel has no macvlan or no IPv6
     */
    public static Macvlan six(Interfaces.Interface base, byte[] mac, int vrid) throws IOException {
        Macvlan made = make("n", base, mac, vrid);
        try {
            Sysctl.receiveSixAndSayNothing(made.name);
            made.route.bringUpWithoutMulticast(made.index);
            return made;
        } catch (IOException e) {
            made.route.close();
            throw e;
        }
    }

    /** Down; a stale one of that name is gone. */
    private static Macvlan make(String kind, Interfaces.Interface base, byte[] mac, int vrid)
            throws IOException {
        String name = TunDevice.NAME_PREFIX + kind + base.index() + "-" + vrid;
        RouteSocket route = RouteSocket.open();
        try {
            removeStale(route, name);
            route.addMacvlan(name, base.index(), mac);
            return new Macvlan(route, name, Libc.interfaceIndex(name), mac, base.own());
        } catch (IOException e) {
            route.close();
            throw e;
        }
    }

    /** Asks the kernel: Java sees no interface that has no address. */
    private static void removeStale(RouteSocket route, String name) throws KernelException {
        try {
            route.removeLink(Libc.interfaceIndex(name));
        } catch (KernelException e) {
            if (e.errno() != KernelException.ENODEV) {
                throw e;
            }
        }
    }

    /** The interface, with the base's own address. */
    public Interfaces.Interface asInterface() {
        return new Interfaces.Interface(name, index, mac.clone(), own);
    }

    /** Removes it. */
    @Override
    public void close() {
        try {
            route.removeLink(index);
        } catch (KernelException _) {
            // It went with its base.
        }
        route.close();
    }
}
