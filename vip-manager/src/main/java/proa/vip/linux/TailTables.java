package proa.vip.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/**
 * The way of packets, after a planned move, to the host whose connections they belong to.
 *
 * <pre>
 * table ip proa_tail_CLUSTER_GROUP {
 *   chain in { hook prerouting -150
 *     ip daddr VIP tcp dport CARRIED accept
 *     ip daddr VIP tcp flags &amp; syn == 0 ct state { new, invalid } counter dup to OWNER device LINK drop } }
 * </pre>
 *
 * <p>A packet that begins no connection and belongs to none that this host follows is the old
 * owner's: a copy of it goes there as it is, past routing, so that neither forwarding nor a rule of
 * policy routing is needed; the packet itself goes nowhere, so the kernel never takes its
 * connection for one of this host's. The table is there during a tail only, since it makes the
 * kernel follow connections, and like the lease it vanishes with this process. Used by one thread.
 *
 * <p>Packets to ports that the kernel carries are at home on every host.
 */
public final class TailTables implements AutoCloseable {

    private static final String CHAIN = "in";

    private final NftBatch batch;
    private final String prefix;
    private boolean guarded = true;

    /**
     * Where what arrives for an address is passed to.
     *
     * @param leased the address, and the interface that the old owner is on
     * @param to the old owner's own address there, of the same family
     * @param carried ports of TCP whose connections the kernel carries, on whichever host
     */
    public record Way(LeaseTables.Leased leased, InetAddress to, List<Integer> carried) {
        public Way {
            carried = List.copyOf(carried);
        }
    }

    private TailTables(NftBatch batch, String prefix) {
        this.batch = batch;
        this.prefix = prefix;
    }

    /** Opens the socket; makes nothing yet. */
    public static TailTables open(String cluster) throws KernelException {
        return new TailTables(NftBatch.open(), "proa_tail_" + word(cluster) + "_");
    }

    private static String word(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_");
    }

    /** Passes what belongs to no connection of this host's, instead of what was passed before. */
    public void pass(String group, List<Way> ways) throws KernelException {
        try {
            make(group, ways, guarded);
        } catch (KernelException e) {
            if (!guarded
                    || (e.errno() != KernelException.EOPNOTSUPP
                            && e.errno() != KernelException.EINVAL)) {
                throw e;
            }
            guarded = false;
            make(group, ways, false);
        }
    }

    private void make(String group, List<Way> ways, boolean withOwner) throws KernelException {
        String table = prefix + word(group);
        batch.begin();
        for (byte family : new byte[] {NftBatch.IP, NftBatch.IP6}) {
            remove(family, table, withOwner);
            List<Way> own = ways.stream().filter(way -> family(way) == family).toList();
            if (!own.isEmpty()) {
                batch.addTable(family, table, withOwner);
                batch.addChain(family, table, CHAIN, NftBatch.HOOK_PREROUTING, NftBatch.MANGLE);
                own.forEach(way -> addRules(family, table, way));
            }
        }
        batch.commit("pass on connections");
    }

    private void addRules(byte family, String table, Way way) {
        byte[] address = way.leased().address().getAddress();
        for (int port : way.carried()) {
            batch.addRule(
                    family,
                    table,
                    CHAIN,
                    rule -> destination(rule, family).is(address).toPort(port).accept());
        }
        batch.addRule(
                family,
                table,
                CHAIN,
                rule ->
                        destination(rule, family)
                                .is(address)
                                .midStreamOfStrangers()
                                .count()
                                .copyTo(way.to().getAddress(), way.leased().interfaceIndex())
                                .drop());
    }

    private static NftRule destination(NftRule rule, byte family) {
        return family == NftBatch.IP6
                ? rule.load6(NftBatch.IP6_DESTINATION)
                : rule.load(NftBatch.IP_DESTINATION);
    }

    private static byte family(Way way) {
        return way.leased().address() instanceof Inet6Address ? NftBatch.IP6 : NftBatch.IP;
    }

    /** Removing a table that is not there fails: hence add and remove. */
    private void remove(byte family, String table, boolean withOwner) {
        batch.addTable(family, table, withOwner);
        batch.removeTable(family, table);
    }

    /** Passes nothing any more. */
    public void end(String group) throws KernelException {
        String table = prefix + word(group);
        batch.begin();
        remove(NftBatch.IP, table, guarded);
        remove(NftBatch.IP6, table, guarded);
        batch.commit("end of a tail");
    }

    /** Closes the socket: the kernel removes the tables. */
    @Override
    public void close() {
        batch.close();
    }
}
