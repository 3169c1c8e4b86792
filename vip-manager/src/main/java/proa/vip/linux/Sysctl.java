package proa.vip.linux;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Kernel settings under {@code /proc/sys/net}. What is changed for as long as vipd runs is
 * remembered by {@link ChangedSettings}. Stateless.
 */
public final class Sysctl {

    private static final Path CONF = Path.of("/proc/sys/net/ipv4/conf");
    private static final Path CONF_6 = Path.of("/proc/sys/net/ipv6/conf");
    private static final Path FORWARD = Path.of("/proc/sys/net/ipv4/ip_forward");

    /** What settings are called that are remembered here. */
    static final Set<String> CHANGED =
            Set.of(
                    "arp_announce",
                    "ip_forward",
                    "accept_redirects",
                    "accept_ra",
                    "forwarding",
                    "send_redirects",
                    "nf_conntrack_tcp_loose",
                    "nf_conntrack_tcp_be_liberal");

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
     * The kernel uses the larger of {@code all} and the interface's own; in a container, where only
     * its engine may set them, {@code all} is enough.
     */
    public static void announceBestAddress(String interfaceName, ChangedSettings changed)
            throws IOException {
        if (Math.max(read("all", "arp_announce"), read(interfaceName, "arp_announce")) < 2) {
            changed.set(CONF.resolve(interfaceName).resolve("arp_announce"), "2");
        }
    }

    /**
     * Makes the host pass packets on. An IPv6 interface that takes its routes from routers goes on
     * to do so, which it would otherwise give up. A host that stops passing on, when this is put
     * back, is given the kernel's own choice for every interface: what was chosen comes back too.
     */
    public static void forward(boolean six, ChangedSettings changed) throws IOException {
        if (!six) {
            if (isOff(FORWARD)) {
                changed.keep(CONF.resolve("all").resolve("accept_redirects"), "1");
                keepForwarding(CONF, changed);
            }
            changed.set(FORWARD, "1");
            return;
        }
        try (DirectoryStream<Path> interfaces = Files.newDirectoryStream(CONF_6)) {
            for (Path each : interfaces) {
                Path accept = each.resolve("accept_ra");
                if (Files.readString(accept).strip().equals("1")) {
                    changed.set(accept, "2");
                }
            }
        }
        Path forward = CONF_6.resolve("all").resolve("forwarding");
        if (isOff(forward)) {
            keepForwarding(CONF_6, changed);
        }
        changed.set(forward, "1");
    }

    private static boolean isOff(Path setting) throws IOException {
        return Files.readString(setting).strip().equals("0");
    }

    /** Of interfaces that pass on, though the host does not. */
    private static void keepForwarding(Path conf, ChangedSettings changed) throws IOException {
        try (DirectoryStream<Path> interfaces = Files.newDirectoryStream(conf)) {
            for (Path each : interfaces) {
                changed.keep(each.resolve("forwarding"), "0");
            }
        }
    }

    /**
     * Keeps the host from telling neighbours of a shorter way, past its rules. The kernel uses the
     * larger of {@code all} and the interface's own.
     */
    public static void sendNoRedirects(String interfaceName, ChangedSettings changed)
            throws IOException {
        for (String each : List.of("all", interfaceName)) {
            changed.set(CONF.resolve(each).resolve("send_redirects"), "0");
        }
    }

    /**
     * Makes connection tracking take up connections in the middle, and go on with one whose numbers
     * it has not followed: an owner that gets an address back still knows connections as they were
     * when it lost it, and would hold their packets for invalid and refuse them.
     */
    public static void trackLiberally(ChangedSettings changed) throws IOException {
        for (String each : List.of("nf_conntrack_tcp_loose", "nf_conntrack_tcp_be_liberal")) {
            changed.set(Path.of("/proc/sys/net/netfilter").resolve(each), "1");
        }
    }

    /**
     * Lets an interface take packets whose answers leave by another one, and keeps it from IPv6,
     * where its link-local address would be the same on every host. Gone with the interface.
     */
    public static void receiveForOthers(String interfaceName) throws IOException {
        Files.writeString(CONF.resolve(interfaceName).resolve("rp_filter"), "2\n");
        disableSix(interfaceName);
    }

    /** Keeps an interface from IPv6, if the host has any. Gone with the interface. */
    static void disableSix(String interfaceName) throws IOException {
        Path six = CONF_6.resolve(interfaceName);
        if (Files.exists(six)) {
            Files.writeString(six.resolve("disable_ipv6"), "1\n");
        }
    }

    /**
     * Lets an interface that is down receive IPv6 once it is up, without an address of its own,
     * which would be the same on every host, and without a word to routers or from them. Gone with
     * the interface.
     */
    static void receiveSixAndSayNothing(String interfaceName) throws IOException {
        Path conf = CONF_6.resolve(interfaceName);
        Files.writeString(conf.resolve("addr_gen_mode"), "1\n"); // IN6_ADDR_GEN_MODE_NONE
        Files.writeString(conf.resolve("accept_ra"), "0\n");
        Files.writeString(conf.resolve("forwarding"), "0\n"); // leaves the group of all routers
        Files.writeString(conf.resolve("disable_ipv6"), "0\n");
    }

    /** Lets an interface take IPv6 packets of frames to everybody. */
    static void receiveBroadcastSix(String interfaceName) throws IOException {
        Path setting = CONF_6.resolve(interfaceName).resolve("drop_unicast_in_l2_multicast");
        Files.writeString(setting, "0\n");
    }

    /**
     * Whether what an interface of one queue receives is taken in where it arrives, and never by
     * another processor after that; makes it so if it can. In a namespace whose {@code /sys} is
     * another one's it goes by what new interfaces are given.
     */
    static boolean receivesAtOnce(String interfaceName) {
        Path mask = Path.of("/sys/class/net", interfaceName, "queues/rx-0/rps_cpus");
        try {
            if (!Files.exists(mask)) {
                Path given = Path.of("/proc/sys/net/core/rps_default_mask");
                return !Files.exists(given) || isEmpty(given);
            }
            if (!isEmpty(mask)) {
                Files.writeString(mask, "0\n");
            }
            return isEmpty(mask);
        } catch (IOException _) {
            return false;
        }
    }

    /** Of processors, in hexadecimal digits with commas between them. */
    private static boolean isEmpty(Path mask) throws IOException {
        return Files.readString(mask).chars().noneMatch(each -> Character.digit(each, 16) > 0);
    }

    private static int read(String interfaceName, String key) throws IOException {
        return Integer.parseInt(Files.readString(CONF.resolve(interfaceName).resolve(key)).strip());
    }
}
