package proa.config.wire;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads frames written by {@link FrameWriter} out of a growing stream of bytes. Not thread-safe.
 *
 * <p>Feed bytes with {@link #feed}; take whole frames with {@link #next}. A stream that breaks the
 * format once is refused for good: the caller closes the connection.
 */
public final class FrameReader {

    /** What {@link #next} found. */
    public sealed interface Result {
        /** A whole frame that this version may act on. */
        record Whole(Frame frame) implements Result {}

        /** A whole frame for newer readers only; skip it and count it. */
        record TooNew(int type, int minimumReader) implements Result {}

        /** Not enough bytes yet. */
        record Partial() implements Result {}

        /** The stream is not of this protocol or breaks a limit. */
        record Broken(String why) implements Result {}
    }

    /** One frame; fields keep their order and unknown tags are simply never asked for. */
    public static final class Frame {
        private final int type;
        private final List<Field> fields;

        private Frame(int type, List<Field> fields) {
            this.type = type;
            this.fields = fields;
        }

        /** The message type. */
        public int type() {
            return type;
        }

        /** The first field with this tag, or null. */
        public byte @Nullable [] bytes(int tag) {
            for (Field field : fields) {
                if (field.tag == tag) {
                    return field.value;
                }
            }
            return null;
        }

        /** Every field with this tag, in order. */
        public List<byte[]> all(int tag) {
            return fields.stream().filter(field -> field.tag == tag).map(Field::value).toList();
        }

        /** The text field with this tag, or {@code otherwise}. */
        public String text(int tag, String otherwise) {
            byte[] value = bytes(tag);
            return value == null ? otherwise : new String(value, StandardCharsets.UTF_8);
        }

        /** The number with this tag, or {@code otherwise}. */
        public long number(int tag, long otherwise) {
            byte[] value = bytes(tag);
            return value == null || value.length != Long.BYTES
                    ? otherwise
                    : ByteBuffer.wrap(value).getLong();
        }

        /** The truth value with this tag, or {@code otherwise}. */
        public boolean flag(int tag, boolean otherwise) {
            byte[] value = bytes(tag);
            return (value == null || value.length != 1) ? otherwise : value[0] != 0;
        }
    }

    private record Field(int tag, byte[] value) {}

    private final int magic;
    private final int version;
    private final int frameBytesMax;
    private ByteBuffer pending = ByteBuffer.allocate(256).limit(0);

    /**
     * @param magic the protocol's magic; anything else is broken
     * @param version this reader's version; frames with a higher minimum reader are skipped
     * @param frameBytesMax largest frame body accepted
     */
    public FrameReader(int magic, int version, int frameBytesMax) {
        this.magic = magic;
        this.version = version;
        this.frameBytesMax = frameBytesMax;
    }

    /** Adds bytes that have arrived; the buffer is consumed. */
    public void feed(ByteBuffer arrived) {
        int needed = pending.remaining() + arrived.remaining();
        ByteBuffer joined =
                needed <= pending.capacity()
                        ? pending.compact()
                        : ByteBuffer.allocate(needed * 2).put(pending);
        pending = joined.put(arrived).flip();
    }

    /** The next frame, if it is whole. */
    public Result next() {
        if (pending.remaining() < FrameWriter.HEADER_BYTES) {
            return new Result.Partial();
        }
        int start = pending.position();
        int length = pending.getInt(start + 8);
        if (pending.getInt(start) != magic) {
            return new Result.Broken("not this protocol");
        }
        if (length < 0 || length > frameBytesMax) {
            return new Result.Broken(
                    "frame of " + length + " bytes, " + frameBytesMax + " allowed");
        }
        if (pending.remaining() < FrameWriter.HEADER_BYTES + length) {
            return new Result.Partial();
        }
        int minimumReader = pending.get(start + 5) & 0xff;
        int type = pending.getShort(start + 6) & 0xffff;
        ByteBuffer body = pending.slice(start + FrameWriter.HEADER_BYTES, length);
        pending.position(start + FrameWriter.HEADER_BYTES + length);
        return minimumReader > version
                ? new Result.TooNew(type, minimumReader)
                : fields(type, body);
    }

    private static Result fields(int type, ByteBuffer body) {
        List<Field> fields = new ArrayList<>();
        while (body.hasRemaining()) {
            if (body.remaining() < 6) {
                return new Result.Broken("field header cut short");
            }
            int tag = body.getShort() & 0xffff;
            int length = body.getInt();
            if (length < 0 || length > body.remaining()) {
                return new Result.Broken("field " + tag + " runs past its frame");
            }
            byte[] value = new byte[length];
            body.get(value);
            fields.add(new Field(tag, value));
        }
        return new Result.Whole(new Frame(type, fields));
    }
}
