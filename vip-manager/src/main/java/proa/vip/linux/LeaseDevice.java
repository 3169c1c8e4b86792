package proa.vip.linux;

import proa.vip.linux.LeaseTables.Leased;
import proa.vip.packet.RenewalFrames;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A TAP device by which this process shows packets to its own rules, and what those rules do with
 * them: they put an address into a set, for the length of a lease from then on.
 *
 * <p>The kernel takes the packets in within {@code write(2)}, so that whatever a rule does has been
 * done when that returns: nothing is left that could be done after this process has been stopped,
 * or has ended the lease. By the loopback device it would be, by another thread of the kernel's on
 * a busy host; and by this one, if its packets were spread over processors (RPS), which {@link
 * #takesInAtOnce} asks.
 *
 * <p>Non-persistent, without an address, and nothing is ever routed into it. Used by one thread.
 */
final class LeaseDevice extends Descriptor {

    private static final String NAME = TunDevice.NAME_PREFIX + "lease%d";
    private static final short IFF_TAP_NO_PI = 0x1002;
    private static final String CHAIN = "in";

    private final String name;
    private final int index;
    private final Set<Integer> lengths;
    private final Map<Renewal, List<MemorySegment>> packets = new HashMap<>();

    /** What packets say. */
    private record Renewal(Leased leased, int millis) {}

    private LeaseDevice(int number, String name, int index, Set<Integer> lengths) {
        super(number);
        this.name = name;
        this.index = index;
        this.lengths = Set.copyOf(lengths);
    }

    /**
     * Makes the device and brings it up.
     *
     * @param six whether it is to take IPv6 packets
     * @param lengths of leases, in milliseconds
     * @throws IOException without CAP_NET_ADMIN or {@code /dev/net/tun}, and where its packets
     *     would not be taken in at once
     */
    static LeaseDevice open(boolean six, Set<Integer> lengths) throws IOException {
        int number = TunDevice.openPath();
        try (RouteSocket route = RouteSocket.open()) {
            String name = TunDevice.attach(number, NAME, IFF_TAP_NO_PI);
            int index = Libc.interfaceIndex(name);
            prepare(name, six);
            LeaseDevice device = new LeaseDevice(number, name, index, lengths);
            if (!device.takesInAtOnce()) {
                throw new IOException(name + ": packets are spread over processors (rps_cpus)");
            }
            route.bringUpWithoutMulticast(index);
            return device;
        } catch (IOException | RuntimeException e) {
            Libc.close(number);
            throw e;
        }
    }

    /** In a container this may be set by its engine alone, and may be right. */
    private static void prepare(String name, boolean six) {
        try {
            if (six) {
                Sysctl.receiveSixAndSayNothing(name);
                Sysctl.receiveBroadcastSix(name);
            } else {
                Sysctl.disableSix(name);
            }
        } catch (IOException _) {
            // What is not received renews nothing, which is looked at.
        }
    }

    /** Whether nobody has its packets wait for another processor; makes it so if it can. */
    boolean takesInAtOnce() {
        return Sysctl.receivesAtOnce(name);
    }

    /** Its name. */
    String name() {
        return name;
    }

    /** Whether its rules know leases of that length. */
    boolean knows(long millis) {
        return lengths.contains((int) millis);
    }

    /** Adds the rules of a family to a transaction, which come first in their chain. */
    void addRules(NftBatch batch, byte family, String table, String accepts, String answers) {
        for (int millis : lengths) {
            batch.addRule(
                    family,
                    table,
                    CHAIN,
                    rule -> {
                        rule.cameBy(index);
                        switch (family) {
                            case NftBatch.IP -> four(rule, millis, accepts);
                            case NftBatch.ARP -> arp(rule, millis, answers);
                            default -> six(rule, millis, accepts, answers);
                        }
                        rule.drop();
                    });
        }
    }

    private static void four(NftRule rule, int millis, String accepts) {
        rule.is(NftBatch.IP_DESTINATION, millis).load(NftBatch.IP_SOURCE).renew(accepts, millis);
    }

    private static void arp(NftRule rule, int millis, String answers) {
        rule.is(NftBatch.ARP_TARGET_MAC, millis)
                .load(NftBatch.ARP_TARGET)
                .loadBehind(NftBatch.ARP_SENDER, Integer.BYTES)
                .renew(answers, millis);
    }

    private static void six(NftRule rule, int millis, String accepts, String answers) {
        rule.is(NftBatch.IP6_DESTINATION_THIRD, millis)
                .load6(NftBatch.IP6_SOURCE)
                .renew(accepts, millis)
                .loadBehind(NftBatch.IP6_DESTINATION_END, NftBatch.ADDRESS6_BYTES)
                .renew(answers, millis);
    }

    /** Shows the packets about these addresses; what the kernel refuses changes nothing. */
    void show(List<Leased> leased, int millis) {
        for (Leased each : leased) {
            for (MemorySegment packet : packets(each, millis)) {
                long _ = Libc.write(number(), packet);
            }
        }
    }

    private List<MemorySegment> packets(Leased leased, int millis) {
        return packets.computeIfAbsent(
                new Renewal(leased, millis),
                _ ->
                        RenewalFrames.of(leased.address(), leased.interfaceIndex(), millis).stream()
                                .map(Libc::structure)
                                .toList());
    }

    /** Removes it, which to close it may not: {@link EarlyNotice} has a copy of the descriptor. */
    void remove() {
        try (RouteSocket route = RouteSocket.open()) {
            route.removeLink(index);
        } catch (KernelException _) {
            // Somebody else has removed it.
        }
        close();
    }
}
