package proa.cluster.raft;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionReply;
import proa.cluster.sessions.SessionValue;
import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the sessions answer to a {@link SessionCommand} or a {@link SessionQuery}. */
public sealed interface SessionAnswer {

    /** To a change. */
    record Changed(SessionReply reply) implements SessionAnswer {}

    /** To a read: a value or null for each key. */
    record Values(List<@Nullable SessionValue> values) implements SessionAnswer {}

    /** To a scan. */
    record Keys(long next, List<String> keys) implements SessionAnswer {
        public Keys {
            keys = List.copyOf(keys);
        }
    }

    /** A size, a time, or nothing to tell. */
    record Count(long number) implements SessionAnswer {}

    /** The life of the store, and since when. */
    record Life(String id, long ageMillis) implements SessionAnswer {}

    /**
     * It has been asked before, so long ago that the answer is forgotten, or never: nobody knows.
     *
     * @param time answers to this member's stamps up to here are
     */
    record Forgotten(long time) implements SessionAnswer {}

    /** The bytes that travel. */
    default byte[] encode() {
        return switch (this) {
            case Changed changed ->
                    frame(Codec.CHANGED).bytes(Codec.BYTES, changed.reply.encode()).toBytes();
            case Values values -> {
                FrameWriter frame = frame(Codec.VALUES);
                for (SessionValue value : values.values) {
                    frame.bytes(Codec.BYTES, value == null ? Codec.NONE : value.encode());
                }
                yield frame.toBytes();
            }
            case Keys keys -> {
                FrameWriter frame = frame(Codec.KEYS).number(Codec.NUMBER, keys.next);
                keys.keys.forEach(key -> frame.text(Codec.BYTES, key));
                yield frame.toBytes();
            }
            case Count number ->
                    frame(Codec.NUMBER_ONLY).number(Codec.NUMBER, number.number).toBytes();
            case Life life ->
                    frame(Codec.LIFE)
                            .text(Codec.BYTES, life.id)
                            .number(Codec.NUMBER, life.ageMillis)
                            .toBytes();
            case Forgotten gone -> frame(Codec.FORGOTTEN).number(Codec.NUMBER, gone.time).toBytes();
        };
    }

    private FrameWriter frame(int type) {
        return new FrameWriter(Codec.MAGIC, Codec.VERSION, Codec.VERSION, type);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalStateException when the bytes are not of this format
     */
    static SessionAnswer decode(byte[] bytes) {
        FrameReader.Frame frame = RaftFrames.read(Codec.MAGIC, Codec.VERSION, bytes);
        long number = frame.number(Codec.NUMBER, 0);
        return switch (frame.type()) {
            case Codec.CHANGED ->
                    new Changed(SessionReply.decode(RaftFrames.needed(frame, Codec.BYTES)));
            case Codec.VALUES -> {
                List<@Nullable SessionValue> values = new ArrayList<>();
                for (byte[] each : frame.all(Codec.BYTES)) {
                    values.add(each.length == 0 ? null : SessionValue.decode(each));
                }
                yield new Values(values);
            }
            case Codec.KEYS ->
                    new Keys(
                            number,
                            frame.all(Codec.BYTES).stream()
                                    .map(key -> new String(key, StandardCharsets.UTF_8))
                                    .toList());
            case Codec.NUMBER_ONLY -> new Count(number);
            case Codec.LIFE -> new Life(frame.text(Codec.BYTES, ""), number);
            case Codec.FORGOTTEN -> new Forgotten(number);
            default -> throw new IllegalStateException("unknown answer " + frame.type());
        };
    }

    /** Numbers of the format. */
    final class Codec {
        static final int MAGIC = 0x5052_5241; // PRRA
        static final int VERSION = 1;
        static final int CHANGED = 1;
        static final int VALUES = 2;
        static final int KEYS = 3;
        static final int NUMBER_ONLY = 4;
        static final int LIFE = 5;
        static final int FORGOTTEN = 6;
        static final int BYTES = 1;
        static final int NUMBER = 2;
        private static final byte[] NONE = {};

        private Codec() {}
    }
}
