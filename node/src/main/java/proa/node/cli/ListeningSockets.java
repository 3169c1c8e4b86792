package proa.node.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads {@code /proc/net/tcp} and {@code tcp6} (proc_net_tcp in the kernel's documentation), and
 * {@code udp} and {@code udp6}, whose columns are the same.
 */
final class ListeningSockets {

    private static final String LISTEN = "0A";

    /** TCP_CLOSE: what a socket for datagrams is in that is connected to nobody. */
    private static final String UNCONNECTED = "07";

    private ListeningSockets() {}

    /** What a port number belongs to: the same one is free in the other. */
    enum Transport {
        TCP,
        UDP
    }

    /** A socket that takes in what comes from anybody. */
    record Socket(Transport transport, InetAddress address, int port) {
        /** Whether nobody else could listen there too. */
        boolean collides(Transport otherTransport, InetAddress other, int otherPort) {
            return transport == otherTransport
                    && port == otherPort
                    && (address.equals(other)
                            || address.isAnyLocalAddress()
                            || other.isAnyLocalAddress());
        }
    }

    /** Whether both are one socket; the kernel may show any address of IPv4 as any of IPv6. */
    static boolean same(Socket one, Socket other) {
        return one.transport == other.transport
                && one.port == other.port
                && (one.address.equals(other.address)
                        || one.address.isAnyLocalAddress() && other.address.isAnyLocalAddress());
    }

    /** TCP sockets in state LISTEN. */
    static List<Socket> parse(String text) {
        return parse(text, Transport.TCP, LISTEN);
    }

    /** UDP sockets that are connected to nobody. */
    static List<Socket> parseDatagrams(String text) {
        return parse(text, Transport.UDP, UNCONNECTED);
    }

    private static List<Socket> parse(String text, Transport transport, String state) {
        List<Socket> sockets = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String[] columns = line.strip().split("\\s+", 5);
            if (columns.length > 3 && columns[3].equals(state)) {
                sockets.add(socket(transport, columns[1]));
            }
        }
        return sockets;
    }

    private static Socket socket(Transport transport, String local) {
        int colon = local.indexOf(':');
        byte[] bytes = HexFormat.of().parseHex(local.substring(0, colon));
        int port = Integer.parseInt(local.substring(colon + 1), 16);
        try {
            return new Socket(transport, InetAddress.getByAddress(networkOrder(bytes)), port);
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
