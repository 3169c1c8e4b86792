package proa.config.link;

import org.jspecify.annotations.Nullable;

import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** {@link LinkMessage} ↔ bytes. Not thread-safe. */
public final class LinkCodec {

    /** {@code PROL}. */
    public static final int MAGIC = 0x50524f4c;

    /** This reader's and writer's version. */
    public static final int VERSION = 1;

    /** A status document fits; a peer that sends more is not ours. */
    public static final int FRAME_BYTES_MAX = 1 << 20;

    /** More is not needed by who only looks. */
    public static final int LOOKER_FRAME_BYTES_MAX = 4_096;

    private final FrameReader reader;

    /** Takes what a node and its vipd say to each other. */
    public LinkCodec() {
        this(FRAME_BYTES_MAX);
    }

    private LinkCodec(int frameBytesMax) {
        reader = new FrameReader(MAGIC, VERSION, frameBytesMax);
    }

    /** Takes what a process says that may only look. */
    public static LinkCodec ofLooker() {
        return new LinkCodec(LOOKER_FRAME_BYTES_MAX);
    }

    /** Adds bytes that have arrived. */
    public void feed(ByteBuffer arrived) {
        reader.feed(arrived);
    }

    /**
     * The next whole message, or null when more bytes are needed. Messages of newer versions are
     * skipped.
     *
     * @throws IllegalArgumentException when the stream is broken; close the connection
     */
    public @Nullable LinkMessage next() {
        while (true) {
            switch (reader.next()) {
                case FrameReader.Result.Partial() -> {
                    return null;
                }
                case FrameReader.Result.Broken(String why) ->
                        throw new IllegalArgumentException(why);
                case FrameReader.Result.TooNew _ -> {}
                case FrameReader.Result.Whole(FrameReader.Frame frame) -> {
                    LinkMessage message = message(frame);
                    if (message != null) {
                        return message;
                    }
                }
            }
        }
    }

    /** The bytes of one message. */
    public static byte[] encode(LinkMessage message) {
        return switch (message) {
            case LinkMessage.Hello hello ->
                    frame(1).text(1, hello.node())
                            .number(2, hello.incarnation())
                            .number(3, hello.pid())
                            .flag(4, hello.early())
                            .toBytes();
            case LinkMessage.Heartbeat beat ->
                    frame(2).number(1, beat.oldestTickMillis())
                            .number(2, beat.servedMillis())
                            .toBytes();
            case LinkMessage.Readiness readiness ->
                    frame(3).text(1, readiness.group())
                            .flag(2, readiness.ready())
                            .text(3, readiness.why())
                            .toBytes();
            case LinkMessage.Leaving _ -> frame(4).toBytes();
            case LinkMessage.Drained drained -> frame(12).text(1, drained.group()).toBytes();
            case LinkMessage.StatusRequest _ -> frame(5).toBytes();
            case LinkMessage.Move move ->
                    frame(6).text(1, move.group())
                            .text(2, move.node())
                            .text(3, move.by())
                            .toBytes();
            case LinkMessage.Maintenance order ->
                    frame(7).text(1, order.node())
                            .flag(2, order.on())
                            .text(3, order.by())
                            .flag(4, order.untilBoot())
                            .number(5, order.seconds())
                            .toBytes();
            case LinkMessage.Servers servers ->
                    frame(8).text(1, servers.group())
                            .number(2, servers.up())
                            .number(3, servers.total())
                            .toBytes();
            case LinkMessage.Usable usable -> usable(usable);
            case LinkMessage.Done done ->
                    frame(19).flag(1, done.ok()).text(2, done.text()).toBytes();
            case LinkMessage.Ownership owned ->
                    frame(16)
                            .text(1, owned.group())
                            .text(2, owned.state().name())
                            .text(3, owned.owner())
                            .number(4, owned.term())
                            .text(5, owned.why())
                            .flag(6, owned.tail())
                            .toBytes();
            case LinkMessage.Status status -> frame(17).text(1, status.json()).toBytes();
            case LinkMessage.MayLeave _ -> frame(18).toBytes();
            case LinkMessage.Standing standing ->
                    frame(20).flag(1, standing.out()).text(2, standing.why()).toBytes();
            case LinkMessage.Alarm alarm -> frame(21).text(1, alarm.text()).toBytes();
        };
    }

    private static byte[] usable(LinkMessage.Usable usable) {
        FrameWriter frame = frame(9).text(1, usable.frontend());
        usable.servers().forEach(server -> frame.text(2, server));
        usable.down().forEach(server -> frame.text(3, server));
        return frame.toBytes();
    }

    private static FrameWriter frame(int type) {
        return new FrameWriter(MAGIC, VERSION, 1, type);
    }

    private static @Nullable LinkMessage message(FrameReader.Frame frame) {
        return switch (frame.type()) {
            case 1 ->
                    new LinkMessage.Hello(
                            frame.text(1, ""),
                            frame.number(2, 0),
                            frame.number(3, 0),
                            frame.flag(4, false));
            case 2 ->
                    new LinkMessage.Heartbeat(
                            frame.number(1, Long.MAX_VALUE), frame.number(2, Long.MAX_VALUE));
            case 3 ->
                    new LinkMessage.Readiness(
                            frame.text(1, ""), frame.flag(2, false), frame.text(3, ""));
            case 4 -> new LinkMessage.Leaving();
            case 5 -> new LinkMessage.StatusRequest();
            case 12 -> new LinkMessage.Drained(frame.text(1, ""));
            case 6 -> new LinkMessage.Move(frame.text(1, ""), frame.text(2, ""), frame.text(3, ""));
            case 7 ->
                    new LinkMessage.Maintenance(
                            frame.text(1, ""),
                            frame.flag(2, false),
                            frame.text(3, ""),
                            frame.flag(4, false),
                            Math.clamp(frame.number(5, 0), 0, LinkMessage.Maintenance.SECONDS_MAX));
            case 8 ->
                    new LinkMessage.Servers(
                            frame.text(1, ""),
                            Math.clamp(frame.number(2, 0), 0, Integer.MAX_VALUE),
                            Math.clamp(frame.number(3, 0), 0, Integer.MAX_VALUE));
            case 9 ->
                    new LinkMessage.Usable(
                            frame.text(1, ""), names(frame.all(2)), names(frame.all(3)));
            case 19 -> new LinkMessage.Done(frame.flag(1, false), frame.text(2, ""));
            case 16 ->
                    new LinkMessage.Ownership(
                            frame.text(1, ""),
                            state(frame.text(2, "")),
                            frame.text(3, ""),
                            frame.number(4, 0),
                            frame.text(5, ""),
                            frame.flag(6, false));
            case 17 -> new LinkMessage.Status(frame.text(1, "{}"));
            case 18 -> new LinkMessage.MayLeave();
            case 20 -> new LinkMessage.Standing(frame.flag(1, false), frame.text(2, ""));
            case 21 -> new LinkMessage.Alarm(frame.text(1, ""));
            default -> null;
        };
    }

    private static List<String> names(List<byte[]> fields) {
        return fields.stream()
                .limit(LinkMessage.SERVERS_MAX)
                .map(field -> new String(field, StandardCharsets.UTF_8))
                .toList();
    }

    private static LinkMessage.State state(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "ACTIVE" -> LinkMessage.State.ACTIVE;
            case "BACKUP" -> LinkMessage.State.BACKUP;
            default -> LinkMessage.State.FAULT;
        };
    }
}
