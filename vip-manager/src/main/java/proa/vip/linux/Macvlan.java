package proa.vip.linux;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;

/**
 * An interface with a MAC address of its own on top of another one. It has no floating address: it
 * is where ARP for addresses of the TUN device is answered, so that they are gone with their
 * process as everywhere. A device that a killed process has left answers for nothing; it is
 * replaced. Used by one thread.
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
     * Makes it and brings it up.
     *
     * @param mac six bytes
     * @param vrid tells several on one interface apart
     * @throws IOException without CAP_NET_ADMIN, or when the kernel has no macvlan
     */
    public static Macvlan open(Interfaces.Interface base, byte[] mac, int vrid) throws IOException {
        String name = TunDevice.NAME_PREFIX + "m" + base.index() + "-" + vrid;
        RouteSocket route = RouteSocket.open();
        try {
            NetworkInterface stale = NetworkInterface.getByName(name);
            if (stale != null) {
                route.removeLink(stale.getIndex());
            }
            route.addMacvlan(name, base.index(), mac);
            int index = Libc.interfaceIndex(name);
            Sysctl.receiveForOthers(name);
            route.bringUp(index);
            route.add(index, List.of(DUMMY));
            return new Macvlan(route, name, index, mac, base.own());
        } catch (IOException e) {
            route.close();
            throw e;
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
