package proa.vip.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Kernel settings of one IPv4 interface, under {@code /proc/sys/net/ipv4/conf}. Stateless. */
public final class Sysctl {

    private static final Path CONF = Path.of("/proc/sys/net/ipv4/conf");

    private Sysctl() {}

    /**
     * Which ARP requests the interface answers: 0 is "for any local address", which an address on
     * the TUN device needs. The kernel uses the larger of {@code all} and the interface's own.
     */
    public static int arpIgnore(String interfaceName) throws IOException {
        return Math.max(read("all", "arp_ignore"), read(interfaceName, "arp_ignore"));
    }

    /**
     * Makes the interface's own ARP requests carry its best local address, never a floating one.
     */
    public static void announceBestAddress(String interfaceName) throws IOException {
        if (read(interfaceName, "arp_announce") < 2) {
            Files.writeString(CONF.resolve(interfaceName).resolve("arp_announce"), "2\n");
        }
    }

    private static int read(String interfaceName, String key) throws IOException {
        return Integer.parseInt(Files.readString(CONF.resolve(interfaceName).resolve(key)).strip());
    }
}
