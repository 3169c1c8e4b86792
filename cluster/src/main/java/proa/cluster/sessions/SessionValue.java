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
 * @param kind what the bytes are
 * @param answer of the last change, if that was an edit: a repetition of it is answered alike
 * @param coversUntilMillis wall-clock milliseconds until when a copy of an earlier write may think
 *     itself alive: so long this is kept, also when it has expired and nobody may read it, or that
 *     copy would come back from the other side of a split; 0: there is none
 */
public record SessionValue(
        byte @Nullable [] value,
        long expiresAtMillis,
        SessionStamp stamp,
        Kind kind,
        long answer,
        long coversUntilMillis) {

    /**
     * Longest memory of a removal, in milliseconds: longer than a split that anybody leaves alone.
     */
    public static final long REMOVAL_MILLIS = 3_600_000;

    /** What was there for no longer than that is at no member that was apart. */
    private static final long MOMENT_MILLIS = 1_000;

    /** Largest frame read back: a value of the protocol's limit, and its envelope. */
    public static final int FRAME_BYTES_MAX = SessionStore.VALUE_BYTES_MAX + 1024;

    static final int MAGIC = 0x5052_5356; // PRSV
    static final int VERSION = 2;

    /** Of what the first version knew: text, and removals. */
    private static final int FIRST = 1;

    private static final int TYPE = 1;
    private static final int TIME = 1;
    private static final int NODE = 2;
    private static final int EXPIRES_AT = 3;
    private static final int VALUE = 4;
    private static final int KIND = 5;
    private static final int ANSWER = 6;
    private static final int COVERS_UNTIL = 7;
    private static final long HASH = 1;

    /** What the bytes of a value are. */
    public enum Kind {
        TEXT,
        HASH
    }

    /** One that covers nothing. */
    public SessionValue(
            byte @Nullable [] value,
            long expiresAtMillis,
            SessionStamp stamp,
            Kind kind,
            long answer) {
        this(value, expiresAtMillis, stamp, kind, answer, 0);
    }

    /** Text. */
    public SessionValue(byte @Nullable [] value, long expiresAtMillis, SessionStamp stamp) {
        this(value, expiresAtMillis, stamp, Kind.TEXT, 0);
    }

    /** Whether there is something to read at this time. */
    public boolean aliveAt(long nowMillis) {
        return value != null && !expiredAt(nowMillis);
    }

    /** Whether it has expired: nobody may read it. */
    public boolean expiredAt(long nowMillis) {
        return expiresAtMillis != SessionStore.NEVER && expiresAtMillis <= nowMillis;
    }

    /** Whether nobody needs it any more: an expired value, or the memory of one. */
    public boolean isOverAt(long nowMillis) {
        return expiredAt(nowMillis) && coversUntilMillis <= nowMillis;
    }

    /**
     * Milliseconds until the engine may forget it, at least 1; {@link SessionStore#NEVER}: keep.
     */
    public long heldForMillis(long nowMillis) {
        long kept = keptForMillis(nowMillis);
        return kept == SessionStore.NEVER ? kept : Math.max(kept, coversUntilMillis - nowMillis);
    }

    /** Milliseconds until it expires, at least 1; {@link SessionStore#NEVER}: never. */
    public long keptForMillis(long nowMillis) {
        return expiresAtMillis == SessionStore.NEVER
                ? SessionStore.NEVER
                : Math.max(1, expiresAtMillis - nowMillis);
    }

    /** This value with another expiry. */
    SessionValue until(long newExpiresAtMillis, SessionStamp at) {
        return new SessionValue(value, newExpiresAtMillis, at, kind, 0);
    }

    /** The same with the answer to the edit that made it. */
    SessionValue answering(long newAnswer) {
        return new SessionValue(value, expiresAtMillis, stamp, kind, newAnswer, coversUntilMillis);
    }

    /**
     * The same as what came after that one, of which members that were apart may have a copy. One
     * that was there for a moment only, as a counter is before it gets its expiry, they have not:
     * else each would be kept for as long as it was never to live. How long that was the stamps
     * say: the clock of expiry, which steps, is another than theirs.
     */
    SessionValue covering(SessionValue before, long nowMillis) {
        boolean moment = stamp.millis() - before.stamp.millis() < MOMENT_MILLIS;
        long lives =
                before.expiresAtMillis == SessionStore.NEVER
                        ? Long.MAX_VALUE
                        : before.expiresAtMillis;
        long until = Math.max(moment ? 0 : lives, before.coversUntilMillis);
        long atMost = Math.min(until, nowMillis + REMOVAL_MILLIS);
        return new SessionValue(
                value, expiresAtMillis, stamp, kind, answer, atMost > nowMillis ? atMost : 0);
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
        // A reader of the first version would take a hash for text; answers it may skip, and what
        // is covered.
        int least = kind == Kind.TEXT ? FIRST : VERSION;
        boolean first = kind == Kind.TEXT && answer == 0 && coversUntilMillis == 0;
        int version = first ? FIRST : VERSION;
        FrameWriter frame =
                new FrameWriter(MAGIC, version, least, TYPE)
                        .number(TIME, stamp.time())
                        .number(NODE, stamp.node())
                        .number(EXPIRES_AT, expiresAtMillis);
        if (value != null) {
            frame.bytes(VALUE, value);
        }
        if (kind == Kind.HASH) {
            frame.number(KIND, HASH);
        }
        if (answer != 0) {
            frame.number(ANSWER, answer);
        }
        if (coversUntilMillis != 0) {
            frame.number(COVERS_UNTIL, coversUntilMillis);
        }
        return frame.toBytes();
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
                new SessionStamp(frame.number(TIME, 0), (int) frame.number(NODE, 0)),
                frame.number(KIND, 0) == HASH ? Kind.HASH : Kind.TEXT,
                frame.number(ANSWER, 0),
                frame.number(COVERS_UNTIL, 0));
    }

    /** The value in stored bytes if it is text and alive then, else null. */
    public static byte @Nullable [] textAt(byte[] stored, long nowMillis) {
        SessionValue found = decode(stored);
        return found.kind == Kind.TEXT && found.aliveAt(nowMillis) ? found.value : null;
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
