package proa.cluster.sessions;

import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Sessions as a file: a header, an entry for each key, an end with their number and a checksum
 * (CRC-32C, RFC 3720 §12.1) of all bytes before it. Frames of {@link FrameWriter}; entries are for
 * readers that do not know what later versions add.
 */
public final class SnapshotFormat {

    static final int MAGIC = 0x5052_5353; // PRSS
    static final int VERSION = 1;
    static final int MINIMUM_READER = 1;

    /** A value, the longest key at three bytes a character, and their envelopes. */
    static final int FRAME_BYTES_MAX =
            SessionValue.FRAME_BYTES_MAX + 3 * SessionStore.KEY_CHARS_MAX + 1024;

    private static final int HEADER = 1;
    private static final int ENTRY = 2;
    private static final int END = 3;

    /** Places in the header of a frame. */
    private static final int TYPE_AT = 6;

    private static final int LENGTH_AT = 8;

    private static final int CLUSTER = 1;
    private static final int NODE = 2;
    private static final int LIFE = 3;
    private static final int TAKEN = 4;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int COUNT = 1;
    private static final int CHECKSUM = 2;

    private SnapshotFormat() {}

    /** Makes the bytes, one frame after the other. Not thread-safe. */
    public static final class Writer {
        private final CRC32C checksum = new CRC32C();
        private long count;

        /** The beginning. */
        public byte[] header(SnapshotHeader header) {
            return summed(
                    frame(HEADER)
                            .text(CLUSTER, header.cluster())
                            .text(NODE, header.node())
                            .text(LIFE, header.life())
                            .number(TAKEN, header.takenMillis()));
        }

        /** One key. */
        public byte[] entry(SessionCopy copy) {
            count++;
            return summed(frame(ENTRY).text(KEY, copy.key()).bytes(VALUE, copy.value()));
        }

        /** The end; without it the rest is worth nothing. */
        public byte[] end() {
            return frame(END).number(COUNT, count).number(CHECKSUM, checksum.getValue()).toBytes();
        }

        /** Keys so far. */
        public long count() {
            return count;
        }

        private static FrameWriter frame(int type) {
            return new FrameWriter(MAGIC, VERSION, MINIMUM_READER, type);
        }

        private byte[] summed(FrameWriter frame) {
            byte[] bytes = frame.toBytes();
            checksum.update(bytes);
            return bytes;
        }
    }

    /** What {@link Reader} makes of a file. */
    public sealed interface Verdict {

        /** It is whole. */
        record Sound(SnapshotHeader header, long entries) implements Verdict {}

        /** It cannot be used, and why. */
        record Broken(String why) implements Verdict {}
    }

    /**
     * Reads bytes as they come. Nothing of a file may be used before all of it has been read and
     * found sound. Not thread-safe.
     */
    public static final class Reader {
        private final FrameReader frames = new FrameReader(MAGIC, VERSION, FRAME_BYTES_MAX);
        private final CRC32C checksum = new CRC32C();
        private final Consumer<SessionCopy> entries;
        private ByteBuffer pending = ByteBuffer.allocate(FrameWriter.HEADER_BYTES).limit(0);
        private String why = "";
        private SnapshotHeader header = new SnapshotHeader("", "", "", 0);
        private boolean begun;
        private boolean ended;
        private long count;

        /**
         * @param entries who is told of each
         */
        public Reader(Consumer<SessionCopy> entries) {
            this.entries = entries;
        }

        /** Takes bytes; whether to go on. */
        public boolean feed(ByteBuffer bytes) {
            int needed = pending.remaining() + bytes.remaining();
            ByteBuffer joined =
                    needed <= pending.capacity()
                            ? pending.compact()
                            : ByteBuffer.allocate(2 * needed).put(pending);
            pending = joined.put(bytes).flip();
            while (why.isEmpty() && pending.remaining() >= FrameWriter.HEADER_BYTES) {
                int start = pending.position();
                int length = pending.getInt(start + LENGTH_AT);
                if (pending.getInt(start) != MAGIC) {
                    why = "it is no snapshot of sessions";
                } else if (length < 0 || length > FRAME_BYTES_MAX) {
                    why = "an entry of " + length + " bytes, " + FRAME_BYTES_MAX + " allowed";
                } else if (pending.remaining() < FrameWriter.HEADER_BYTES + length) {
                    return true;
                } else {
                    byte[] frame = new byte[FrameWriter.HEADER_BYTES + length];
                    pending.get(frame);
                    take(frame);
                }
            }
            return why.isEmpty();
        }

        /** The checksum is that of the bytes, whatever a later version put into them. */
        private void take(byte[] bytes) {
            int type = ByteBuffer.wrap(bytes).getShort(TYPE_AT);
            if (type != END) {
                checksum.update(bytes);
            }
            frames.feed(ByteBuffer.wrap(bytes));
            switch (frames.next()) {
                case FrameReader.Result.Whole(var frame) -> take(frame);
                case FrameReader.Result.TooNew(_, int minimum) ->
                        why = "it is for readers of version " + minimum + " and newer";
                case FrameReader.Result.Broken(String broken) -> why = broken;
                case FrameReader.Result.Partial _ ->
                        throw new IllegalStateException("a whole frame");
            }
        }

        /** What the whole file is worth, after its last byte. */
        public Verdict verdict() {
            if (why.isEmpty() && !ended) {
                return new Verdict.Broken("it ends in the middle, after " + count + " entries");
            }
            return why.isEmpty() ? new Verdict.Sound(header, count) : new Verdict.Broken(why);
        }

        private void take(FrameReader.Frame frame) {
            if (ended) {
                why = "something follows its end";
                return;
            }
            switch (frame.type()) {
                case HEADER -> begin(frame);
                case ENTRY -> entry(frame);
                case END -> end(frame);
                default -> {
                    // of a later version, which lets readers of this one go on without it
                }
            }
        }

        private void begin(FrameReader.Frame frame) {
            if (begun) {
                why = "it begins twice";
                return;
            }
            begun = true;
            header =
                    new SnapshotHeader(
                            frame.text(CLUSTER, ""),
                            frame.text(NODE, ""),
                            frame.text(LIFE, ""),
                            frame.number(TAKEN, 0));
        }

        private void entry(FrameReader.Frame frame) {
            byte[] value = frame.bytes(VALUE);
            String key = frame.text(KEY, "");
            if (!begun || value == null) {
                why = begun ? "an entry has no value" : "it has no beginning";
                return;
            }
            try {
                SessionValue.decode(value);
            } catch (IllegalStateException e) {
                why = "entry " + (count + 1) + ": " + e.getMessage();
                return;
            }
            count++;
            entries.accept(new SessionCopy(key, value));
        }

        private void end(FrameReader.Frame frame) {
            if (frame.number(COUNT, -1) != count) {
                why =
                        "it has "
                                + count
                                + " entries and says that there are "
                                + frame.number(COUNT, -1);
            } else if (frame.number(CHECKSUM, -1) != checksum.getValue()) {
                why = "its checksum is not that of its content";
            }
            ended = true;
        }
    }
}
