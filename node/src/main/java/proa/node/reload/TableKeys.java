package proa.node.reload;

import proa.cluster.tables.TableKey;
import proa.config.TableConfig;
import proa.node.balance.TextKeys;
import proa.node.rules.Counters;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/** Keys of tables as operators write and read them. */
final class TableKeys {

    private static final int BYTES = 16;

    private TableKeys() {}

    /**
     * The keys that a text stands for: what sticks by a text has another one than what rules count
     * of it, which is a hash that clients cannot know.
     *
     * @param tables make keys of texts
     * @return one, or of a text first the one that clients stick by, then that of rules
     * @throws IllegalArgumentException with what is wrong with it
     */
    static List<TableKey> keys(TableConfig table, String text, Counters tables) {
        return switch (table.key()) {
            case SOURCE -> List.of(TableKey.ofAddress(address(text)));
            case NETWORK ->
                    List.of(
                            TableKey.ofNetwork(
                                    address(text), table.prefix().ipv4(), table.prefix().ipv6()));
            case TEXT -> List.of(TextKeys.of(text), tables.table(table.name()).key(text));
            case INTEGER -> List.of(TableKey.ofNumber(number(text)));
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
