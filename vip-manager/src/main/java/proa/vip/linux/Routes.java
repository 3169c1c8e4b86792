package proa.vip.linux;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** This host's IPv4 routes: {@code /proc/net/route}. Stateless. */
public final class Routes {

    private static final Path TABLE = Path.of("/proc/net/route");
    private static final int FLAG_GATEWAY = 2;

    private Routes() {}

    /** The gateway of the default route over that interface, if there is one. */
    public static Optional<Inet4Address> defaultGateway(String interfaceName) throws IOException {
        return defaultGateway(Files.readAllLines(TABLE), interfaceName);
    }

    /** Columns: interface, destination, gateway, flags …; addresses as hexadecimal host words. */
    static Optional<Inet4Address> defaultGateway(List<String> lines, String interfaceName) {
        return lines.stream()
                .skip(1)
                .map(line -> line.split("\\s+"))
                .filter(columns -> columns.length > 7 && columns[0].equals(interfaceName))
                .filter(columns -> columns[1].equals("00000000") && columns[7].equals("00000000"))
                .filter(columns -> (Integer.parseInt(columns[3], 16) & FLAG_GATEWAY) != 0)
                .map(columns -> address(Integer.parseUnsignedInt(columns[2], 16)))
                .findFirst();
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
