package proa.node.reload;

import proa.cluster.tables.TableKey;
import proa.config.TableConfig;
import proa.node.rules.Counters;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Keys of tables as operators write and read them. */
final class TableKeys {

    private static final int BYTES = 16;

    private TableKeys() {}

    /**
     * The key that a text stands for.
     *
     * @param tables make keys of texts
     * @throws IllegalArgumentException with what is wrong with it
     */
    static TableKey key(TableConfig table, String text, Counters tables) {
        return switch (table.key()) {
            case SOURCE -> TableKey.ofAddress(address(text));
            case NETWORK ->
                    TableKey.ofNetwork(address(text), table.prefix().ipv4(), table.prefix().ipv6());
            case TEXT -> tables.table(table.name()).key(text);
            case INTEGER -> TableKey.ofNumber(number(text));
        };
    }

    /** A key in words. Of a text a table has only the hash: 32 hexadecimal digits. */
    static String text(TableConfig table, TableKey key) {
        return switch (table.key()) {
            case SOURCE, NETWORK -> address(key).getHostAddress();
            case TEXT -> HexFormat.of().formatHex(bytes(key));
            case INTEGER -> Long.toString(key.low());
        };
    }

    private static byte[] bytes(TableKey key) {
        return ByteBuffer.allocate(BYTES).putLong(key.high()).putLong(key.low()).array();
    }

    /** IPv4 is kept as IPv4-mapped IPv6, which this makes IPv4 again. */
    private static InetAddress address(TableKey key) {
        try {
            return InetAddress.getByAddress(bytes(key));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // 16 bytes are an address
        }
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "keys of this table are addresses, such as 192.0.2.7, not " + text, e);
        }
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "keys of this table are whole numbers, not " + text, e);
        }
    }
}
