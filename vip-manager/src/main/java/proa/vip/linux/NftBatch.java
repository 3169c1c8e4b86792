package proa.vip.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    /** Of a set that packets add to, elements that have expired included: nft's own default. */
    private static final int SET_ELEMENTS_MAX = 65_535;

    private static final int SET_DESCRIPTION = 9;
    private static final int SET_DESCRIPTION_SIZE = 1;
    private static final int POLICY_ACCEPT = 1;
    private static final int LIST_ELEMENT = 1;

    /** Of a map, in one message: an attribute ends at 64 KiB, and an element takes up to 44. */
    private static final int MAPPINGS_MAX = 1_024;

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
     * the set is not. Asks the kernel now, outside of any transaction.
     */
    long lasting(byte family, String table, String set, List<byte[]> keys) throws KernelException {
        message.clear();
        elements(GET_ELEMENT, NetlinkMessage.ACKNOWLEDGE, family, table, set, keys, FOR_EVER);
        long[] shortest = {Long.MAX_VALUE};
        try {
            socket.list(
                    "look for elements of set " + set,
                    message,
                    each -> shortest[0] = Math.min(shortest[0], ElementReader.lasting(each)));
            return shortest[0];
        } catch (KernelException e) {
            if (e.errno() != KernelException.ENOENT) {
                throw e;
            }
            return -1;
        }
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
                .big(5, keyBytes);
        if (timeout) {
            message.nest(
                    SET_DESCRIPTION, () -> message.big(SET_DESCRIPTION_SIZE, SET_ELEMENTS_MAX));
        }
        message.big(10, ++setId).end();
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
                                    mapping(firstMark + at, data.get(at));
                                }
                            })
                    .end();
        }
    }

    private void mapping(int mark, byte[] data) {
        message.nest(
                LIST_ELEMENT,
                () -> {
                    message.nest(1, () -> message.host(1, mark));
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

    void addRule(byte family, String table, String chain, Consumer<Rule> expressions) {
        int flags = NetlinkMessage.CREATE | NetlinkMessage.APPEND;
        start(NEW_RULE, flags, family)
                .text(1, table)
                .text(2, chain)
                .nest(4, () -> expressions.accept(new Rule()))
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

    @Override
    public void close() {
        socket.close();
    }

    /** The expressions of one rule, in order; each reads or writes the same two registers. */
    final class Rule {

        /** The first of the four-byte registers; a key may lie in several that are adjacent. */
        private static final int REGISTER = 8;

        private static final int NETWORK_HEADER = 1;
        private static final int TRANSPORT_HEADER = 2;
        private static final int META_TRANSPORT_PROTOCOL = 16;
        private static final byte ICMP6 = 58;
        private static final byte NEIGHBOUR_ADVERTISEMENT = (byte) 136;
        private static final int ADVERTISED_AT = 8;
        private static final int INVERTED = 1;
        private static final byte TCP = 6;
        private static final int TCP_FLAGS_AT = 13;
        private static final byte SYN = 2;

        /** States of a connection, as the kernel's bits. */
        private static final int INVALID_OR_NEW = 1 | 8;

        private static final int DYNSET_UPDATE = 1;
        private static final int EQUAL = 0;
        private static final int NOT_EQUAL = 1;

        /** Behind the longest address. */
        private static final int INTERFACE_REGISTER = REGISTER + ADDRESS6_BYTES / Integer.BYTES;

        private static final int VERDICT_REGISTER = 0;
        private static final int VERDICT_DROP = 0;

        /** Goes on only with what came by that interface. */
        Rule cameBy(int interfaceIndex) {
            return expression("meta", () -> message.big(1, REGISTER).big(2, META_IN_INTERFACE))
                    .compare(EQUAL, host(interfaceIndex));
        }

        /** Loads four bytes of the network header behind an address of so many bytes. */
        Rule loadBehind(int offset, int addressBytes) {
            int register = REGISTER + addressBytes / Integer.BYTES;
            return expression(
                    "payload",
                    () ->
                            message.big(1, register)
                                    .big(2, NETWORK_HEADER)
                                    .big(3, offset)
                                    .big(4, Integer.BYTES));
        }

        /** Has the key in the set from now on for so long, whether it was or not. */
        Rule renew(String set, long millis) {
            return expression(
                    "dynset",
                    () ->
                            message.text(1, set)
                                    .big(3, DYNSET_UPDATE)
                                    .big(4, REGISTER)
                                    .big(6, millis));
        }

        /** Goes on only if four bytes of the network header are that number. */
        Rule is(int offset, int number) {
            byte[] big = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
            return load(offset).compare(EQUAL, big);
        }

        /** Loads an IPv4 address from the network header. */
        Rule load(int offset) {
            return payload(NETWORK_HEADER, offset, Integer.BYTES);
        }

        /** Loads an IPv6 address from the network header. */
        Rule load6(int offset) {
            return payload(NETWORK_HEADER, offset, ADDRESS6_BYTES);
        }

        /** Goes on only with a neighbour advertisement, and loads the address it speaks of. */
        Rule loadAdvertised() {
            return expression(
                            "meta", () -> message.big(1, REGISTER).big(2, META_TRANSPORT_PROTOCOL))
                    .equal(ICMP6)
                    .payload(TRANSPORT_HEADER, 0, 1)
                    .equal(NEIGHBOUR_ADVERTISEMENT)
                    .payload(TRANSPORT_HEADER, ADVERTISED_AT, ADDRESS6_BYTES);
        }

        /** Goes on only if the address that was loaded is that one. */
        Rule is(byte[] address) {
            return compare(EQUAL, address);
        }

        /**
         * Goes on only with a packet of TCP that begins no connection and belongs to none that this
         * host has seen the beginning of. Makes the kernel follow connections.
         */
        Rule midStreamOfStrangers() {
            return expression(
                            "meta", () -> message.big(1, REGISTER).big(2, META_TRANSPORT_PROTOCOL))
                    .equal(TCP)
                    .payload(TRANSPORT_HEADER, TCP_FLAGS_AT, 1)
                    .mask(new byte[] {SYN})
                    .equal((byte) 0)
                    .expression("ct", () -> message.big(1, REGISTER).big(2, 0))
                    .mask(host(INVALID_OR_NEW))
                    .compare(NOT_EQUAL, host(0));
        }

        /** Sends a copy there, over that interface, as it is. */
        Rule copyTo(byte[] address, int interfaceIndex) {
            return value(REGISTER, address)
                    .value(INTERFACE_REGISTER, host(interfaceIndex))
                    .expression("dup", () -> message.big(1, REGISTER).big(2, INTERFACE_REGISTER));
        }

        private Rule value(int register, byte[] value) {
            return expression(
                    "immediate",
                    () -> message.big(1, register).nest(2, () -> message.attribute(1, value)));
        }

        private Rule mask(byte[] mask) {
            return expression(
                    "bitwise",
                    () ->
                            message.big(1, REGISTER)
                                    .big(2, REGISTER)
                                    .big(3, mask.length)
                                    .nest(4, () -> message.attribute(1, mask))
                                    .nest(5, () -> message.attribute(1, new byte[mask.length])));
        }

        private Rule compare(int how, byte[] value) {
            return expression(
                    "cmp",
                    () ->
                            message.big(1, REGISTER)
                                    .big(2, how)
                                    .nest(3, () -> message.attribute(1, value)));
        }

        private static byte[] host(int number) {
            return ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putInt(number)
                    .array();
        }

        private Rule payload(int header, int offset, int bytes) {
            return expression(
                    "payload",
                    () -> message.big(1, REGISTER).big(2, header).big(3, offset).big(4, bytes));
        }

        /** Goes on only if the register's first byte is that. */
        private Rule equal(byte value) {
            return compare(EQUAL, new byte[] {value});
        }

        /** Loads an interface's index behind an address of so many bytes. */
        Rule loadInterface(int key, int addressBytes) {
            int register = REGISTER + addressBytes / Integer.BYTES;
            return expression("meta", () -> message.big(1, register).big(2, key));
        }

        /** Goes on only if the key is in the set. */
        Rule in(String set) {
            return expression("lookup", () -> message.text(1, set).big(2, REGISTER));
        }

        /** Goes on only if the key is not in the set. */
        Rule notIn(String set) {
            return expression(
                    "lookup", () -> message.text(1, set).big(2, REGISTER).big(5, INVERTED));
        }

        /** Counts, so that an operator sees what the lease has dropped. */
        Rule count() {
            return expression("counter", () -> {});
        }

        /** Drops the packet. */
        Rule drop() {
            return expression(
                    "immediate",
                    () ->
                            message.big(1, VERDICT_REGISTER)
                                    .nest(
                                            2,
                                            () ->
                                                    message.nest(
                                                            2,
                                                            () -> message.big(1, VERDICT_DROP))));
        }

        private Rule expression(String name, Runnable data) {
            message.nest(LIST_ELEMENT, () -> message.text(1, name).nest(2, data));
            return this;
        }
    }
}
