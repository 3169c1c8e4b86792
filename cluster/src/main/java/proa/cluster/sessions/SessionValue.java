package proa.cluster.sessions;

import org.jspecify.annotations.Nullable;

import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

import java.nio.ByteBuffer;

/**
 * What the engine keeps under a key: the value with its expiry and the stamp of its last write, or
 * the memory that it was removed.
 *
 * <p>A removal is remembered until the removed value would have expired, for at most {@link
 * #REMOVAL_MILLIS}: otherwise a copy from the other side of a split would bring a logged-out
 * session back.
 *
 * @param value the application's bytes; null: removed
 * @param expiresAtMillis wall-clock milliseconds, or {@link SessionStore#NEVER}
 * @param stamp of the last write, touch or removal
 */
public record SessionValue(byte @Nullable [] value, long expiresAtMillis, SessionStamp stamp) {

    /**
     * Longest memory of a removal, in milliseconds: longer than a split that anybody leaves alone.
     */
    public static final long REMOVAL_MILLIS = 3_600_000;

    /** Largest frame read back: a value of the protocol's limit, and its envelope. */
    public static final int FRAME_BYTES_MAX = SessionStore.VALUE_BYTES_MAX + 1024;

    static final int MAGIC = 0x5052_5356; // PRSV
    static final int VERSION = 1;
    private static final int MINIMUM_READER = 1;
    private static final int TYPE = 1;
    private static final int TIME = 1;
    private static final int NODE = 2;
    private static final int EXPIRES_AT = 3;
    private static final int VALUE = 4;

    /** Whether there is something to read at this time. */
    public boolean aliveAt(long nowMillis) {
        return value != null && !expiredAt(nowMillis);
    }

    /** Whether nobody needs it any more: an expired value, or the memory of one. */
    public boolean expiredAt(long nowMillis) {
        return expiresAtMillis != SessionStore.NEVER && expiresAtMillis <= nowMillis;
    }

    /**
     * Milliseconds until the engine may forget it, at least 1; {@link SessionStore#NEVER}: keep.
     */
    public long keptForMillis(long nowMillis) {
        return expiresAtMillis == SessionStore.NEVER
                ? SessionStore.NEVER
                : Math.max(1, expiresAtMillis - nowMillis);
    }

    /** This value with another expiry. */
    SessionValue until(long newExpiresAtMillis, SessionStamp at) {
        return new SessionValue(value, newExpiresAtMillis, at);
    }

    /** The memory that this value was removed. */
    SessionValue removed(long nowMillis, SessionStamp at) {
        long atMost = nowMillis + REMOVAL_MILLIS;
        boolean sooner = expiresAtMillis != SessionStore.NEVER && expiresAtMillis < atMost;
        return new SessionValue(null, sooner ? expiresAtMillis : atMost, at);
    }

    /**
     * The conflict rule: of two values of one key, written on two sides of a split, the later write
     * stays. Commutative, associative and idempotent.
     */
    public static SessionValue later(SessionValue one, SessionValue other) {
        return one.stamp.compareTo(other.stamp) >= 0 ? one : other;
    }

    /** The bytes that the engine stores. */
    public byte[] encode() {
        FrameWriter frame =
                new FrameWriter(MAGIC, VERSION, MINIMUM_READER, TYPE)
                        .number(TIME, stamp.time())
                        .number(NODE, stamp.node())
                        .number(EXPIRES_AT, expiresAtMillis);
        return (value == null ? frame : frame.bytes(VALUE, value)).toBytes();
    }

    /**
     * Reads stored bytes.
     *
     * @throws IllegalStateException when they are not of this format, or for newer readers only
     */
    public static SessionValue decode(byte[] stored) {
        FrameReader.Frame frame = Frames.read(MAGIC, VERSION, stored);
        return new SessionValue(
                frame.bytes(VALUE),
                frame.number(EXPIRES_AT, SessionStore.NEVER),
                new SessionStamp(frame.number(TIME, 0), (int) frame.number(NODE, 0)));
    }

    /** One whole frame out of a byte array. */
    static final class Frames {
        private Frames() {}

        static FrameReader.Frame read(int magic, int version, byte[] bytes) {
            FrameReader reader = new FrameReader(magic, version, FRAME_BYTES_MAX + 1024);
            reader.feed(ByteBuffer.wrap(bytes));
            return switch (reader.next()) {
                case FrameReader.Result.Whole whole -> whole.frame();
                case FrameReader.Result.TooNew tooNew ->
                        throw new IllegalStateException(
                                "session bytes for readers of version "
                                        + tooNew.minimumReader()
                                        + " and newer; this is version "
                                        + version);
                case FrameReader.Result.Partial _ ->
                        throw new IllegalStateException("session bytes cut short");
                case FrameReader.Result.Broken broken ->
                        throw new IllegalStateException("not session bytes: " + broken.why());
            };
        }
    }
}
