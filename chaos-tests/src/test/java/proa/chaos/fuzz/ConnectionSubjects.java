package proa.chaos.fuzz;

import static proa.chaos.fuzz.Subject.Input.BEFORE;
import static proa.chaos.fuzz.Subject.again;
import static proa.chaos.fuzz.Subject.latin;

import proa.config.BackendConfig.ProxyProtocol;
import proa.node.hello.ClientHello;
import proa.node.hello.Hello;
import proa.node.listener.Ends;
import proa.node.listener.ProxyHeader;
import proa.node.listener.ProxyHeader.Reading;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What may come first on a connection: the PROXY header, the ClientHello. */
final class ConnectionSubjects {

    private static final String NUMBER = "(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])";
    private static final String FOUR = "((?:" + NUMBER + "\\.){3}" + NUMBER + ")";
    private static final String PORT = "(0|[1-9][0-9]{0,4})";
    private static final Pattern LINE_FOUR =
            Pattern.compile("PROXY TCP4 %1$s %1$s %2$s %2$s\r\n.*".formatted(FOUR, PORT), 32);
    private static final Pattern LINE_SIX =
            Pattern.compile(
                    ("PROXY TCP6 ([0-9a-fA-F.]*:[0-9a-fA-F:.]{1,44})"
                                    + " ([0-9a-fA-F.]*:[0-9a-fA-F:.]{1,44}) %1$s %1$s\r\n.*")
                            .formatted(PORT),
                    Pattern.DOTALL);
    private static final Pattern LINE_UNKNOWN =
            Pattern.compile("PROXY UNKNOWN( [^\n]*)?\r\n.*", Pattern.DOTALL);
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final int LINE_BYTES_MAX = 107;
    private static final int BINARY_BYTES_MAX = 4096;

    private static final int RECORDS_MAX = 16;
    private static final int MESSAGE_BYTES_MAX = 16 << 10;

    private ConnectionSubjects() {}

    static Subject proxy() {
        InetSocketAddress four = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 5);
        InetSocketAddress six = new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 65_535);
        List<byte[]> seeds = new ArrayList<>();
        for (ProxyProtocol version : List.of(ProxyProtocol.V1, ProxyProtocol.V2)) {
            seeds.add(ProxyHeader.of(version, four, four));
            seeds.add(ProxyHeader.of(version, six, six));
            seeds.add(ProxyHeader.ofOurs(version));
        }
        seeds.add(withAttachments(ProxyHeader.of(ProxyProtocol.V2, four, four)));
        seeds.add(withAttachments(ProxyHeader.of(ProxyProtocol.V2, six, six)));
        return new Subject(
                "PROXY header",
                again(ConnectionSubjects::readProxy),
                ConnectionSubjects::proxyReference,
                seeds,
                latin(
                        "PROXY ",
                        "TCP4",
                        "TCP6",
                        "UNKNOWN",
                        " ",
                        " 0",
                        "\r\n",
                        "\n",
                        "\r",
                        "0",
                        "00",
                        "255",
                        "256",
                        "65535",
                        "65536",
                        ".",
                        ":",
                        "::",
                        "-1",
                        "+",
                        "x",
                        "192.0.2.1",
                        "2001:db8::1",
                        "::ffff:192.0.2.1",
                        SIGNATURE,
                        "!",
                        "\u0011",
                        "\0\u000c",
                        "\0$",
                        "\u00ff\u00ff",
                        "\u000f\u00f0"),
                UnaryOperator.identity());
    }

    static String readProxy(Subject.Input input) {
        return switch (ProxyHeader.read(input.bytes())) {
            case Reading.Partial _ -> "partial";
            case Reading.Refused _ -> "refused";
            case Reading.Whole(int bytes, Ends ends) -> "whole end=" + bytes + " ends=" + ends;
        };
    }

    private static Optional<String> proxyReference(byte[] bytes) {
        String text = latin(bytes);
        if (text.startsWith(SIGNATURE)) {
            return binary(bytes);
        }
        int end = text.indexOf('\n') + 1;
        if (end == 0 || end > LINE_BYTES_MAX) {
            return Optional.empty();
        }
        if (LINE_UNKNOWN.matcher(text).matches()) {
            return Optional.of("whole end=" + end + " ends=null");
        }
        Matcher four = LINE_FOUR.matcher(text);
        if (four.matches()) {
            return ends(end, four.group(1), four.group(4), four.group(7), four.group(8));
        }
        Matcher six = LINE_SIX.matcher(text);
        return six.matches()
                ? ends(end, six.group(1), six.group(2), six.group(3), six.group(4))
                : Optional.empty();
    }

    private static Optional<String> ends(
            int end, String client, String local, String port, String localPort) {
        try {
            Ends ends =
                    new Ends(
                            new InetSocketAddress(
                                    InetAddress.ofLiteral(client), Integer.parseInt(port)),
                            new InetSocketAddress(
                                    InetAddress.ofLiteral(local), Integer.parseInt(localPort)));
            return Optional.of("whole end=" + end + " ends=" + ends);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<String> binary(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).position(SIGNATURE.length());
        if (in.remaining() < 4) {
            return Optional.empty();
        }
        int command = in.get();
        int family = in.get();
        int length = in.getShort() & 0xffff;
        int end = in.position() + length;
        boolean known = command == 0x20 || command == 0x21;
        if (!known || end > BINARY_BYTES_MAX || end > bytes.length) {
            return Optional.empty();
        }
        int size = family == 0x11 ? 4 : family == 0x21 ? 16 : 0;
        if (command == 0x20 || size == 0) {
            return Optional.of("whole end=" + end + " ends=null");
        }
        if (length < 2 * size + 4) {
            return Optional.empty();
        }
        byte[] client = new byte[size];
        byte[] local = new byte[size];
        in.get(client).get(local);
        int port = in.getShort() & 0xffff;
        int localPort = in.getShort() & 0xffff;
        if (!areWhole(in.limit(end), bytes)) {
            return Optional.empty();
        }
        try {
            Ends ends =
                    new Ends(
                            new InetSocketAddress(InetAddress.getByAddress(client), port),
                            new InetSocketAddress(InetAddress.getByAddress(local), localPort));
            return Optional.of("whole end=" + end + " ends=" + ends);
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What is attached: type, length, value; a checksum (type 3) is of all with it as zeros. */
    private static boolean areWhole(ByteBuffer in, byte[] bytes) {
        while (in.hasRemaining()) {
            if (in.remaining() < 3) {
                return false;
            }
            int type = in.get();
            int length = in.getShort() & 0xffff;
            if (length > in.remaining()) {
                return false;
            }
            int next = in.position() + length;
            if (type == 3) {
                byte[] header = Arrays.copyOf(bytes, in.limit());
                Arrays.fill(header, in.position(), next, (byte) 0);
                if (length != 4 || in.getInt() != checksum(header)) {
                    return false;
                }
            }
            in.position(next);
        }
        return true;
    }

    /** CRC-32C bit by bit (RFC 3720, appendix B.4). */
    private static int checksum(byte[] bytes) {
        int sum = -1;
        for (byte each : bytes) {
            sum ^= each & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                sum = sum >>> 1 ^ ((sum & 1) == 0 ? 0 : 0x82f63b78);
            }
        }
        return ~sum;
    }

    /** A header with two attachments: a name, and the checksum of the whole. */
    private static byte[] withAttachments(byte[] header) {
        byte[] name = latin("\u0002\0\u0003abc\u0003\0\u0004\0\0\0\0");
        byte[] all = Arrays.copyOf(header, header.length + name.length);
        System.arraycopy(name, 0, all, header.length, name.length);
        ByteBuffer.wrap(all)
                .putShort(14, (short) (all.length - 16))
                .putInt(all.length - 4, checksum(all));
        return all;
    }

    static Subject hello() {
        return new Subject(
                "ClientHello",
                again(ConnectionSubjects::readHello),
                ConnectionSubjects::helloReference,
                List.of(
                        record(message("")),
                        record(message("0000000e000c0000096c6f63616c686f7374")),
                        record(message("000a00040002001d00000008000600000361626300170000")),
                        inPieces(message("00000008000600000341422d002b0003020304"))),
                latin(
                        "\u0016\u0003\u0001",
                        "\u0016\u0003\u0003\0\u0001",
                        "\0",
                        "\0\0",
                        "\u0001",
                        "\u0003\u0003",
                        "\u00ff",
                        "\u00ff\u00ff",
                        "\0\0\0\u0008\0\u0006\0\0\u0003abc",
                        "a.b",
                        "\u0015",
                        "\0\u0005",
                        "\0\u0017\0\0"),
                ConnectionSubjects::refit);
    }

    static String readHello(Subject.Input input) {
        int length = input.bytes().length;
        byte[] guarded = input.guarded(length);
        byte[] shifted = Arrays.copyOfRange(guarded, BEFORE, guarded.length);
        return switch (ClientHello.read(shifted, length)) {
            case Hello.Partial _ -> "partial";
            case Hello.Refused(String why) -> "refused " + why;
            case Hello.Whole(String name) -> "whole name=" + name;
        };
    }

    private static byte[] message(String extensions) {
        String body =
                "0303"
                        + "5a".repeat(32)
                        + "00"
                        + "00021301"
                        + "0100"
                        + (extensions.isEmpty()
                                ? ""
                                : "%04x".formatted(extensions.length() / 2) + extensions);
        return HexFormat.of().parseHex("01" + "%06x".formatted(body.length() / 2) + body);
    }

    private static byte[] record(byte[] fragment) {
        ByteBuffer record = ByteBuffer.allocate(5 + fragment.length);
        record.put((byte) 22).putShort((short) 0x0301).putShort((short) fragment.length);
        return record.put(fragment).array();
    }

    private static byte[] inPieces(byte[] message) {
        byte[] first = record(Arrays.copyOf(message, 3));
        byte[] second = record(Arrays.copyOfRange(message, 3, message.length));
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Lengths of record, message and extensions that fit again, if it is one record. */
    private static byte[] refit(byte[] input) {
        int extensions = 5 + 4 + 2 + 32 + 1 + 4 + 2;
        if (input.length < extensions + 2) {
            return input;
        }
        byte[] fitting = input.clone();
        ByteBuffer.wrap(fitting)
                .putShort(3, (short) (input.length - 5))
                .putShort(7, (short) (input.length - 9))
                .putShort(extensions, (short) (input.length - extensions - 2));
        return fitting;
    }

    private static Optional<String> helloReference(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        java.io.ByteArrayOutputStream message = new java.io.ByteArrayOutputStream();
        for (int record = 0; record < RECORDS_MAX && in.remaining() >= 5; record++) {
            int type = in.get();
            int major = in.get();
            in.get();
            int size = in.getShort() & 0xffff;
            if (type != 22 || major != 3 || size == 0 || size > 1 << 14 || size > in.remaining()) {
                return Optional.empty();
            }
            byte[] fragment = new byte[size];
            in.get(fragment);
            message.writeBytes(fragment);
            int wanted = wanted(message.toByteArray());
            if (wanted >= 0 && message.size() >= wanted) {
                return message.size() == wanted ? name(message.toByteArray()) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static int wanted(byte[] message) {
        return message.length < 4 ? -1 : 4 + (ByteBuffer.wrap(message).getInt() & 0xffffff);
    }

    /** Of a whole message; what does not add up runs out of bytes. */
    private static Optional<String> name(byte[] message) {
        if (message[0] != 1 || message.length > 4 + MESSAGE_BYTES_MAX) {
            return Optional.empty();
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(message).position(4);
            boolean odd = in.get() != 3;
            in.position(in.position() + 33);
            odd |= skip(in, in.get() & 0xff) > 32;
            int suites = skip(in, in.getShort() & 0xffff);
            odd |= suites < 2 || suites % 2 != 0;
            odd |= skip(in, in.get() & 0xff) < 1;
            if (odd) {
                return Optional.empty();
            }
            if (!in.hasRemaining()) {
                return Optional.of("whole name=");
            }
            int total = in.getShort() & 0xffff;
            return total == in.remaining() ? extensions(in) : Optional.empty();
        } catch (IllegalArgumentException | java.nio.BufferUnderflowException _) {
            return Optional.empty();
        }
    }

    private static int skip(ByteBuffer in, int size) {
        in.position(in.position() + size);
        return size;
    }

    private static Optional<String> extensions(ByteBuffer in) {
        List<String> names = new ArrayList<>();
        for (int count = 0; in.hasRemaining(); count++) {
            int type = in.getShort() & 0xffff;
            byte[] value = new byte[in.getShort() & 0xffff];
            in.get(value);
            if (count == 128) {
                return Optional.empty();
            }
            if (type == 0) {
                ByteBuffer list = ByteBuffer.wrap(value);
                boolean fits = list.getShort() == value.length - 2 && list.get() == 0;
                byte[] name = new byte[list.getShort() & 0xffff];
                list.get(name);
                String text = latin(name);
                if (!fits || list.hasRemaining() || !text.matches("[0-9A-Za-z._:-]{1,255}")) {
                    return Optional.empty();
                }
                names.add(text.toLowerCase(Locale.ROOT));
            }
        }
        return names.size() > 1
                ? Optional.empty()
                : Optional.of("whole name=" + String.join("", names));
    }
}
