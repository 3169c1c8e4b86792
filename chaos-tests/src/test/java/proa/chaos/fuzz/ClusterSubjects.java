package proa.chaos.fuzz;

import static proa.chaos.fuzz.Subject.again;
import static proa.chaos.fuzz.Subject.latin;

import proa.cluster.replication.CodecDoor;
import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;
import proa.vip.packet.ChecksumKind;
import proa.vip.packet.Decoded;
import proa.vip.packet.VrrpAdvert;
import proa.vip.packet.VrrpCodec;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What members say to each other: tables, frames, advertisements. */
final class ClusterSubjects {

    private static final int MAGIC = 0x50525858;
    private static final List<byte[]> NUMBERS =
            latin(
                    "\0", "\u0001", "\u007f", "\u0080", "\u00ff", "\0\0\0\0", "\u0080\0\0\0",
                    "\u007f\u00ff\u00ff\u00ff", "\u00ff\u00ff\u00ff\u00ff",
                    "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
                    "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001", "\0\0\0\0\0\0\0\0",
                    "\u0001t", "\u0004web1");

    private ClusterSubjects() {}

    static Subject tables() {
        return new Subject(
                "table messages",
                input -> CodecDoor.read(input.bytes()),
                null,
                CodecDoor.examples(),
                NUMBERS,
                input -> {
                    byte[] fitting = input.clone();
                    if (fitting.length >= 12) {
                        ByteBuffer.wrap(fitting).putInt(8, fitting.length - 12);
                    }
                    return fitting;
                });
    }

    static Subject frames() {
        byte[] one =
                new FrameWriter(MAGIC, 2, 1, 7)
                        .text(1, "lb1")
                        .number(2, 1L << 40)
                        .flag(3, true)
                        .toBytes();
        byte[] newer = new FrameWriter(MAGIC, 9, 9, 8).bytes(1, new byte[3]).toBytes();
        byte[] both = Arrays.copyOf(one, one.length + newer.length);
        System.arraycopy(newer, 0, both, one.length, newer.length);
        return new Subject(
                "frames",
                ClusterSubjects::readFrames,
                bytes -> Optional.of(framesReference(ByteBuffer.wrap(bytes))),
                List.of(one, newer, both),
                NUMBERS,
                UnaryOperator.identity());
    }

    private static final int FRAME_BYTES_MAX = 64;

    static String readFrames(Subject.Input input) {
        FrameReader reader = new FrameReader(MAGIC, 2, FRAME_BYTES_MAX);
        StringBuilder verdict = new StringBuilder("whole");
        int from = 0;
        for (int end : input.ends()) {
            reader.feed(ByteBuffer.wrap(input.bytes(), from, end - from));
            from = end;
            for (FrameReader.Result next = reader.next();
                    !(next instanceof FrameReader.Result.Partial);
                    next = reader.next()) {
                switch (next) {
                    case FrameReader.Result.Whole(FrameReader.Frame frame) ->
                            verdict.append(" frame ")
                                    .append(frame.type())
                                    .append(Arrays.toString(frame.bytes(1)));
                    case FrameReader.Result.TooNew(int type, _) ->
                            verdict.append(" newer ").append(type);
                    case FrameReader.Result.Broken _ -> {
                        return verdict.append(" broken").toString();
                    }
                    case FrameReader.Result.Partial _ -> {}
                }
            }
        }
        return verdict.toString();
    }

    private static String framesReference(ByteBuffer in) {
        StringBuilder verdict = new StringBuilder("whole");
        while (in.remaining() >= 12) {
            int magic = in.getInt();
            in.get();
            int minimum = in.get() & 0xff;
            int type = in.getShort() & 0xffff;
            int length = in.getInt();
            if (magic != MAGIC || length < 0 || length > FRAME_BYTES_MAX) {
                return verdict + " broken";
            }
            if (in.remaining() < length) {
                return verdict.toString();
            }
            ByteBuffer body = in.slice(in.position(), length);
            in.position(in.position() + length);
            if (minimum > 2) {
                verdict.append(" newer ").append(type);
            } else {
                byte[] first = null;
                while (body.hasRemaining()) {
                    if (body.remaining() < 6) {
                        return verdict + " broken";
                    }
                    int tag = body.getShort();
                    int size = body.getInt();
                    if (size < 0 || size > body.remaining()) {
                        return verdict + " broken";
                    }
                    byte[] value = new byte[size];
                    body.get(value);
                    first = tag == 1 && first == null ? value : first;
                }
                verdict.append(" frame ").append(type).append(Arrays.toString(first));
            }
        }
        return verdict.toString();
    }

    private static final InetAddress SOURCE = InetAddress.ofLiteral("10.77.0.11");
    private static final InetAddress GROUP = InetAddress.ofLiteral("224.0.0.18");

    static Subject vrrp() {
        List<byte[]> seeds = new ArrayList<>();
        for (ChecksumKind kind : ChecksumKind.values()) {
            List<InetAddress> addresses =
                    List.of(InetAddress.ofLiteral("10.77.0.100"), SOURCE, GROUP)
                            .subList(0, 1 + kind.ordinal());
            VrrpAdvert advert = new VrrpAdvert(51, 250, 10, addresses);
            seeds.add(packet(VrrpCodec.encode(advert, kind, SOURCE, GROUP)));
        }
        return new Subject(
                "VRRP",
                again(ClusterSubjects::readVrrp),
                ClusterSubjects::vrrpReference,
                seeds,
                NUMBERS,
                ClusterSubjects::checked);
    }

    private static byte[] packet(byte[] message) {
        ByteBuffer packet = ByteBuffer.allocate(20 + message.length);
        packet.put((byte) 0x45).put((byte) 0xc0).putShort((short) (20 + message.length)).putInt(0);
        packet.put((byte) 255).put((byte) 112).putShort((short) 0);
        return packet.put(SOURCE.getAddress()).put(GROUP.getAddress()).put(message).array();
    }

    static String readVrrp(Subject.Input input) {
        return switch (VrrpCodec.decodeIpv4(ByteBuffer.wrap(input.bytes()))) {
            case Decoded.Refused(Decoded.Reason why) ->
                    why == Decoded.Reason.TOO_SHORT ? "partial" : "refused " + why;
            case Decoded.Ok(
                            InetAddress source,
                            VrrpAdvert advert,
                            ChecksumKind kind,
                            int version) ->
                    "%s %s %s %s"
                            .formatted(
                                    version == VrrpCodec.VERSION ? "whole" : "of version 2",
                                    source,
                                    advert,
                                    kind);
        };
    }

    /** The total length and the checksum fit again. */
    private static byte[] checked(byte[] input) {
        byte[] fitting = input.clone();
        int header = input.length == 0 ? 0 : (input[0] & 0xf) * 4;
        if (header >= 20 && input.length >= header + 8) {
            ByteBuffer packet = ByteBuffer.wrap(fitting).putShort(2, (short) input.length);
            packet.putShort(header + 6, (short) 0);
            packet.putShort(header + 6, (short) ~folded(fitting, header, input.length, 0));
        }
        return fitting;
    }

    /** The sum of 16-bit words, carries added back (RFC 1071). */
    private static int folded(byte[] bytes, int from, int to, int start) {
        int sum = start;
        for (int at = from; at < to; at++) {
            sum += (bytes[at] & 0xff) << ((at - from) % 2 == 0 ? 8 : 0);
            sum = sum > 0xffff ? sum - 0xffff : sum;
        }
        return sum;
    }

    private static Optional<String> vrrpReference(byte[] bytes) {
        int header = bytes.length < 20 ? 0 : (bytes[0] & 0xf) * 4;
        if (header < 20 || (bytes[0] & 0xf0) != 0x40 || bytes[9] != 112 || bytes[8] != -1) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int total = in.getShort(2) & 0xffff;
        int size = total - header;
        if (total > bytes.length || size < 8 || in.get(header) != 0x31) {
            return Optional.empty();
        }
        int vrid = in.get(header + 1) & 0xff;
        int count = in.get(header + 3) & 0xff;
        int interval = in.getShort(header + 4) & 0xfff;
        if (vrid == 0 || count == 0 || interval == 0 || size != 8 + 4 * count) {
            return Optional.empty();
        }
        boolean plain = folded(bytes, header, total, 0) == 0xffff;
        int pseudo = folded(bytes, 12, 20, 112 + size);
        if (!plain && folded(bytes, header, total, pseudo) != 0xffff) {
            return Optional.empty();
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (int at = header + 8; at < total; at += 4) {
            addresses.add(address(bytes, at));
        }
        VrrpAdvert advert =
                new VrrpAdvert(vrid, in.get(header + 2) & 0xff, interval, addresses);
        return Optional.of(
                "whole %s %s %s"
                        .formatted(
                                address(bytes, 12),
                                advert,
                                plain ? ChecksumKind.RFC9568 : ChecksumKind.PSEUDO_HEADER));
    }

    private static InetAddress address(byte[] bytes, int at) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + 4));
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
