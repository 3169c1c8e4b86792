package proa.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A traffic group: addresses that move together, always all on one node.
 *
 * @param name unique within the file
 * @param vrid VRRP virtual router identifier, 1 to 255, unique within the file
 * @param prefer node names, most preferred first; a node that is not listed never owns the group
 * @param failback whether the most preferred node takes the group back from a living owner
 * @param vips the addresses, sorted by name, at least one and at most {@link #VIPS_MAX} of a family
 * @param gateway address probed by ARP or neighbour discovery to tell a cut cable from a dead peer;
 *     empty: the interface's default gateway, if any
 * @param track what else lowers a node's priority
 * @param vrrp how the group speaks on the wire
 * @param behind what the group is to the servers behind it
 * @param carrier how the network learns where the group is
 */
public record GroupConfig(
        String name,
        int vrid,
        List<String> prefer,
        Failback failback,
        List<Vip> vips,
        Optional<InetAddress> gateway,
        TrackConfig track,
        VrrpConfig vrrp,
        Behind behind,
        CarrierConfig carrier) {

    /** Most addresses of one family: an advertisement counts them in a byte (RFC 9568 §5.2.5). */
    public static final int VIPS_MAX = 255;

    public GroupConfig {
        prefer = List.copyOf(prefer);
        vips = List.copyOf(vips);
        if (vrid < 1 || vrid > 255 || prefer.isEmpty() || vips.isEmpty()) {
            throw new IllegalArgumentException(
                    "group " + name + ": vrid 1 to 255, a preference and an address");
        }
    }

    /** A group with the defaults beyond its addresses. */
    public GroupConfig(
            String name,
            int vrid,
            List<String> prefer,
            Failback failback,
            List<Vip> vips,
            Optional<InetAddress> gateway) {
        this(
                name,
                vrid,
                prefer,
                failback,
                vips,
                gateway,
                TrackConfig.NOTHING,
                VrrpConfig.DEFAULTS,
                Behind.NOTHING,
                new CarrierConfig.Arp());
    }

    /** Every address that moves: the ones clients use, then those servers route by. */
    public List<Vip> floating() {
        return Stream.concat(vips.stream(), behind.gateways().stream()).toList();
    }

    /** The address of that name, if the group has it. */
    public Optional<Vip> vip(String vipName) {
        return vips.stream().filter(vip -> vip.name().equals(vipName)).findFirst();
    }

    /**
     * VRRP priority of a node for this group: 250, 240, 230 … in order of preference (the first is
     * {@link VrrpConfig#priority}), 0 for a node that is not listed. High values keep the skew time
     * short (RFC 9568 §6.1).
     */
    public int priorityOf(String node) {
        int rank = prefer.indexOf(node);
        return rank < 0 ? 0 : vrrp.priority() - 10 * rank;
    }

    /** Time between this group's advertisements, whole centiseconds. */
    public Duration advertInterval(Timing timing) {
        return vrrp.interval().orElse(timing.advertInterval());
    }

    /**
     * One floating address.
     *
     * @param name unique within the group
     * @param address IPv4 or IPv6, without a prefix length
     * @param interfaceName interface that answers ARP or NDP for it; empty: found by subnet
     */
    public record Vip(String name, InetAddress address, Optional<String> interfaceName) {}

    /**
     * What a group is to servers that reach their clients through it.
     *
     * @param gateways addresses by which servers route; they move with the group; at most one of
     *     each family
     * @param egress what becomes of connections that servers begin
     */
    public record Behind(List<Vip> gateways, Egress egress) {
        public static final Behind NOTHING = new Behind(List.of(), Egress.DROP);

        public Behind {
            gateways = List.copyOf(gateways);
        }

        /** Whether servers of that family have an address to route by. */
        public boolean routes(InetAddress server) {
            return gateways.stream().anyMatch(vip -> vip.address().getClass() == server.getClass());
        }
    }

    /** What becomes of connections that servers begin through the group's gateway address. */
    public enum Egress {
        DROP,
        /** They go on as they are. */
        FORWARD,
        /**
         * They come from the group's first floating address of their family. With gateways of
         * several such groups on one network it may be that of another which the node owns.
         */
        SNAT
    }

    /** When a more preferred node takes the group back from a living owner. */
    public sealed interface Failback {
        /** Only an operator moves it back. */
        record Never() implements Failback {}

        /** As soon as the preferred node is ready. */
        record AtOnce() implements Failback {}

        /** After the preferred node has been ready this long. */
        record After(Duration delay) implements Failback {}
    }
}
