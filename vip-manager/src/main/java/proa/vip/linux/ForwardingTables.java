package proa.vip.linux;

import proa.vip.forwarding.Counters.Count;
import proa.vip.forwarding.Counters.Counting;
import proa.vip.forwarding.Filling;
import proa.vip.forwarding.RuleSet;
import proa.vip.forwarding.Service;
import proa.vip.forwarding.Value;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tables of the kernel's forwarding: whether they are there, what is in their maps and what
 * their sets have counted. Unlike the lease they belong to nobody: they outlive this process, so
 * that what it forwards goes on while it restarts.
 *
 * <p>No request here names the generation of the rules that it was made for, and so none fails or
 * begins again because others change rules meanwhile, as the lease does all the time. Used by one
 * thread.
 */
public final class ForwardingTables implements AutoCloseable {

    private final NftBatch batch;
    private final String table;

    private ForwardingTables(NftBatch batch, String table) {
        this.batch = batch;
        this.table = table;
    }

    /**
     * Opens a socket.
     *
     * @param table the name of those of both families
     * @throws KernelException without CAP_NET_ADMIN
     */
    public static ForwardingTables open(String table) throws KernelException {
        return new ForwardingTables(NftBatch.open(), table);
    }

    /** Whether the table of a family is there; takes about 10 µs. */
    public boolean has(boolean six) throws KernelException {
        return batch.hasTable(family(six), table);
    }

    /** Whether the table of a family is there and has this chain. */
    public boolean has(boolean six, String chain) throws KernelException {
        return batch.hasChain(family(six), table, chain);
    }

    /** Removes a table that may be there. */
    public void remove(boolean six) throws KernelException {
        batch.begin();
        batch.addTable(family(six), table, false);
        batch.removeTable(family(six), table);
        batch.commit("remove table " + table);
    }

    /** Adds a chain without a rule. */
    public void mark(boolean six, String chain) throws KernelException {
        batch.begin();
        batch.addChain(family(six), table, chain);
        batch.commit("mark table " + table);
    }

    /** Replaces what is in the map of a service, as one change. */
    public void fill(boolean six, Filling filling) throws KernelException {
        Map<Value, byte[]> encoded = new HashMap<>();
        List<byte[]> data =
                filling.values().stream()
                        .map(each -> encoded.computeIfAbsent(each, ForwardingTables::bytes))
                        .toList();
        batch.begin();
        batch.flush(family(six), table, filling.map());
        batch.addMappings(family(six), table, filling.map(), RuleSet.MARK, data);
        batch.commit("fill map " + filling.map());
    }

    /**
     * Replaces the addresses that connections of servers' own get, as one change.
     *
     * @param addresses by interface
     */
    public void translate(boolean six, Map<String, InetAddress> addresses) throws KernelException {
        batch.begin();
        batch.flush(family(six), table, RuleSet.OUTWARD);
        addresses.forEach(
                (device, address) ->
                        batch.addMapping(
                                family(six),
                                table,
                                RuleSet.OUTWARD,
                                NftBatch.interfaceName(device),
                                address.getAddress()));
        batch.commit("fill map " + RuleSet.OUTWARD);
    }

    /** Replaces the servers of a service that are down, as one change. */
    public void silence(boolean six, Service service, Set<Value> servers) throws KernelException {
        String set = RuleSet.downSet(service);
        List<byte[]> keys = servers.stream().map(ForwardingTables::bytes).toList();
        batch.begin();
        batch.flush(family(six), table, set);
        if (!keys.isEmpty()) {
            batch.addElements(family(six), table, set, keys, NftBatch.FOR_EVER);
        }
        batch.commit("fill set " + set);
    }

    /** What these elements of a set have counted; those that are not in the set are left out. */
    public Map<Value, Count> count(boolean six, Counting counting) throws KernelException {
        Map<ByteBuffer, Value> wanted = new HashMap<>();
        counting.elements().forEach(each -> wanted.put(ByteBuffer.wrap(bytes(each)), each));
        Map<Value, Count> counts = new HashMap<>();
        batch.listElements(
                family(six),
                table,
                counting.set(),
                message ->
                        ElementReader.read(
                                message,
                                (key, count) -> {
                                    Value found = wanted.get(key);
                                    if (found != null) {
                                        counts.put(found, count);
                                    }
                                }));
        return counts;
    }

    /** As it lies in the kernel's registers: each part begins in one of four bytes. */
    private static byte[] bytes(Value value) {
        return switch (value) {
            case Value.Mark(int number) ->
                    ByteBuffer.allocate(Integer.BYTES)
                            .order(ByteOrder.nativeOrder())
                            .putInt(number)
                            .array();
            case Value.Address(var address) -> address.getAddress();
            case Value.Place(var place) -> {
                byte[] address = place.getAddress().getAddress();
                yield ByteBuffer.allocate(address.length + Integer.BYTES)
                        .put(address)
                        .putShort((short) place.getPort())
                        .array();
            }
        };
    }

    private static byte family(boolean six) {
        return six ? NftBatch.IP6 : NftBatch.IP;
    }

    @Override
    public void close() {
        batch.close();
    }
}
