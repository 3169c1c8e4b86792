package proa.cluster.raft;

import proa.cluster.sessions.SessionStore;
import proa.config.wire.FrameReader;

import java.nio.ByteBuffer;

/** One whole frame out of a byte array. */
final class RaftFrames {

    /**
     * Some entries or answers: a message of many, and then one with the largest value, twice (read
     * many keys at once, and the answer to each has one).
     */
    static final int BYTES_MAX = 64 * (SessionStore.VALUE_BYTES_MAX + (64 << 10));

    private RaftFrames() {}

    /**
     * Reads it.
     *
     * @throws IllegalStateException when the bytes are not of this format
     */
    static FrameReader.Frame read(int magic, int version, byte[] bytes) {
        FrameReader reader = new FrameReader(magic, version, BYTES_MAX);
        reader.feed(ByteBuffer.wrap(bytes));
        return switch (reader.next()) {
            case FrameReader.Result.Whole(var frame) -> frame;
            case FrameReader.Result.TooNew(_, int minimum) ->
                    throw new IllegalStateException(
                            "bytes for readers of version " + minimum + " and newer");
            case FrameReader.Result.Partial _ -> throw new IllegalStateException("cut short");
            case FrameReader.Result.Broken(String why) -> throw new IllegalStateException(why);
        };
    }

    /** A field that must be there. */
    static byte[] needed(FrameReader.Frame frame, int tag) {
        byte[] bytes = frame.bytes(tag);
        if (bytes == null) {
            throw new IllegalStateException("field " + tag + " is missing");
        }
        return bytes;
    }
}
