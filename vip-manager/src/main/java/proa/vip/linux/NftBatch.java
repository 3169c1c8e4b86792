package proa.vip.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * One transaction of nftables under construction, over its own nfnetlink socket: all of it takes
 * effect at once, or nothing. The constants are those of {@code linux/netfilter/nf_tables.h}. Used
 * by one thread.
 */
final class NftBatch implements AutoCloseable {

    static final byte IP = 2;
    static final byte ARP = 3;
    static final byte IP6 = 10;

    static final int HOOK_PREROUTING = 0;
    static final int HOOK_LOCAL_OUT = 3;
    static final int HOOK_ARP_IN = 0;
    static final int HOOK_ARP_OUT = 1;

    /** Before connection tracking and every rule of the operator's. */
    static final int BEFORE_RAW = -310;

    /** After connection tracking, before the addresses may be translated. */
    static final int MANGLE = -150;

    /** Offsets in the network header; ARP as RFC 826 lays it out for Ethernet and IPv4. */
    static final int IP_SOURCE = 12;

    static final int IP_DESTINATION = 16;

    static final int IP6_SOURCE = 8;
    static final int IP6_DESTINATION = 24;

    /** The last four bytes, and those before. */
    static final int IP6_DESTINATION_END = 36;

    static final int IP6_DESTINATION_THIRD = 32;

    static final int ARP_SENDER = 14;
    static final int ARP_TARGET_MAC = 18;
    static final int ARP_TARGET = 24;

    static final int META_IN_INTERFACE = 4;
    static final int META_OUT_INTERFACE = 5;

    /** The nft program's numbers of its data types, so that it can list the sets. */
    static final int TYPE_ADDRESS = 7;

    static final int TYPE_ADDRESS6 = 8;

    private static final int TYPE_INTERFACE = 20;

    /** A concatenation: six bits for each type. */
    static final int TYPE_ADDRESS_INTERFACE = TYPE_ADDRESS << 6 | TYPE_INTERFACE;

    static final int TYPE_ADDRESS6_INTERFACE = TYPE_ADDRESS6 << 6 | TYPE_INTERFACE;

    static final int ADDRESS6_BYTES = 16;

    static final long FOR_EVER = 0;

    private static final int BATCH_BEGIN = 16;
    private static final int BATCH_END = 17;
    private static final int SUBSYSTEM = 10 << 8;
    private static final int NEW_TABLE = SUBSYSTEM;
    private static final int DELETE_TABLE = SUBSYSTEM | 2;
    private static final int GET_TABLE = SUBSYSTEM | 1;
    private static final int NEW_CHAIN = SUBSYSTEM | 3;
    private static final int GET_CHAIN = SUBSYSTEM | 4;
    private static final int NEW_RULE = SUBSYSTEM | 6;
    private static final int NEW_SET = SUBSYSTEM | 9;
    private static final int NEW_ELEMENT = SUBSYSTEM | 12;
    private static final int GET_ELEMENT = SUBSYSTEM | 13;
    private static final int DELETE_ELEMENT = SUBSYSTEM | 14;

    private static final int TABLE_FLAG_OWNER = 2;

    /** With a timeout of each element, and changed by packets. */
    private static final int SET_FLAGS_TIMEOUT = 0x10 | 0x20;

    private static final int POLICY_ACCEPT = 1;
    private static final int LIST_ELEMENT = 1;

    /** In one question: each is answered by a message, for which the socket has room. */
    private static final int ASKED_MAX = 64;

    /** Of a map, in one message: an attribute ends at 64 KiB, and an element takes up to 44. */
    private static final int MAPPINGS_MAX = 1_024;

    /** IFNAMSIZ. */
    private static final int INTERFACE_NAME_BYTES = 16;

    private final NetlinkSocket socket;
    private final NetlinkMessage message = new NetlinkMessage();
    private int sequence;
    private int setId;

    private NftBatch(NetlinkSocket socket) {
        this.socket = socket;
    }

    static NftBatch open() throws KernelException {
        return new NftBatch(NetlinkSocket.open(NetlinkSocket.NETFILTER, 0));
    }

    /** Starts afresh. */
    void begin() {
        message.clear();
        frame(BATCH_BEGIN);
    }

    /** Asks for everything since {@link #begin}. */
    void commit(String what) throws KernelException {
        message.acknowledgeLast();
        frame(BATCH_END);
        socket.transact(what, message);
    }

    /** Whether the table is there; asks the kernel now, outside of any transaction. */
    boolean hasTable(byte family, String table) throws KernelException {
        message.clear();
        start(GET_TABLE, NetlinkMessage.ACKNOWLEDGE, family).text(1, table).end();
        return found("look for table " + table);
    }

    /** Whether the chain is there, and its table; asks the kernel now, as {@link #hasTable}. */
    boolean hasChain(byte family, String table, String chain) throws KernelException {
        message.clear();
        start(GET_CHAIN, NetlinkMessage.ACKNOWLEDGE, family).text(1, table).text(3, chain).end();
        return found("look for chain " + chain);
    }

    /**
     * Shows what is in a set; asks the kernel now. What others change meanwhile may be shown or
     * not.
     *
     * @param each told of each message of the listing
     */
    void listElements(byte family, String table, String set, Consumer<ByteBuffer> each)
            throws KernelException {
        message.clear();
        start(GET_ELEMENT, NetlinkMessage.DUMP, family).text(1, table).text(2, set).end();
        socket.list("list set " + set, message, each);
    }

    /**
     * How long these elements last, in milliseconds: the shortest of them; −1: one is not there, or
     * the kernel does not say. Asks it now, outside of any transaction.
     */
    long lasting(byte family, String table, String set, List<byte[]> keys) {
        long shortest = Long.MAX_VALUE;
        for (int from = 0; from < keys.size(); from += ASKED_MAX) {
            List<byte[]> some = keys.subList(from, Math.min(keys.size(), from + ASKED_MAX));
            shortest = Math.min(shortest, lastingSome(family, table, set, some));
        }
        return shortest;
    }

    private long lastingSome(byte family, String table, String set, List<byte[]> keys) {
        message.clear();
        elements(GET_ELEMENT, NetlinkMessage.ACKNOWLEDGE, family, table, set, keys, FOR_EVER);
        List<Long> all = new ArrayList<>(keys.size());
        try {
            socket.list(
                    "look for elements of set " + set,
                    message,
                    each -> ElementReader.lasting(each, all::add));
        } catch (KernelException _) {
            return -1;
        }
        return all.size() == keys.size() ? Collections.min(all) : -1;
    }

    private boolean found(String what) throws KernelException {
        try {
            socket.transact(what, message);
            return true;
        } catch (KernelException e) {
            if (e.errno() != KernelException.ENOENT) {
                throw e;
            }
            return false;
        }
    }

    private void frame(int type) {
        message.begin(type, 0, ++sequence);
        message.fixed((byte) 0, (byte) 0, (byte) (SUBSYSTEM >> 16), (byte) (SUBSYSTEM >> 8)).end();
    }

    private NetlinkMessage start(int type, int flags, byte family) {
        return message.begin(type, flags, ++sequence).fixed(family, (byte) 0, (byte) 0, (byte) 0);
    }

    void addTable(byte family, String table, boolean owner) {
        start(NEW_TABLE, NetlinkMessage.CREATE, family)
                .text(1, table)
                .big(2, owner ? TABLE_FLAG_OWNER : 0)
                .end();
    }

    void removeTable(byte family, String table) {
        start(DELETE_TABLE, 0, family).text(1, table).end();
    }

    /** A filter chain on a hook that lets pass what no rule drops. */
    void addChain(byte family, String table, String chain, int hook, int priority) {
        start(NEW_CHAIN, NetlinkMessage.CREATE, family)
                .text(1, table)
                .text(3, chain)
                .nest(4, () -> message.big(1, hook).big(2, priority))
                .big(5, POLICY_ACCEPT)
                .text(7, "filter")
                .end();
    }

    /** A chain that packets come to by rules alone. */
    void addChain(byte family, String table, String chain) {
        start(NEW_CHAIN, NetlinkMessage.CREATE, family).text(1, table).text(3, chain).end();
    }

    void addSet(byte family, String table, String set, int type, int keyBytes, boolean timeout) {
        start(NEW_SET, NetlinkMessage.CREATE, family)
                .text(1, table)
                .text(2, set)
                .big(3, timeout ? SET_FLAGS_TIMEOUT : 0)
                .big(4, type)
                .big(5, keyBytes)
                .big(10, ++setId)
                .end();
    }

    /** All in one message: the kernel looks up the set once. */
    void addElements(byte family, String table, String set, List<byte[]> keys, long timeoutMillis) {
        elements(NEW_ELEMENT, NetlinkMessage.CREATE, family, table, set, keys, timeoutMillis);
    }

    void removeElements(byte family, String table, String set, List<byte[]> keys) {
        elements(DELETE_ELEMENT, 0, family, table, set, keys, FOR_EVER);
    }

    /** Empties a set or a map. */
    void flush(byte family, String table, String set) {
        start(DELETE_ELEMENT, 0, family).text(1, table).text(2, set).end();
    }

    /** Maps marks to data: the first one, the next one, and so on. */
    void addMappings(byte family, String table, String map, int firstMark, List<byte[]> data) {
        for (int from = 0; from < data.size(); from += MAPPINGS_MAX) {
            int first = from;
            int end = Math.min(data.size(), from + MAPPINGS_MAX);
            start(NEW_ELEMENT, NetlinkMessage.CREATE, family)
                    .text(1, table)
                    .text(2, map)
                    .nest(
                            3,
                            () -> {
                                for (int at = first; at < end; at++) {
                                    int mark = firstMark + at;
                                    mapping(() -> message.host(1, mark), data.get(at));
                                }
                            })
                    .end();
        }
    }

    /** Maps one key more. */
    void addMapping(byte family, String table, String map, byte[] key, byte[] data) {
        start(NEW_ELEMENT, NetlinkMessage.CREATE, family)
                .text(1, table)
                .text(2, map)
                .nest(3, () -> mapping(() -> message.attribute(1, key), data))
                .end();
    }

    private void mapping(Runnable key, byte[] data) {
        message.nest(
                LIST_ELEMENT,
                () -> {
                    message.nest(1, key);
                    message.nest(2, () -> message.attribute(1, data));
                });
    }

    private void elements(
            int type,
            int flags,
            byte family,
            String table,
            String set,
            List<byte[]> keys,
            long millis) {
        start(type, flags, family)
                .text(1, table)
                .text(2, set)
                .nest(3, () -> keys.forEach(key -> element(key, millis)))
                .end();
    }

    private void element(byte[] key, long millis) {
        message.nest(
                LIST_ELEMENT,
                () -> {
                    message.nest(1, () -> message.attribute(1, key));
                    if (millis != FOR_EVER) {
                        message.big(4, millis);
                    }
                });
    }

    void addRule(byte family, String table, String chain, Consumer<NftRule> expressions) {
        int flags = NetlinkMessage.CREATE | NetlinkMessage.APPEND;
        start(NEW_RULE, flags, family)
                .text(1, table)
                .text(2, chain)
                .nest(4, () -> expressions.accept(new NftRule(message)))
                .end();
    }

    /** A key of an address and an interface, as two registers lie in memory. */
    static byte[] withInterface(byte[] address, int interfaceIndex) {
        return ByteBuffer.allocate(address.length + Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .put(address)
                .putInt(interfaceIndex)
                .array();
    }

    /** A key that is the name of an interface, as a register has it. */
    static byte[] interfaceName(String name) {
        return Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), INTERFACE_NAME_BYTES);
    }

    @Override
    public void close() {
        socket.close();
    }
}
