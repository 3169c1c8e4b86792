package proa.vip.linux;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The lease on the floating addresses, kept by nftables: unless it is renewed in time, the kernel
 * itself stops answering ARP for them and drops what arrives for them, even when this process is
 * stopped or hangs.
 *
 * <pre>
 * table ip  proa_lease_NAME { set vips; set accepts { flags dynamic, timeout }
 *   chain in { hook prerouting -310;
 *     iif DEVICE ip daddr TIME  update @accepts { ip saddr timeout TIME } drop
 *     ip daddr @vips ip daddr != @accepts drop } }
 * table arp proa_lease_NAME { set vips; set answers { address . interface; as above }
 *   chain in { hook input 0;
 *     iif DEVICE arp daddr ether TIME…  update @answers { arp daddr ip . arp saddr ip … } drop
 *     arp daddr ip @vips  arp daddr ip . iif != @answers drop }
 *   chain out { hook output 0;  arp saddr ip @vips  arp saddr ip . oif != @answers drop } }
 * table ip6 proa_lease_NAME { set vips; set accepts and answers as above
 *   chain in { hook prerouting -310;
 *     iif DEVICE ip6 daddr …TIME…  update both from ip6 saddr and the end of ip6 daddr; drop
 *     ip6 daddr @vips ip6 daddr != @accepts drop }
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
 * as for a lease of unusual length, a transaction does. Used by one thread.
 */
public final class LeaseTables implements AutoCloseable {

    /** The kernel's clock of leases goes by its ticks, a hundred a second or more. */
    private static final long TOLERANCE_MILLIS_MAX = 20;

    private static final long TOLERANCE_PART = 5;

    /** So many renewals in a row that packets have not done, and they are given up. */
    private static final int IDLE_MAX = 3;

    private static final String VIPS = "vips";
    private static final String ACCEPTS = "accepts";
    private static final String ANSWERS = "answers";

    private final NftBatch batch;
    private final String table;
    private final List<Leased> addresses;
    private final Set<Integer> lengths;
    private @Nullable LeaseDevice device;
    private String withoutDevice = ""; // why; empty: there is one
    private String told = "";
    private int idle;
    private boolean owned = true;

    /**
     * One address under lease.
     *
     * @param address IPv4 or IPv6
     * @param interfaceIndex the only interface that answers ARP or NDP for it
     */
    public record Leased(InetAddress address, int interfaceIndex) {}

    private LeaseTables(NftBatch batch, String name, List<Leased> addresses, Set<Integer> lengths) {
        this.batch = batch;
        this.lengths = Set.copyOf(lengths);
        this.table = "proa_lease_" + name.replaceAll("[^A-Za-z0-9]", "_");
        this.addresses = List.copyOf(addresses);
    }

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
            device = LeaseDevice.open(six(), lengths);
        } catch (IOException e) {
            withoutDevice = String.valueOf(e.getMessage());
        }
    }

    /** What operators are to hear of the renewals, once. */
    public Optional<String> news() {
        if (told.equals(withoutDevice)) {
            return Optional.empty();
        }
        told = withoutDevice;
        return Optional.of(
                "each renewal of a lease changes the host's rules, so that programs that read them"
                        + " may not come to an end: "
                        + told);
    }

    /** Whether the kernel guards the tables against others; older kernels than 5.12 do not. */
    public boolean owned() {
        return owned;
    }

    /**
     * Answer and accept for these addresses for so long from now, whatever was before. Tables that
     * somebody removed are made again.
     *
     * @param millis the lease, 1 or more; the kernel's clock ticks in 10 ms or less
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

    private boolean renewedByPackets(List<Leased> renewed, long millis) {
        LeaseDevice shown = device;
        if (shown == null || !shown.knows(millis)) {
            return false;
        }
        long before = System.nanoTime();
        shown.show(renewed, (int) millis);
        long lasting = lasting(renewed);
        long since = (System.nanoTime() - before) / 1_000_000;
        long tolerance = Math.min(TOLERANCE_MILLIS_MAX, millis / TOLERANCE_PART);
        if (lasting >= 0 && lasting + since + tolerance >= millis) {
            idle = 0;
            return true;
        }
        // Who has waited long meanwhile cannot tell whether the packets have done it.
        if (since < millis / TOLERANCE_PART && ++idle == IDLE_MAX) {
            giveUp(shown, "its packets renew nothing");
        }
        return false;
    }

    /** How long all of them last, in milliseconds; −1: one does not, or that is not known. */
    long lasting(List<Leased> leased) {
        long shortest = Long.MAX_VALUE;
        for (Part part : parts(leased)) {
            long answered = batch.lasting(part.answering(), table, ANSWERS, part.answerKeys());
            long accepted = batch.lasting(part.family(), table, ACCEPTS, part.keys());
            shortest = Math.min(shortest, Math.min(answered, accepted));
        }
        return shortest;
    }

    private void giveUp(LeaseDevice shown, String why) {
        shown.remove();
        device = null;
        withoutDevice = shown.name() + ": " + why;
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
     * renewal. Looks after the device, too.
     *
     * @return whether one was missing
     */
    public boolean restoreIfMissing() throws KernelException {
        LeaseDevice shown = device;
        if (shown != null && !shown.takesInAtOnce()) {
            giveUp(shown, "its packets are spread over processors (rps_cpus)");
        }
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
        addRenewal(NftBatch.IP);
        batch.addRule(
                NftBatch.IP,
                table,
                "in",
                rule -> rule.load(NftBatch.IP_DESTINATION).in(VIPS).notIn(ACCEPTS).count().drop());
        arpRule("in", NftBatch.HOOK_ARP_IN, NftBatch.ARP_TARGET, NftBatch.META_IN_INTERFACE);
        arpRule("out", NftBatch.HOOK_ARP_OUT, NftBatch.ARP_SENDER, NftBatch.META_OUT_INTERFACE);
    }

    private void addRenewal(byte family) {
        if (device != null) {
            device.addRules(batch, family, table, ACCEPTS, ANSWERS);
        }
    }

    private void installRules6() {
        batch.addChain(NftBatch.IP6, table, "in", NftBatch.HOOK_PREROUTING, NftBatch.BEFORE_RAW);
        addRenewal(NftBatch.IP6);
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
            addRenewal(NftBatch.ARP);
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

    /** Closes the socket and the device: the kernel removes them, and the tables. */
    @Override
    public void close() {
        batch.close();
        if (device != null) {
            device.close();
        }
    }
}
