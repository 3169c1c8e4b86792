package proa.vip.linux;

import java.net.InetAddress;
import java.util.List;

/**
 * The lease on the floating addresses, kept by nftables: unless it is renewed in time, the kernel
 * itself stops answering ARP for them and drops what arrives for them, even when this process is
 * stopped or hangs.
 *
 * <pre>
 * table ip  proa_lease_NAME { set vips; set accepts { flags timeout }
 *   chain in { hook prerouting -310;  ip daddr @vips ip daddr != @accepts drop } }
 * table arp proa_lease_NAME { set vips; set answers { address . interface; flags timeout }
 *   chain in  { hook input 0;   arp daddr ip @vips  arp daddr ip . iif != @answers drop }
 *   chain out { hook output 0;  arp saddr ip @vips  arp saddr ip . oif != @answers drop } }
 * </pre>
 *
 * <p>The tables have the owner flag: they are bound to this socket, so that a foreign {@code nft
 * flush ruleset} leaves them alone and they vanish with this process. A renewal is one transaction
 * over one open socket, about 10 µs. IPv4 only. Used by one thread.
 */
public final class LeaseTables implements AutoCloseable {

    private static final String VIPS = "vips";
    private static final String ACCEPTS = "accepts";
    private static final String ANSWERS = "answers";

    private final NftBatch batch;
    private final String table;
    private final List<Leased> addresses;
    private boolean owned = true;

    /**
     * One address under lease.
     *
     * @param address IPv4
     * @param interfaceIndex the only interface that answers ARP for it
     */
    public record Leased(InetAddress address, int interfaceIndex) {}

    private LeaseTables(NftBatch batch, String name, List<Leased> addresses) {
        this.batch = batch;
        this.table = "proa_lease_" + name.replaceAll("[^A-Za-z0-9]", "_");
        this.addresses = List.copyOf(addresses);
    }

    /**
     * Makes the tables, with every lease expired.
     *
     * @param name of the cluster: two clusters may share a host
     * @throws KernelException without CAP_NET_ADMIN or nf_tables, or when another process owns them
     */
    public static LeaseTables open(String name, List<Leased> addresses) throws KernelException {
        LeaseTables tables = new LeaseTables(NftBatch.open(), name, addresses);
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
        try {
            put(renewed, millis);
        } catch (KernelException e) {
            if (e.errno() != KernelException.ENOENT) {
                throw e;
            }
            install();
            put(renewed, millis);
        }
    }

    /** Stop answering and accepting for these addresses at once. */
    public void withdraw(List<Leased> withdrawn) throws KernelException {
        batch.begin();
        for (Leased leased : withdrawn) {
            takeAway(leased, ANSWERS, ACCEPTS);
        }
        batch.commit("withdraw lease");
    }

    /**
     * Stop answering ARP for these addresses at once, but accept what still arrives.
     *
     * @param millis accept for so long from now, 1 or more
     */
    public void quieten(List<Leased> quiet, long millis) throws KernelException {
        batch.begin();
        for (Leased leased : quiet) {
            takeAway(leased, ANSWERS, ACCEPTS);
            batch.addElement(NftBatch.IP, table, ACCEPTS, key(leased), millis);
        }
        batch.commit("stop answering");
    }

    private void put(List<Leased> renewed, long millis) throws KernelException {
        batch.begin();
        for (Leased leased : renewed) {
            // Adding an element that is there does not extend it, deleting one that is not fails:
            // hence add, delete, add.
            takeAway(leased, ANSWERS, ACCEPTS);
            batch.addElement(NftBatch.ARP, table, ANSWERS, answerKey(leased), millis);
            batch.addElement(NftBatch.IP, table, ACCEPTS, key(leased), millis);
        }
        batch.commit("renew lease");
    }

    private void takeAway(Leased leased, String... sets) {
        for (String set : sets) {
            boolean arp = set.equals(ANSWERS);
            byte family = arp ? NftBatch.ARP : NftBatch.IP;
            byte[] key = arp ? answerKey(leased) : key(leased);
            batch.addElement(family, table, set, key, NftBatch.FOR_EVER);
            batch.removeElement(family, table, set, key);
        }
    }

    private void install() throws KernelException {
        try {
            install(owned);
        } catch (KernelException e) {
            if (e.errno() != KernelException.EOPNOTSUPP && e.errno() != KernelException.EINVAL) {
                throw e;
            }
            owned = false;
            install(false);
        }
    }

    /** Whatever a predecessor left is replaced in the same transaction. */
    private void install(boolean withOwner) throws KernelException {
        batch.begin();
        for (byte family : new byte[] {NftBatch.IP, NftBatch.ARP}) {
            if (!withOwner) {
                batch.addTable(family, table, false);
                batch.removeTable(family, table);
            }
            batch.addTable(family, table, withOwner);
            batch.addSet(family, table, VIPS, NftBatch.TYPE_ADDRESS, Integer.BYTES, false);
        }
        batch.addSet(NftBatch.IP, table, ACCEPTS, NftBatch.TYPE_ADDRESS, Integer.BYTES, true);
        batch.addSet(
                NftBatch.ARP, table, ANSWERS, NftBatch.TYPE_ADDRESS_INTERFACE, Long.BYTES, true);
        for (Leased leased : addresses) {
            batch.addElement(NftBatch.IP, table, VIPS, key(leased), NftBatch.FOR_EVER);
            batch.addElement(NftBatch.ARP, table, VIPS, key(leased), NftBatch.FOR_EVER);
        }
        installRules();
        batch.commit("make lease tables");
    }

    private void installRules() {
        batch.addChain(NftBatch.IP, table, "in", NftBatch.HOOK_PREROUTING, NftBatch.BEFORE_RAW);
        batch.addRule(
                NftBatch.IP,
                table,
                "in",
                rule -> rule.load(NftBatch.IP_DESTINATION).in(VIPS).notIn(ACCEPTS).count().drop());
        arpRule("in", NftBatch.HOOK_ARP_IN, NftBatch.ARP_TARGET, NftBatch.META_IN_INTERFACE);
        arpRule("out", NftBatch.HOOK_ARP_OUT, NftBatch.ARP_SENDER, NftBatch.META_OUT_INTERFACE);
    }

    private void arpRule(String chain, int hook, int addressOffset, int interfaceKey) {
        batch.addChain(NftBatch.ARP, table, chain, hook, 0);
        batch.addRule(
                NftBatch.ARP,
                table,
                chain,
                rule ->
                        rule.load(addressOffset)
                                .in(VIPS)
                                .loadInterface(interfaceKey)
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
    }
}
