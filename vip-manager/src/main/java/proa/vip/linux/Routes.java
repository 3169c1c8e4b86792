package proa.vip.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/** This host's routes: {@code /proc/net/route} and {@code /proc/net/ipv6_route}. Stateless. */
public final class Routes {

    private static final Path TABLE = Path.of("/proc/net/route");
    private static final Path TABLE_6 = Path.of("/proc/net/ipv6_route");
    private static final String NONE_6 = "0".repeat(32);
    private static final int FLAG_GATEWAY = 2;

    private Routes() {}

    /** The gateway of the default route over that interface, if there is one. */
    public static Optional<Inet4Address> defaultGateway(String interfaceName) throws IOException {
        try (Stream<String> lines = Files.lines(TABLE)) {
            return defaultGateway(lines, interfaceName);
        } catch (UncheckedIOException e) {
            throw new IOException(e);
        }
    }

    /** Columns: interface, destination, gateway, flags …; addresses as hexadecimal host words. */
    static Optional<Inet4Address> defaultGateway(Stream<String> lines, String interfaceName) {
        return lines.skip(1)
                .map(line -> line.split("\\s+"))
                .filter(columns -> columns.length > 7 && columns[0].equals(interfaceName))
                .filter(columns -> columns[1].equals("00000000") && columns[7].equals("00000000"))
                .filter(columns -> (Integer.parseInt(columns[3], 16) & FLAG_GATEWAY) != 0)
                .map(columns -> address(Integer.parseUnsignedInt(columns[2], 16)))
                .findFirst();
    }

    /** The gateway of the IPv6 default route over that interface, if there is one. */
    public static Optional<Inet6Address> defaultGateway6(String interfaceName) throws IOException {
        if (!Files.exists(TABLE_6)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(TABLE_6)) {
            return defaultGateway6(lines, interfaceName);
        } catch (UncheckedIOException e) {
            throw new IOException(e);
        }
    }

    /**
     * Columns: destination, prefix length, source, its length, next hop, metric, two counters,
     * flags, interface; addresses as 32 hexadecimal digits.
     */
    static Optional<Inet6Address> defaultGateway6(Stream<String> lines, String interfaceName) {
        return lines.map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns.length > 9 && columns[9].equals(interfaceName))
                .filter(columns -> columns[1].equals("00") && columns[0].equals(NONE_6))
                .filter(columns -> (Integer.parseUnsignedInt(columns[8], 16) & FLAG_GATEWAY) != 0)
                .map(columns -> address6(HexFormat.of().parseHex(columns[4])))
                .findFirst();
    }

    private static Inet6Address address6(byte[] bytes) {
        try {
            return Inet6Address.getByAddress(null, bytes, -1);
        } catch (IOException impossible) {
            throw new IllegalStateException("an IPv6 address has 16 bytes", impossible);
        }
    }

    private static Inet4Address address(int hostWord) {
        byte[] bytes =
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putInt(hostWord)
                        .array();
        try {
            return (Inet4Address) InetAddress.getByAddress(bytes);
        } catch (IOException impossible) {
            throw new IllegalStateException("an IPv4 address has 4 bytes", impossible);
        }
    }
}
