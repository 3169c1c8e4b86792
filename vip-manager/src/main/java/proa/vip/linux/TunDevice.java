package proa.vip.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A non-persistent TUN device that carries the addresses this host owns: the kernel removes it, and
 * them, the moment this process is gone. Linux answers ARP for its addresses on the real interfaces
 * while {@code arp_ignore} is 0 there. Nothing is ever routed into it. Used by one thread.
 */
public final class TunDevice implements AutoCloseable {

    /** Every device of ours begins so; the kernel appends a free number. */
    public static final String NAME_PREFIX = "proa";

    private static final String PATH = "/dev/net/tun";
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final long TUNSETIFF = 0x400454caL;
    private static final short IFF_TUN_NO_PI = 0x1001;
    private static final int REQUEST_BYTES = 40;
    private static final int FLAGS_OFFSET = 16;

    private final RouteSocket route;
    private final Holder holder;
    private final int index;
    private final Set<InetAddress> held = new LinkedHashSet<>();

    /** Whoever has the device's descriptor. */
    interface Holder {
        /** The device's name. */
        String name();

        /** Whether it let go of the device unasked. */
        boolean lost();

        /** Lets go: the device is gone when this returns. Again does nothing. */
        void release();
    }

    /** In the table of descriptors that all threads share. */
    private static final class Shared extends Descriptor implements Holder {
        private final String name;

        Shared(int number, String name) {
            super(number);
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean lost() {
            return false;
        }

        @Override
        public void release() {
            close();
        }
    }

    private TunDevice(Holder holder, RouteSocket route) throws IOException {
        this.holder = holder;
        this.route = route;
        this.index = Libc.interfaceIndex(holder.name());
    }

    /**
     * Makes the device and brings it up, without an address.
     *
     * @throws IOException without CAP_NET_ADMIN or {@code /dev/net/tun}
     */
    public static TunDevice open() throws IOException {
        return up(TunDevice::shared);
    }

    /**
     * The same, beside a listener: both end within a millisecond of this process being killed.
     *
     * @param listener where whoever wants to hear of it connects
     * @throws IOException also before Linux 5.9, and when that address is in use
     */
    public static TunDevice openWith(InetSocketAddress listener) throws IOException {
        return up(() -> EarlyNotice.start(listener));
    }

    private interface Making {
        Holder make() throws IOException;
    }

    private static TunDevice up(Making making) throws IOException {
        // Opened before the device, so that it is closed after it.
        RouteSocket route = RouteSocket.open();
        Holder holder;
        try {
            holder = making.make();
        } catch (IOException | RuntimeException e) {
            route.close();
            throw e;
        }
        try {
            TunDevice device = new TunDevice(holder, route);
            route.bringUp(device.index);
            return device;
        } catch (IOException | RuntimeException e) {
            holder.release();
            route.close();
            throw e;
        }
    }

    private static Holder shared() throws KernelException {
        int number = openPath();
        try {
            return new Shared(number, attach(number));
        } catch (KernelException e) {
            Libc.close(number);
            throw e;
        }
    }

    static int openPath() throws KernelException {
        try {
            return Libc.open(PATH, O_RDWR | O_CLOEXEC);
        } catch (KernelException e) {
            boolean absent =
                    e.errno() == KernelException.ENOENT || e.errno() == KernelException.ENODEV;
            throw absent ? e.advising("load the kernel module tun") : e.needing("access to it");
        }
    }

    /** Makes the device of an open path; its name. */
    static String attach(int number) throws KernelException {
        return attach(number, NAME_PREFIX + "%d", IFF_TUN_NO_PI);
    }

    /**
     * Makes a device of an open path; its name.
     *
     * @param pattern of the name, with a place for a free number
     * @param flags its kind
     */
    static String attach(int number, String pattern, short flags) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(REQUEST_BYTES, Long.BYTES);
            request.setString(0, pattern);
            request.set(ValueLayout.JAVA_SHORT, FLAGS_OFFSET, flags);
            Libc.control("TUNSETIFF", number, TUNSETIFF, request);
            return request.getString(0);
        } catch (KernelException e) {
            throw e.needing("CAP_NET_ADMIN");
        }
    }

    /** The device's name. */
    public String name() {
        return holder.name();
    }

    /** Whether the device is gone although nobody closed it: a defect of this process. */
    public boolean lost() {
        return holder.lost();
    }

    /** The kernel's number of it. */
    public int index() {
        return index;
    }

    /** Puts addresses on the device as /32 or /128; again is no error. */
    public void add(List<InetAddress> addresses) throws KernelException {
        held.addAll(addresses);
        route.add(index, addresses);
    }

    /** Takes addresses off the device; one that is not there is no error. */
    public void remove(List<InetAddress> addresses) throws KernelException {
        held.removeAll(addresses);
        route.remove(index, addresses);
    }

    /**
     * What became of addresses that somebody else had taken off.
     *
     * @param back these are there again
     * @param refused these are not, each with what an operator is told of it
     */
    public record Restored(List<InetAddress> back, Map<InetAddress, String> refused) {}

    /** Puts back what somebody else has taken off. */
    public Restored restore() {
        List<InetAddress> back = new ArrayList<>();
        Map<InetAddress, String> refused = new LinkedHashMap<>();
        for (InetAddress address : held) {
            try {
                if (route.addIfMissing(index, address)) {
                    back.add(address);
                }
            } catch (KernelException e) {
                refused.put(
                        address,
                        "somebody took "
                                + address
                                + " off "
                                + name()
                                + ", and it cannot be put back: "
                                + e.getMessage());
            }
        }
        return new Restored(back, refused);
    }

    /** Takes a stale address off another interface. */
    public void removeStale(Interfaces.Stale stale) throws KernelException {
        route.remove(stale.index(), stale.address(), stale.prefixLength());
    }

    /** Closes the device: its addresses go with it. */
    @Override
    public void close() {
        holder.release();
        route.close();
    }
}
