package proa.node.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Reads {@code /proc/net/tcp} and {@code tcp6} (proc_net_tcp in the kernel's documentation). */
final class ListeningSockets {

    private static final String LISTEN = "0A";

    private ListeningSockets() {}

    /** A socket in state LISTEN. */
    record Socket(InetAddress address, int port) {
        /** Whether nobody else could listen there too. */
        boolean collides(InetAddress other, int otherPort) {
            return port == otherPort
                    && (address.equals(other)
                            || address.isAnyLocalAddress()
                            || other.isAnyLocalAddress());
        }
    }

    static List<Socket> parse(String text) {
        List<Socket> sockets = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String[] columns = line.strip().split("\\s+", 5);
            if (columns.length > 3 && columns[3].equals(LISTEN)) {
                sockets.add(socket(columns[1]));
            }
        }
        return sockets;
    }

    private static Socket socket(String local) {
        int colon = local.indexOf(':');
        byte[] bytes = HexFormat.of().parseHex(local.substring(0, colon));
        int port = Integer.parseInt(local.substring(colon + 1), 16);
        try {
            return new Socket(InetAddress.getByAddress(networkOrder(bytes)), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }

    /**
     * The kernel prints each 32-bit word as a number of the machine's own byte order: here
     * little-endian.
     */
    private static byte[] networkOrder(byte[] printed) {
        byte[] ordered = new byte[printed.length];
        for (int at = 0; at < printed.length; at++) {
            ordered[at] = printed[at - at % 4 + 3 - at % 4];
        }
        return ordered;
    }
}
