package proa.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a traffic group speaks VRRP (RFC 9568) on the wire, and to whom besides the members.
 *
 * @param interval time between advertisements, whole centiseconds, 10 ms to 40 s; empty: that of
 *     the cluster's timing
 * @param priority priority of the most preferred node, 31 to 255; each next node has 10 less. 255
 *     is an address owner's: it takes the group at its start, whoever has it
 * @param multicast whether advertisements also go to 224.0.0.18 and ff02::12 on the interfaces of
 *     the group's addresses
 * @param checksum what the checksum of an IPv4 advertisement covers on sending; both kinds are
 *     accepted
 * @param version2 whether VRRP version 2 (RFC 3768, IPv4) is heard and sent beside version 3, while
 *     old routers are being replaced
 * @param routers plain VRRP routers that share the group, sorted by name
 */
public record VrrpConfig(
        Optional<Duration> interval,
        int priority,
        boolean multicast,
        Checksum checksum,
        boolean version2,
        List<Router> routers) {

    /** Shortest interval: one centisecond, the unit of the field. */
    public static final Duration INTERVAL_MIN = Duration.ofMillis(10);

    /** Longest interval: the 12-bit field holds 40.95 s. */
    public static final Duration INTERVAL_MAX = Duration.ofSeconds(40);

    /** Priority of the most preferred node unless the file says otherwise. */
    public static final int PRIORITY = 250;

    /** More routers than this do not share one address. */
    public static final int ROUTERS_MAX = 8;

    /** What a group has that says nothing of VRRP. */
    public static final VrrpConfig DEFAULTS =
            new VrrpConfig(Optional.empty(), PRIORITY, false, Checksum.RFC9568, false, List.of());

    public VrrpConfig {
        routers = List.copyOf(routers);
        if (priority < 31 || priority > 255 || routers.size() > ROUTERS_MAX) {
            throw new IllegalArgumentException(
                    "priority 31 to 255 and at most " + ROUTERS_MAX + " routers");
        }
    }

    /** What the checksum of an IPv4 advertisement covers. IPv6 always has the pseudo-header. */
    public enum Checksum {
        /** The message alone, RFC 9568 §5.2.8. */
        RFC9568,
        /** The message and the pseudo-header, as keepalived up to 2.3 and old FRR expect it. */
        PSEUDO_HEADER
    }

    /**
     * A VRRP router that is none of ours, such as keepalived: its advertisements are believed as
     * RFC 9568 says, though anybody on the network could forge them.
     *
     * @param name unique within the group and among the nodes
     * @param addresses where its advertisements come from and ours are sent to: its IPv4 address,
     *     its IPv6 link-local address, or both
     */
    public record Router(String name, List<InetAddress> addresses) {
        public Router {
            addresses = List.copyOf(addresses);
            if (addresses.isEmpty() || addresses.size() > 2) {
                throw new IllegalArgumentException("router " + name + ": one or two addresses");
            }
        }
    }
}
