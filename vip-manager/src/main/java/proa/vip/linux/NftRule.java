package proa.vip.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The expressions of one rule of nftables, in order; each reads or writes the same registers. The
 * constants are those of {@code linux/netfilter/nf_tables.h}. Used by one thread.
 */
final class NftRule {

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
    private static final int DESTINATION_PORT_AT = 2;
    private static final int TCP_FLAGS_AT = 13;
    private static final byte SYN = 2;

    /** States of a connection, as the kernel's bits. */
    private static final int INVALID_OR_NEW = 1 | 8;

    private static final int DYNSET_UPDATE = 1;
    private static final int EQUAL = 0;
    private static final int NOT_EQUAL = 1;

    /** Behind the longest address. */
    private static final int INTERFACE_REGISTER =
            REGISTER + NftBatch.ADDRESS6_BYTES / Integer.BYTES;

    private static final int VERDICT_REGISTER = 0;
    private static final int VERDICT_DROP = 0;
    private static final int VERDICT_ACCEPT = 1;
    private static final int LIST_ELEMENT = 1;

    private final NetlinkMessage message;

    /** Adds to a message, within the list of a rule's expressions. */
    NftRule(NetlinkMessage message) {
        this.message = message;
    }

    /** Goes on only with what came by that interface. */
    NftRule cameBy(int interfaceIndex) {
        return expression("meta", () -> message.big(1, REGISTER).big(2, NftBatch.META_IN_INTERFACE))
                .compare(EQUAL, host(interfaceIndex));
    }

    /** Loads four bytes of the network header behind an address of so many bytes. */
    NftRule loadBehind(int offset, int addressBytes) {
        int register = REGISTER + addressBytes / Integer.BYTES;
        return payload(register, NETWORK_HEADER, offset, Integer.BYTES);
    }

    /** Has the key in the set from now on for so long, whether it was or not. */
    NftRule renew(String set, long millis) {
        return expression(
                "dynset",
                () -> message.text(1, set).big(3, DYNSET_UPDATE).big(4, REGISTER).big(6, millis));
    }

    /** Goes on only if four bytes of the network header are that number. */
    NftRule is(int offset, int number) {
        byte[] big = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
        return load(offset).compare(EQUAL, big);
    }

    /** Loads an IPv4 address from the network header. */
    NftRule load(int offset) {
        return payload(NETWORK_HEADER, offset, Integer.BYTES);
    }

    /** Loads an IPv6 address from the network header. */
    NftRule load6(int offset) {
        return payload(NETWORK_HEADER, offset, NftBatch.ADDRESS6_BYTES);
    }

    /** Goes on only with a neighbour advertisement, and loads the address it speaks of. */
    NftRule loadAdvertised() {
        return expression("meta", () -> message.big(1, REGISTER).big(2, META_TRANSPORT_PROTOCOL))
                .equal(ICMP6)
                .payload(TRANSPORT_HEADER, 0, 1)
                .equal(NEIGHBOUR_ADVERTISEMENT)
                .payload(TRANSPORT_HEADER, ADVERTISED_AT, NftBatch.ADDRESS6_BYTES);
    }

    /** Goes on only if the address that was loaded is that one. */
    NftRule is(byte[] address) {
        return compare(EQUAL, address);
    }

    /**
     * Goes on only with a packet of TCP that begins no connection and belongs to none that this
     * host has seen the beginning of. Makes the kernel follow connections.
     */
    NftRule midStreamOfStrangers() {
        return expression("meta", () -> message.big(1, REGISTER).big(2, META_TRANSPORT_PROTOCOL))
                .equal(TCP)
                .payload(TRANSPORT_HEADER, TCP_FLAGS_AT, 1)
                .mask(new byte[] {SYN})
                .equal((byte) 0)
                .expression("ct", () -> message.big(1, REGISTER).big(2, 0))
                .mask(host(INVALID_OR_NEW))
                .compare(NOT_EQUAL, host(0));
    }

    /** Goes on only with what is sent to that port of TCP. */
    NftRule toPort(int port) {
        byte[] big = ByteBuffer.allocate(Short.BYTES).putShort((short) port).array();
        return expression("meta", () -> message.big(1, REGISTER).big(2, META_TRANSPORT_PROTOCOL))
                .equal(TCP)
                .payload(TRANSPORT_HEADER, DESTINATION_PORT_AT, Short.BYTES)
                .compare(EQUAL, big);
    }

    /** Sends a copy there, over that interface, as it is. */
    NftRule copyTo(byte[] address, int interfaceIndex) {
        return value(REGISTER, address)
                .value(INTERFACE_REGISTER, host(interfaceIndex))
                .expression("dup", () -> message.big(1, REGISTER).big(2, INTERFACE_REGISTER));
    }

    private NftRule value(int register, byte[] value) {
        return expression(
                "immediate",
                () -> message.big(1, register).nest(2, () -> message.attribute(1, value)));
    }

    private NftRule mask(byte[] mask) {
        return expression(
                "bitwise",
                () ->
                        message.big(1, REGISTER)
                                .big(2, REGISTER)
                                .big(3, mask.length)
                                .nest(4, () -> message.attribute(1, mask))
                                .nest(5, () -> message.attribute(1, new byte[mask.length])));
    }

    private NftRule compare(int how, byte[] value) {
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

    private NftRule payload(int header, int offset, int bytes) {
        return payload(REGISTER, header, offset, bytes);
    }

    private NftRule payload(int register, int header, int offset, int bytes) {
        return expression(
                "payload",
                () -> message.big(1, register).big(2, header).big(3, offset).big(4, bytes));
    }

    /** Goes on only if the register's first byte is that. */
    private NftRule equal(byte value) {
        return compare(EQUAL, new byte[] {value});
    }

    /** Loads an interface's index behind an address of so many bytes. */
    NftRule loadInterface(int key, int addressBytes) {
        int register = REGISTER + addressBytes / Integer.BYTES;
        return expression("meta", () -> message.big(1, register).big(2, key));
    }

    /** Goes on only if the key is in the set. */
    NftRule in(String set) {
        return expression("lookup", () -> message.text(1, set).big(2, REGISTER));
    }

    /** Goes on only if the key is not in the set. */
    NftRule notIn(String set) {
        return expression("lookup", () -> message.text(1, set).big(2, REGISTER).big(5, INVERTED));
    }

    /** Counts, so that an operator sees what the lease has dropped. */
    NftRule count() {
        return expression("counter", () -> {});
    }

    /** Drops the packet. */
    NftRule drop() {
        return verdict(VERDICT_DROP);
    }

    /** Lets the packet pass the rest of the chain. */
    NftRule accept() {
        return verdict(VERDICT_ACCEPT);
    }

    private NftRule verdict(int verdict) {
        return expression(
                "immediate",
                () ->
                        message.big(1, VERDICT_REGISTER)
                                .nest(2, () -> message.nest(2, () -> message.big(1, verdict))));
    }

    private NftRule expression(String name, Runnable data) {
        message.nest(LIST_ELEMENT, () -> message.text(1, name).nest(2, data));
        return this;
    }
}
