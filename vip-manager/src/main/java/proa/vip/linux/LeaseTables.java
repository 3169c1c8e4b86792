package proa.vip.linux;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The lease on the floating addresses, kept by nftables: unless it is renewed in time, the kernel
 * itself stops answering ARP for them and drops what arrives for them, even when this process is
 * stopped or hangs.
 *
 * <pre>
 * table ip  proa_lease_NAME { set vips; set accepts { flags timeout }
 *   chain in { hook prerouting -310;  iif DEVICE ip daddr TIME  update @accepts { ip saddr timeout TIME } drop
 *                                     ip daddr @vips ip daddr != @accepts drop } }
 * table arp proa_lease_NAME { set vips; set answers { address . interface; flags timeout }
 *   chain in  { hook input 0;   iif DEVICE arp daddr ether TIME  update @answers { arp daddr ip . arp saddr ip } drop
 *                               arp daddr ip @vips  arp daddr ip . iif != @answers drop }
 *   chain out { hook output 0;  arp saddr ip @vips  arp saddr ip . oif != @answers drop } }
 * table ip6 proa_lease_NAME { set vips; set accepts and answers as above
 *   chain in  { hook prerouting -310;  iif DEVICE …  update both; ip6 daddr @vips ip6 daddr != @accepts drop }
 *   chain out { hook output 0;  nd-neighbor-advert taddr @vips  taddr . oif != @answers drop } }
 * </pre>
 *
 * <p>The last table is made only when there are IPv6 addresses. Neighbour solicitations for them
 * are answered by this process, past the hooks and only while its lease lasts; the rule keeps the
 * kernel from doing it (a hand-set address, proxy discovery).
 *
 * <p>The tables have the owner flag: they are bound to this socket, so that a foreign {@code nft
 * flush ruleset} leaves them alone and they vanish with this process.
 *
 * <p>A renewal is a packet for each address and table, which this process writes into {@link
 * LeaseDevice} and rules of the tables put into the sets; then the kernel is asked how long the
 * addresses last now. It is no transaction, because each of those is a new generation of all rules
 * of the host: a program that reads them, as {@code nft} before nearly everything it does, begins
 * anew and may never come to its end while an owner advertises. Where the packets have not done it,
 * as without {@code /dev/net/tun} or for a lease of unusual length, a transaction does. Used by one
 * thread.
 */
public final class LeaseTables implements AutoCloseable {

    /** The kernel's clock of leases goes by its ticks; a rare kernel has a hundred a second. */
    private static final long TICK_MILLIS = 11;

    private static final String VIPS = "vips";
    private static final String ACCEPTS = "accepts";
    private static final String ANSWERS = "answers";

    private final NftBatch batch;
    private final String table;
    private final List<Leased> addresses;
    private final Set<Integer> lengths;
    private final Map<Renewal, List<MemorySegment>> packets = new HashMap<>();
    private @Nullable LeaseDevice device;
    private String withoutDevice = "";
    private boolean owned = true;

    /**
     * One address under lease.
     *
     * @param address IPv4 or IPv6
     * @param interfaceIndex the only interface that answers ARP or NDP for it
     */
    public record Leased(InetAddress address, int interfaceIndex) {}

    private LeaseTables(
            NftBatch batch, String name, List<Leased> addresses, Set<Integer> lengths) {
        this.batch = batch;
        this.lengths = Set.copyOf(lengths);
        this.table = "proa_lease_" + name.replaceAll("[^A-Za-z0-9]", "_");
        this.addresses = List.copyOf(addresses);
    }

    /** What packets say. */
    private record Renewal(Leased leased, int millis) {}

    /**
     * Makes the tables, with every lease expired.
     *
     * @param name of the cluster: two clusters may share a host
     * @param lengths of leases that are renewed often, in milliseconds; of groups
     * @throws KernelException without CAP_NET_ADMIN or nf_tables, or when another process owns them
     */
    public static LeaseTables open(String name, List<Leased> addresses, Set<Integer> lengths)
            throws KernelException {
        return open(name, addresses, lengths, true);
    }

    /**
     * The same.
     *
     * @param guarded whether to ask for the owner flag; false: as on a kernel without it
     */
    static LeaseTables open(
            String name, List<Leased> addresses, Set<Integer> lengths, boolean guarded)
            throws KernelException {
        LeaseTables tables = new LeaseTables(NftBatch.open(), name, addresses, lengths);
        tables.owned = guarded;
        tables.openDevice();
        try {
            tables.install();
            return tables;
        } catch (KernelException e) {
            tables.close();
            throw switch (e.errno()) {
                case KernelException.EPERM ->
                        e.advising(
                                "CAP_NET_ADMIN is missing, or another vipd of this cluster runs"
                                        + " here");
                case KernelException.EOPNOTSUPP, KernelException.ENOENT ->
                        e.advising("the kernel lacks nf_tables for ip and arp");
                default -> e;
            };
        }
    }

    /** Whatever is in the way of the device, transactions do the same. */
    private void openDevice() {
        try {
            device = LeaseDevice.open(six());
        } catch (IOException e) {
            withoutDevice = String.valueOf(e.getMessage());
        }
    }

    /** Why leases are renewed by transactions alone; empty: packets do it. */
    public String withoutPackets() {
        return withoutDevice;
    }

    /** Whether the kernel guards the tables against others; older kernels than 5.12 do not. */
    public boolean owned() {
        return owned;
    }

    /**
     * Answer and accept for these addresses for so long from now, whatever was before. Tables that
     * somebody removed are made again.
     *
     * @param millis the lease, 1 or more; the kernel's clock ticks in 4 ms or less
     */
    public void renew(List<Leased> renewed, long millis) throws KernelException {
        if (renewedByPackets(renewed, millis)) {
            return;
        }
        try {
            put(renewed, millis);
        } catch (KernelException e) {
            if (e.errno() != KernelException.ENOENT) {
                throw e;
            }
            install(owned, true);
            put(renewed, millis);
        }
    }

    private boolean renewedByPackets(List<Leased> renewed, long millis) throws KernelException {
        LeaseDevice shown = device;
        if (shown == null || !lengths.contains((int) millis)) {
            return false;
        }
        long before = System.nanoTime();
        for (Leased each : renewed) {
            shown.show(packets(each, (int) millis));
        }
        long lasting = Long.MAX_VALUE;
        for (Part part : parts(renewed)) {
            lasting = Math.min(lasting, lasting(part.answering(), ANSWERS, part.answerKeys()));
            lasting = Math.min(lasting, lasting(part.family(), ACCEPTS, part.keys()));
        }
        long sinceMillis = (System.nanoTime() - before) / 1_000_000;
        return lasting + sinceMillis + TICK_MILLIS >= millis;
    }

    private List<MemorySegment> packets(Leased leased, int millis) {
        return packets.computeIfAbsent(
                new Renewal(leased, millis),
                _ -> LeaseDevice.packets(leased.address(), leased.interfaceIndex(), millis));
    }

    private long lasting(byte family, String set, List<byte[]> keys) throws KernelException {
        return batch.lasting(family, table, set, keys);
    }

    /** Stop answering and accepting for these addresses at once. */
    public void withdraw(List<Leased> withdrawn) throws KernelException {
        batch.begin();
        for (Part part : parts(withdrawn)) {
            takeAway(part);
        }
        batch.commit("withdraw lease");
    }

    /**
     * Stop answering ARP and NDP for these addresses at once, but accept what still arrives.
     *
     * @param millis accept for so long from now, 1 or more
     */
    public void quieten(List<Leased> quiet, long millis) throws KernelException {
        batch.begin();
        for (Part part : parts(quiet)) {
            takeAway(part);
            batch.addElements(part.family(), table, ACCEPTS, part.keys(), millis);
        }
        batch.commit("stop answering");
    }

    private void put(List<Leased> renewed, long millis) throws KernelException {
        batch.begin();
        for (Part part : parts(renewed)) {
            // Adding an element that is there does not extend it, deleting one that is not fails:
            // hence add, delete, add.
            takeAway(part);
            batch.addElements(part.answering(), table, ANSWERS, part.answerKeys(), millis);
            batch.addElements(part.family(), table, ACCEPTS, part.keys(), millis);
        }
        batch.commit("renew lease");
    }

    private void takeAway(Part part) {
        takeAway(part.answering(), ANSWERS, part.answerKeys());
        takeAway(part.family(), ACCEPTS, part.keys());
    }

    private void takeAway(byte family, String set, List<byte[]> keys) {
        batch.addElements(family, table, set, keys, NftBatch.FOR_EVER);
        batch.removeElements(family, table, set, keys);
    }

    /**
     * The addresses of one family among some: one message for each set, however many they are.
     *
     * @param family of the table that accepts
     * @param answering of the table that says who answers
     */
    private record Part(byte family, byte answering, List<byte[]> keys, List<byte[]> answerKeys) {
        static Part of(boolean six, List<Leased> leased) {
            return new Part(
                    six ? NftBatch.IP6 : NftBatch.IP,
                    six ? NftBatch.IP6 : NftBatch.ARP,
                    leased.stream().map(LeaseTables::key).toList(),
                    leased.stream().map(LeaseTables::answerKey).toList());
        }
    }

    /** Every advertisement renews the lease: no streams of streams here. */
    private static List<Part> parts(List<Leased> leased) {
        List<Leased> four = new ArrayList<>(leased.size());
        List<Leased> six = new ArrayList<>(leased.size());
        for (Leased each : leased) {
            (isSix(each) ? six : four).add(each);
        }
        List<Part> parts = new ArrayList<>(2);
        if (!four.isEmpty()) {
            parts.add(Part.of(false, four));
        }
        if (!six.isEmpty()) {
            parts.add(Part.of(true, six));
        }
        return parts;
    }

    private void install() throws KernelException {
        try {
            install(owned, !owned);
        } catch (KernelException e) {
            if (e.errno() != KernelException.EOPNOTSUPP && e.errno() != KernelException.EINVAL) {
                throw e;
            }
            owned = false;
            install(false, true);
        }
    }

    /**
     * Makes everything in one transaction.
     *
     * @param replace remove first what is there
     */
    private void install(boolean withOwner, boolean replace) throws KernelException {
        batch.begin();
        for (byte family : families()) {
            if (replace) {
                batch.addTable(family, table, withOwner);
                batch.removeTable(family, table);
            }
            batch.addTable(family, table, withOwner);
            boolean six = family == NftBatch.IP6;
            int type = six ? NftBatch.TYPE_ADDRESS6 : NftBatch.TYPE_ADDRESS;
            int bytes = six ? NftBatch.ADDRESS6_BYTES : Integer.BYTES;
            batch.addSet(family, table, VIPS, type, bytes, false);
            if (family != NftBatch.ARP) {
                batch.addSet(family, table, ACCEPTS, type, bytes, true);
            }
            if (family != NftBatch.IP) {
                int both = six ? NftBatch.TYPE_ADDRESS6_INTERFACE : NftBatch.TYPE_ADDRESS_INTERFACE;
                batch.addSet(family, table, ANSWERS, both, bytes + Integer.BYTES, true);
            }
        }
        for (Part part : parts(addresses)) {
            batch.addElements(part.family(), table, VIPS, part.keys(), NftBatch.FOR_EVER);
            if (part.answering() != part.family()) {
                batch.addElements(part.answering(), table, VIPS, part.keys(), NftBatch.FOR_EVER);
            }
        }
        installRules();
        if (six()) {
            installRules6();
        }
        batch.commit("make lease tables");
    }

    /**
     * Makes the tables again if somebody has removed one, with every lease expired until the next
     * renewal.
     *
     * @return whether one was missing
     */
    public boolean restoreIfMissing() throws KernelException {
        for (byte family : families()) {
            if (!batch.hasTable(family, table)) {
                install(owned, true);
                return true;
            }
        }
        return false;
    }

    private byte[] families() {
        return six()
                ? new byte[] {NftBatch.IP, NftBatch.ARP, NftBatch.IP6}
                : new byte[] {NftBatch.IP, NftBatch.ARP};
    }

    private boolean six() {
        return addresses.stream().anyMatch(LeaseTables::isSix);
    }

    private static boolean isSix(Leased leased) {
        return leased.address() instanceof Inet6Address;
    }

    private void installRules() {
        batch.addChain(NftBatch.IP, table, "in", NftBatch.HOOK_PREROUTING, NftBatch.BEFORE_RAW);
        renewingRules(
                NftBatch.IP,
                (rule, millis) ->
                        rule.is(NftBatch.IP_DESTINATION, millis)
                                .load(NftBatch.IP_SOURCE)
                                .renew(ACCEPTS, millis));
        batch.addRule(
                NftBatch.IP,
                table,
                "in",
                rule -> rule.load(NftBatch.IP_DESTINATION).in(VIPS).notIn(ACCEPTS).count().drop());
        arpRule("in", NftBatch.HOOK_ARP_IN, NftBatch.ARP_TARGET, NftBatch.META_IN_INTERFACE);
        arpRule("out", NftBatch.HOOK_ARP_OUT, NftBatch.ARP_SENDER, NftBatch.META_OUT_INTERFACE);
    }

    /** First in the chain, one rule for each length; what has come for them goes no further. */
    private void renewingRules(byte family, BiConsumer<NftBatch.Rule, Integer> renewal) {
        LeaseDevice shown = device;
        if (shown == null) {
            return;
        }
        for (int millis : lengths) {
            batch.addRule(
                    family,
                    table,
                    "in",
                    rule -> {
                        renewal.accept(rule.cameBy(shown.index()), millis);
                        rule.drop();
                    });
        }
    }

    private void installRules6() {
        batch.addChain(NftBatch.IP6, table, "in", NftBatch.HOOK_PREROUTING, NftBatch.BEFORE_RAW);
        renewingRules(
                NftBatch.IP6,
                (rule, millis) ->
                        rule.is(NftBatch.IP6_DESTINATION_THIRD, millis)
                                .load6(NftBatch.IP6_SOURCE)
                                .renew(ACCEPTS, millis)
                                .loadBehind(NftBatch.IP6_DESTINATION_END, NftBatch.ADDRESS6_BYTES)
                                .renew(ANSWERS, millis));
        batch.addRule(
                NftBatch.IP6,
                table,
                "in",
                rule ->
                        rule.load6(NftBatch.IP6_DESTINATION)
                                .in(VIPS)
                                .notIn(ACCEPTS)
                                .count()
                                .drop());
        batch.addChain(NftBatch.IP6, table, "out", NftBatch.HOOK_LOCAL_OUT, 0);
        batch.addRule(
                NftBatch.IP6,
                table,
                "out",
                rule ->
                        rule.loadAdvertised()
                                .in(VIPS)
                                .loadInterface(NftBatch.META_OUT_INTERFACE, NftBatch.ADDRESS6_BYTES)
                                .notIn(ANSWERS)
                                .count()
                                .drop());
    }

    private void arpRule(String chain, int hook, int addressOffset, int interfaceKey) {
        batch.addChain(NftBatch.ARP, table, chain, hook, 0);
        if (hook == NftBatch.HOOK_ARP_IN) {
            renewingRules(
                    NftBatch.ARP,
                    (rule, millis) ->
                            rule.is(NftBatch.ARP_TARGET_MAC, millis)
                                    .load(NftBatch.ARP_TARGET)
                                    .loadBehind(NftBatch.ARP_SENDER, Integer.BYTES)
                                    .renew(ANSWERS, millis));
        }
        batch.addRule(
                NftBatch.ARP,
                table,
                chain,
                rule ->
                        rule.load(addressOffset)
                                .in(VIPS)
                                .loadInterface(interfaceKey, Integer.BYTES)
                                .notIn(ANSWERS)
                                .count()
                                .drop());
    }

    private static byte[] key(Leased leased) {
        return leased.address().getAddress();
    }

    private static byte[] answerKey(Leased leased) {
        return NftBatch.withInterface(leased.address().getAddress(), leased.interfaceIndex());
    }

    /** Closes the socket: the kernel removes the tables. */
    @Override
    public void close() {
        batch.close();
        if (device != null) {
            device.close();
        }
    }
}
