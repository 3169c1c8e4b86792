package proa.vip.linux;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/**
 * Keeps connections alive while the tables of the kernel's forwarding are away because somebody
 * removed them. A packet that nothing translates would come to this host itself, or to the client
 * as the server's own, and either answers with a reset, which ends the connection for good. Here it
 * is dropped instead: the sender says it again, and by then the tables are there.
 *
 * <pre>
 * table ip|ip6 proa_guard_NAME { set carried, held, servers { address . port }
 *   chain in   { hook input 10;   ip daddr . th dport @held drop
 *                                 ip daddr . th dport @carried meta mark != SEEN drop }
 *   chain pass { hook forward 10; ip saddr . th sport @servers meta mark != SEEN drop } }
 * </pre>
 *
 * <p>What the tables of the forwarding have looked at they mark, also what they refuse, so these
 * rules leave it alone. The tables here have the owner flag: a foreign {@code nft flush ruleset}
 * does not remove them, and they go with this process, as its addresses do. A kernel before 5.12
 * has no such flag, and then there is no guard. Used by one thread.
 */
public final class ForwardingGuard implements AutoCloseable {

    /** Behind the tables of the forwarding. */
    private static final int PRIORITY = 10;

    /** Marks are told by this half. */
    private static final int MARK_MASK = 0xffff_0000;

    private static final String CARRIED = "carried";
    private static final String HELD = "held";
    private static final String SERVERS = "servers";
    private static final byte[] FAMILIES = {NftBatch.IP, NftBatch.IP6};

    private final NftBatch batch;
    private final String table;
    private final Set<InetSocketAddress> carried;
    private final Set<InetSocketAddress> servers;
    private boolean there;

    private ForwardingGuard(
            NftBatch batch,
            String name,
            List<InetSocketAddress> carried,
            List<InetSocketAddress> servers) {
        this.batch = batch;
        this.table = "proa_guard_" + name.replaceAll("[^A-Za-z0-9]", "_");
        this.carried = Set.copyOf(carried);
        this.servers = Set.copyOf(servers);
    }

    /**
     * Makes the tables, if anything is forwarded.
     *
     * @param name of the cluster: two clusters may share a host
     * @param carried floating addresses and ports that are forwarded
     * @param servers where they are forwarded to by translation
     * @param mark of packets that the forwarding has looked at; its lower half does not count
     * @throws KernelException without CAP_NET_ADMIN or nf_tables, or when another process owns them
     */
    public static ForwardingGuard open(
            String name,
            List<InetSocketAddress> carried,
            List<InetSocketAddress> servers,
            int mark)
            throws KernelException {
        ForwardingGuard guard = new ForwardingGuard(NftBatch.open(), name, carried, servers);
        if (carried.isEmpty()) {
            return guard;
        }
        try {
            guard.install(mark & MARK_MASK);
            guard.there = true;
            return guard;
        } catch (KernelException e) {
            if (e.errno() == KernelException.EOPNOTSUPP || e.errno() == KernelException.EINVAL) {
                return guard;
            }
            guard.close();
            throw e;
        }
    }

    /** Whether the kernel keeps it from being removed. */
    public boolean there() {
        return there;
    }

    private void install(int mark) throws KernelException {
        batch.begin();
        for (byte family : FAMILIES) {
            boolean six = family == NftBatch.IP6;
            if (keys(six, carried).isEmpty()) {
                continue; // the kernel may not know the family at all
            }
            batch.addTable(family, table, true);
            for (String set : List.of(CARRIED, HELD, SERVERS)) {
                batch.addSet(family, table, set, type(six), bytes(six) + Integer.BYTES, false);
            }
            put(family, CARRIED, carried);
            put(family, SERVERS, servers);
            batch.addChain(family, table, "in", NftBatch.HOOK_LOCAL_IN, PRIORITY);
            batch.addRule(
                    family, table, "in", rule -> rule.destination(six).in(HELD).count().drop());
            batch.addRule(
                    family,
                    table,
                    "in",
                    rule ->
                            rule.destination(six)
                                    .in(CARRIED)
                                    .notMarked(MARK_MASK, mark)
                                    .count()
                                    .drop());
            batch.addChain(family, table, "pass", NftBatch.HOOK_FORWARD, PRIORITY);
            batch.addRule(
                    family,
                    table,
                    "pass",
                    rule ->
                            rule.source(six)
                                    .in(SERVERS)
                                    .notMarked(MARK_MASK, mark)
                                    .count()
                                    .drop());
        }
        batch.commit("make guard tables");
    }

    /**
     * Drops whatever comes to the floating addresses of a family and is not translated, as long as
     * its tables are being made: what is looked up in a map that is not filled yet finds nothing.
     */
    public void hold(boolean six) throws KernelException {
        if (guards(six)) {
            batch.begin();
            put(family(six), HELD, carried);
            batch.commit("hold connections");
        }
    }

    /** The tables of a family are there. Fine when nothing was held. */
    public void release(boolean six) throws KernelException {
        if (guards(six)) {
            batch.begin();
            batch.flush(family(six), table, HELD);
            batch.commit("release connections");
        }
    }

    private boolean guards(boolean six) {
        return there && !keys(six, carried).isEmpty();
    }

    private void put(byte family, String set, Set<InetSocketAddress> places) {
        List<byte[]> keys = keys(family == NftBatch.IP6, places);
        if (!keys.isEmpty()) {
            batch.addElements(family, table, set, keys, NftBatch.FOR_EVER);
        }
    }

    private static List<byte[]> keys(boolean six, Set<InetSocketAddress> places) {
        return places.stream()
                .filter(place -> place.getAddress() instanceof Inet6Address == six)
                .map(ForwardingGuard::key)
                .toList();
    }

    /** Each part begins in one of four bytes. */
    private static byte[] key(InetSocketAddress place) {
        byte[] address = place.getAddress().getAddress();
        return ByteBuffer.allocate(address.length + Integer.BYTES)
                .put(address)
                .putShort((short) place.getPort())
                .array();
    }

    private static int type(boolean six) {
        return six ? NftBatch.TYPE_ADDRESS6_PORT : NftBatch.TYPE_ADDRESS_PORT;
    }

    private static int bytes(boolean six) {
        return six ? NftBatch.ADDRESS6_BYTES : Integer.BYTES;
    }

    private static byte family(boolean six) {
        return six ? NftBatch.IP6 : NftBatch.IP;
    }

    /** Closes the socket: the kernel removes the tables. */
    @Override
    public void close() {
        batch.close();
    }
}
