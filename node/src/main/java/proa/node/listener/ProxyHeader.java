package proa.node.listener;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig.ProxyProtocol;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The header that a proxy puts in front of a connection to say whose it is: the PROXY protocol,
 * versions 1 and 2, of HAProxy's {@code proxy-protocol.txt}. Pure.
 */
public final class ProxyHeader {

    /** The longest line of version 1 with its CRLF (§2.1). */
    private static final int LINE_BYTES_MAX = 107;

    /** Version 2 with what proxies attach: TLS facts, identifiers. The form would allow 64 KiB. */
    static final int BYTES_MAX = 4096;

    private static final byte[] LINE = ascii("PROXY ");
    private static final byte[] SIGNATURE = {
        '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };

    /** Signature, version and command, family, length. */
    private static final int FIXED_BYTES = 16;

    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;

    /** What may be attached: PP2_TYPE_CRC32C. */
    private static final int CHECKSUM = 0x03;

    private static final int CHECKSUM_BYTES = 4;

    /** Numbers have no leading zeros (§2.1). */
    private static final String NUMBER = "(0|[1-9]\\d{0,2})";

    private static final String FOUR = NUMBER + "(\\." + NUMBER + "){3}";
    private static final String SIX = "[0-9a-fA-F.]*:[0-9a-fA-F:.]{1,44}";
    private static final String PORT = "0|[1-9]\\d{0,4}";

    private ProxyHeader() {}

    /** What became of an attempt to read a header. */
    public sealed interface Reading {
        /** More bytes are needed. */
        record Partial() implements Reading {}

        /** It is none, or one that is malformed. */
        record Refused() implements Reading {}

        /**
         * It is there.
         *
         * @param bytes how many it has
         * @param ends what it names; null: the proxy speaks for itself
         */
        record Whole(int bytes, @Nullable Ends ends) implements Reading {}
    }

    private static final Reading PARTIAL = new Reading.Partial();
    private static final Reading REFUSED = new Reading.Refused();

    /** Reads a header at the beginning of a connection. */
    public static Reading read(byte[] bytes) {
        if (begins(bytes, SIGNATURE)) {
            return bytes.length < FIXED_BYTES ? PARTIAL : binary(bytes);
        }
        return begins(bytes, LINE) ? line(bytes) : REFUSED;
    }

    /** Whether the bytes begin like that, as far as they go. */
    private static boolean begins(byte[] bytes, byte[] with) {
        int count = Math.min(bytes.length, with.length);
        return Arrays.equals(bytes, 0, count, with, 0, count);
    }

    private static Reading line(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        if (end == bytes.length) {
            return end >= LINE_BYTES_MAX ? REFUSED : PARTIAL;
        }
        if (end + 1 > LINE_BYTES_MAX || bytes[end - 1] != '\r') {
            return REFUSED;
        }
        String line = new String(bytes, 0, end - 1, StandardCharsets.US_ASCII);
        if (line.equals("PROXY UNKNOWN") || line.startsWith("PROXY UNKNOWN ")) {
            return new Reading.Whole(end + 1, null);
        }
        Ends ends = ends(line.split(" ", -1));
        return ends == null ? REFUSED : new Reading.Whole(end + 1, ends);
    }

    private static @Nullable Ends ends(String[] words) {
        if (words.length != 6) {
            return null;
        }
        boolean four = words[1].equals("TCP4");
        if (!four && !words[1].equals("TCP6")) {
            return null;
        }
        InetSocketAddress client = socket(words[2], words[4], four);
        InetSocketAddress local = socket(words[3], words[5], four);
        return client == null || local == null ? null : new Ends(client, local);
    }

    private static @Nullable InetSocketAddress socket(String host, String port, boolean four) {
        String form = four ? FOUR : SIX;
        if (!host.matches(form) || !port.matches(PORT)) {
            return null;
        }
        try {
            int number = Integer.parseInt(port);
            return number > 65_535
                    ? null
                    : new InetSocketAddress(InetAddress.ofLiteral(host), number);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static Reading binary(byte[] bytes) {
        int command = bytes[12] & 0xff;
        int family = bytes[13] & 0xff;
        int length = number(bytes, 14);
        int end = FIXED_BYTES + length;
        if (end > BYTES_MAX || command != LOCAL && command != PROXY) {
            return REFUSED;
        }
        if (bytes.length < end) {
            return PARTIAL;
        }
        int size = family == TCP4 ? 4 : family == TCP6 ? 16 : 0;
        if (command == LOCAL || size == 0) {
            return new Reading.Whole(end, null);
        }
        if (length < 2 * size + 4) {
            return REFUSED;
        }
        int ports = FIXED_BYTES + 2 * size;
        if (!isIntact(bytes, ports + 4, end)) {
            return REFUSED;
        }
        return new Reading.Whole(
                end,
                new Ends(
                        socket(bytes, FIXED_BYTES, size, number(bytes, ports)),
                        socket(bytes, FIXED_BYTES + size, size, number(bytes, ports + 2))));
    }

    /** Whether what is attached ends where the header does, and a checksum is right (§2.2). */
    private static boolean isIntact(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end) {
            int value = at + 3;
            int next = value > end ? value : value + number(bytes, at + 1);
            if (next > end || bytes[at] == CHECKSUM && !isRight(bytes, value, next - value, end)) {
                return false;
            }
            at = next;
        }
        return true;
    }

    /** Of the whole header with zeros in place of the checksum (§2.2.3). */
    private static boolean isRight(byte[] bytes, int at, int length, int end) {
        if (length != CHECKSUM_BYTES) {
            return false;
        }
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, at);
        sum.update(new byte[CHECKSUM_BYTES]);
        sum.update(bytes, at + CHECKSUM_BYTES, end - at - CHECKSUM_BYTES);
        return sum.getValue() == ((long) number(bytes, at) << 16 | number(bytes, at + 2));
    }

    private static InetSocketAddress socket(byte[] bytes, int at, int size, int port) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + size)), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }

    private static int number(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    /**
     * The header for a connection to a server.
     *
     * @return empty when nothing is said
     */
    public static byte[] of(
            ProxyProtocol version, InetSocketAddress client, InetSocketAddress local) {
        return switch (version) {
            case OFF -> new byte[0];
            case V1 -> line(client, local);
            case V2 -> binary(client, local);
        };
    }

    /** The header of a connection that is our own, such as a probe. */
    public static byte[] ofOurs(ProxyProtocol version) {
        return switch (version) {
            case OFF -> new byte[0];
            case V1 -> ascii("PROXY UNKNOWN\r\n");
            case V2 -> {
                byte[] header = Arrays.copyOf(SIGNATURE, FIXED_BYTES);
                header[12] = LOCAL;
                yield header;
            }
        };
    }

    private static byte[] line(InetSocketAddress client, InetSocketAddress local) {
        boolean four = bothFour(client, local);
        return ascii(
                "PROXY "
                        + (four ? "TCP4 " : "TCP6 ")
                        + text(client.getAddress(), four)
                        + " "
                        + text(local.getAddress(), four)
                        + " "
                        + client.getPort()
                        + " "
                        + local.getPort()
                        + "\r\n");
    }

    private static boolean bothFour(InetSocketAddress client, InetSocketAddress local) {
        return client.getAddress() instanceof Inet4Address
                && local.getAddress() instanceof Inet4Address;
    }

    /** Both addresses are of one family; of two, the shorter becomes an IPv4-mapped one. */
    private static String text(InetAddress address, boolean four) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        String plain = scope < 0 ? text : text.substring(0, scope);
        return four || !(address instanceof Inet4Address) ? plain : "::ffff:" + plain;
    }

    private static byte[] binary(InetSocketAddress client, InetSocketAddress local) {
        boolean four = bothFour(client, local);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.write(PROXY);
        header.write(four ? TCP4 : TCP6);
        header.write(0);
        header.write(four ? 12 : 36);
        header.writeBytes(bytes(client.getAddress(), four));
        header.writeBytes(bytes(local.getAddress(), four));
        for (InetSocketAddress end : new InetSocketAddress[] {client, local}) {
            header.write(end.getPort() >> 8);
            header.write(end.getPort());
        }
        return header.toByteArray();
    }

    private static byte[] bytes(InetAddress address, boolean four) {
        byte[] bytes = address.getAddress();
        if (four || bytes.length == 16) {
            return bytes;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(bytes, 0, mapped, 12, 4);
        return mapped;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
