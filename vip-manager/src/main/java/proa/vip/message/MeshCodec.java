package proa.vip.message;

import org.jspecify.annotations.Nullable;

import proa.config.link.LinkMessage;
import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;
import proa.vip.packet.VrrpAdvert;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@link MeshMessage} ↔ bytes. One per connection; not thread-safe. */
public final class MeshCodec {

    /** {@code PROM}. */
    public static final int MAGIC = 0x50524f4d;

    /** This reader's and writer's version. */
    public static final int VERSION = 1;

    /** A message is a few names and numbers; a peer that sends more is not ours. */
    public static final int FRAME_BYTES_MAX = 8192;

    /** More advertisement sources than this in a {@link MeshMessage.Hello} are ignored. */
    public static final int ADVERT_SOURCES_MAX = 16;

    /** A group with more addresses ends its connections at a planned move. */
    static final int TAIL_ADDRESSES_MAX = 256;

    private static final int PORT_MAX = 65_535;

    private final FrameReader reader = new FrameReader(MAGIC, VERSION, FRAME_BYTES_MAX);

    /** Adds bytes that have arrived. */
    public void feed(ByteBuffer arrived) {
        reader.feed(arrived);
    }

    /**
     * The next whole message, or null when more bytes are needed. Messages this version does not
     * know are skipped.
     *
     * @throws IllegalArgumentException when the stream is broken; close the connection
     */
    public @Nullable MeshMessage next() {
        while (true) {
            switch (reader.next()) {
                case FrameReader.Result.Partial() -> {
                    return null;
                }
                case FrameReader.Result.Broken(String why) ->
                        throw new IllegalArgumentException(why);
                case FrameReader.Result.TooNew _ -> {}
                case FrameReader.Result.Whole(FrameReader.Frame frame) -> {
                    MeshMessage message = message(frame);
                    if (message != null) {
                        return message;
                    }
                }
            }
        }
    }

    /** The bytes of one message. */
    public static byte[] encode(MeshMessage message) {
        return switch (message) {
            case MeshMessage.Hello hello -> encode(hello);
            case MeshMessage.Leaving _ -> frame(2).toBytes();
            case MeshMessage.GroupState state ->
                    about(3, state)
                            .number(3, stateNumber(state.state()))
                            .number(4, state.priority())
                            .flag(5, state.ready())
                            .flag(6, state.gatewayKept())
                            .toBytes();
            case MeshMessage.Release release -> encode(release);
            case MeshMessage.Move move ->
                    about(9, move).text(3, move.node()).text(4, move.by()).toBytes();
            case MeshMessage.Maintenance order ->
                    frame(10)
                            .flag(1, order.on())
                            .text(2, order.by())
                            .flag(3, order.untilBoot())
                            .number(4, order.seconds())
                            .toBytes();
            case MeshMessage.Standing standing ->
                    frame(16).flag(1, standing.outOfService()).toBytes();
            case MeshMessage.Request request -> about(5, request).text(3, request.why()).toBytes();
            case MeshMessage.Ask ask -> about(6, ask).toBytes();
            case MeshMessage.TailOver over -> about(14, over).toBytes();
            case MeshMessage.Advert advert ->
                    frame(8).number(1, advert.vrid())
                            .number(2, advert.priority())
                            .number(3, advert.intervalCentis())
                            .toBytes();
            case MeshMessage.Assigned assigned -> encode(assigned);
            case MeshMessage.Connections connections -> encode(connections);
            case MeshMessage.Answer answer -> about(7, answer).flag(3, answer.keep()).toBytes();
        };
    }

    private static byte[] encode(MeshMessage.Release release) {
        FrameWriter frame = about(4, release).text(3, release.successor()).text(4, release.why());
        if (release.pinned()) {
            frame.flag(5, true);
        }
        release.tail().forEach(address -> frame.bytes(6, address.getAddress()));
        return frame.toBytes();
    }

    private static byte[] encode(MeshMessage.Assigned assigned) {
        FrameWriter frame =
                frame(11)
                        .text(1, assigned.frontend())
                        .number(2, assigned.term())
                        .number(3, assigned.version());
        assigned.servers().forEach(server -> frame.text(4, server));
        return frame.toBytes();
    }

    private static byte[] encode(MeshMessage.Connections connections) {
        FrameWriter frame =
                frame(17)
                        .text(1, connections.frontend())
                        .number(2, connections.term())
                        .number(3, connections.round())
                        .number(4, stepNumber(connections.step()))
                        .text(5, connections.server())
                        .number(6, connections.state());
        connections.clients().forEach(client -> frame.bytes(7, client.written()));
        return frame.toBytes();
    }

    private static byte[] encode(MeshMessage.Hello hello) {
        FrameWriter frame =
                frame(1).text(1, hello.node()).number(2, hello.id()).text(3, hello.cluster());
        hello.advertSources().forEach(source -> frame.bytes(4, source.getAddress()));
        if (hello.earlyPort() > 0) {
            frame.number(5, hello.earlyPort());
        }
        return frame.toBytes();
    }

    private static FrameWriter frame(int type) {
        return new FrameWriter(MAGIC, VERSION, 1, type);
    }

    private static FrameWriter about(int type, MeshMessage.AboutGroup message) {
        return frame(type).text(1, message.group()).number(2, message.term());
    }

    private static @Nullable MeshMessage message(FrameReader.Frame frame) {
        String group = frame.text(1, "");
        long term = Math.max(0, frame.number(2, 0));
        return switch (frame.type()) {
            case 1 ->
                    new MeshMessage.Hello(
                            group,
                            (int) frame.number(2, 0),
                            frame.text(3, ""),
                            addresses(frame.all(4), ADVERT_SOURCES_MAX),
                            port(frame.number(5, 0)));
            case 2 -> new MeshMessage.Leaving();
            case 3 ->
                    new MeshMessage.GroupState(
                            group,
                            term,
                            state(frame.number(3, 0)),
                            Math.clamp(frame.number(4, 0), 0, 255),
                            frame.flag(5, false),
                            frame.flag(6, false));
            case 4 ->
                    new MeshMessage.Release(
                            group,
                            term,
                            frame.text(3, ""),
                            frame.text(4, ""),
                            frame.flag(5, false),
                            addresses(frame.all(6), TAIL_ADDRESSES_MAX));
            case 14 -> new MeshMessage.TailOver(group, term);
            case 9 -> new MeshMessage.Move(group, term, frame.text(3, ""), frame.text(4, ""));
            case 10 ->
                    new MeshMessage.Maintenance(
                            frame.flag(1, false),
                            frame.text(2, ""),
                            frame.flag(3, false),
                            Math.clamp(frame.number(4, 0), 0, LinkMessage.Maintenance.SECONDS_MAX));
            case 16 -> new MeshMessage.Standing(frame.flag(1, false));
            case 11 ->
                    new MeshMessage.Assigned(
                            group,
                            term,
                            Math.max(0, frame.number(3, 0)),
                            frame.all(4).stream()
                                    .map(name -> new String(name, StandardCharsets.UTF_8))
                                    .toList());
            case 17 -> connections(frame, group, term);
            case 5 -> new MeshMessage.Request(group, term, frame.text(3, ""));
            case 6 -> new MeshMessage.Ask(group, term);
            case 7 -> new MeshMessage.Answer(group, term, frame.flag(3, false));
            case 8 ->
                    new MeshMessage.Advert(
                            Math.clamp(frame.number(1, 1), 1, 255),
                            Math.clamp(frame.number(2, 0), 0, 255),
                            Math.clamp(frame.number(3, 1), 1, VrrpAdvert.INTERVAL_CENTIS_MAX));
            default -> null;
        };
    }

    private static MeshMessage connections(FrameReader.Frame frame, String frontend, long term) {
        return new MeshMessage.Connections(
                frontend,
                term,
                Math.max(0, frame.number(3, 0)),
                step(frame.number(4, 0)),
                frame.text(5, ""),
                Math.clamp(frame.number(6, 0), 0, 255),
                frame.all(7).stream()
                        .filter(Endpoint::isEndpoint)
                        .limit(MeshMessage.Connections.CLIENTS_MAX)
                        .map(Endpoint::read)
                        .toList());
    }

    private static long stepNumber(MeshMessage.Connections.Step step) {
        return switch (step) {
            case HERE -> 1;
            case GONE -> 2;
            case ALL -> 3;
        };
    }

    /** What a later version may say of them is nothing to rely on. */
    private static MeshMessage.Connections.Step step(long number) {
        return switch (Math.clamp(number, 0, 255)) {
            case 1 -> MeshMessage.Connections.Step.HERE;
            case 3 -> MeshMessage.Connections.Step.ALL;
            default -> MeshMessage.Connections.Step.GONE;
        };
    }

    /** Numbers on the wire, so that renaming or reordering the states changes no byte. */
    private static long stateNumber(MeshMessage.State state) {
        return switch (state) {
            case INITIALIZE -> 1;
            case BACKUP -> 2;
            case ACTIVE -> 3;
            case FAULT -> 4;
        };
    }

    private static MeshMessage.State state(long number) {
        return switch (Math.clamp(number, 0, 255)) {
            case 1 -> MeshMessage.State.INITIALIZE;
            case 2 -> MeshMessage.State.BACKUP;
            case 3 -> MeshMessage.State.ACTIVE;
            default -> MeshMessage.State.FAULT;
        };
    }

    private static List<InetAddress> addresses(List<byte[]> fields, int most) {
        List<InetAddress> addresses = new ArrayList<>();
        for (byte[] field : fields) {
            if ((field.length == 4 || field.length == 16) && addresses.size() < most) {
                addresses.add(address(field));
            }
        }
        return addresses;
    }

    /** What is no port is as good as none. */
    private static int port(long number) {
        return number == (number & PORT_MAX) ? (int) number : 0;
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }
}
