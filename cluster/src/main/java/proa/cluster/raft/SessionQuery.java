package proa.cluster.raft;

import org.jspecify.annotations.Nullable;

import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is asked of the sessions without changing them. */
public sealed interface SessionQuery {

    /** What is there under some keys. */
    record Read(List<String> keys) implements SessionQuery {
        public Read {
            keys = List.copyOf(keys);
        }
    }

    /** One page of keys, as in {@link proa.cluster.sessions.SessionStore#scan}. */
    record Scan(long cursor, @Nullable String glob, int count) implements SessionQuery {}

    /** How many keys begin with this. */
    record Size(String prefix) implements SessionQuery {}

    /** The life of the store. */
    record Life() implements SessionQuery {}

    /** The bytes that travel. */
    default byte[] encode() {
        return switch (this) {
            case Read read -> {
                FrameWriter frame = Codec.frame(Codec.READ);
                read.keys.forEach(key -> frame.text(Codec.KEY, key));
                yield frame.toBytes();
            }
            case Scan scan -> {
                FrameWriter frame =
                        Codec.frame(Codec.SCAN)
                                .number(Codec.CURSOR, scan.cursor)
                                .number(Codec.COUNT, scan.count);
                yield (scan.glob == null ? frame : frame.text(Codec.KEY, scan.glob)).toBytes();
            }
            case Size size -> Codec.frame(Codec.SIZE).text(Codec.KEY, size.prefix).toBytes();
            case Life _ -> Codec.frame(Codec.LIFE).toBytes();
        };
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalStateException when the bytes are not of this format
     */
    static SessionQuery decode(byte[] bytes) {
        FrameReader.Frame frame = RaftFrames.read(Codec.MAGIC, Codec.VERSION, bytes);
        return switch (frame.type()) {
            case Codec.READ ->
                    new Read(
                            frame.all(Codec.KEY).stream()
                                    .map(key -> new String(key, StandardCharsets.UTF_8))
                                    .toList());
            case Codec.SCAN ->
                    new Scan(
                            frame.number(Codec.CURSOR, 0),
                            frame.bytes(Codec.KEY) == null ? null : frame.text(Codec.KEY, ""),
                            (int) frame.number(Codec.COUNT, 1));
            case Codec.SIZE -> new Size(frame.text(Codec.KEY, ""));
            case Codec.LIFE -> new Life();
            default -> throw new IllegalStateException("unknown query " + frame.type());
        };
    }

    /** Numbers of the format. */
    final class Codec {
        static final int MAGIC = 0x5052_5251; // PRRQ
        static final int VERSION = 1;
        static final int READ = 1;
        static final int SCAN = 2;
        static final int SIZE = 3;
        static final int LIFE = 4;
        static final int KEY = 1;
        static final int CURSOR = 2;
        static final int COUNT = 3;

        private Codec() {}

        private static FrameWriter frame(int type) {
            return new FrameWriter(MAGIC, VERSION, VERSION, type);
        }
    }
}
