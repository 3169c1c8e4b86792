package proa.vip.linux;

import proa.vip.packet.RenewalFrames;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.List;

/**
 * A TAP device by which this process shows packets to its own rules. The kernel takes them in
 * within {@code write(2)}, so that whatever a rule does with one has been done when that returns:
 * nothing is left that could be done after this process has been stopped. By the loopback device it
 * would be, by another thread of the kernel's on a busy host.
 *
 * <p>Non-persistent, without an address, and nothing is ever routed into it. Used by one thread.
 */
final class LeaseDevice extends Descriptor {

    private static final String NAME = TunDevice.NAME_PREFIX + "lease%d";
    private static final short IFF_TAP_NO_PI = 0x1002;

    private final int index;

    private LeaseDevice(int number, int index) {
        super(number);
        this.index = index;
    }

    /**
     * Makes the device and brings it up.
     *
     * @param six whether it is to take IPv6 packets
     * @throws IOException without CAP_NET_ADMIN or {@code /dev/net/tun}
     */
    static LeaseDevice open(boolean six) throws IOException {
        int number = TunDevice.openPath();
        try (RouteSocket route = RouteSocket.open()) {
            String name = TunDevice.attach(number, NAME, IFF_TAP_NO_PI);
            int index = Libc.interfaceIndex(name);
            if (six) {
                Sysctl.receiveSixAndSayNothing(name);
            }
            route.bringUpWithoutMulticast(index);
            return new LeaseDevice(number, index);
        } catch (IOException | RuntimeException e) {
            Libc.close(number);
            throw e;
        }
    }

    /** The kernel's number of it. */
    int index() {
        return index;
    }

    /** The packets about an address, to be shown again and again. */
    static List<MemorySegment> packets(InetAddress address, int interfaceIndex, int millis) {
        return RenewalFrames.of(address, interfaceIndex, millis).stream()
                .map(Libc::structure)
                .toList();
    }

    /** Shows packets to the rules; one that the kernel refuses changes nothing. */
    void show(List<MemorySegment> packets) {
        for (MemorySegment packet : packets) {
            long _ = Libc.write(number(), packet);
        }
    }
}
