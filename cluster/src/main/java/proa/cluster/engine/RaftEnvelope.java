package proa.cluster.engine;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/**
 * What travels between members of the Raft engine.
 *
 * @param call which call of the asking member it belongs to; 0: none
 */
record RaftEnvelope(Kind kind, long call, byte[] bytes) {

    private static final int HEAD_BYTES = 1 + Long.BYTES;

    /** What the bytes are; the order is that of the format. */
    enum Kind {
        AGREEMENT,
        COMMAND,
        QUERY,
        ANSWER
    }

    byte[] encode() {
        return ByteBuffer.allocate(HEAD_BYTES + bytes.length)
                .put((byte) kind.ordinal())
                .putLong(call)
                .put(bytes)
                .array();
    }

    /** Reads one; null: it is none. */
    static @Nullable RaftEnvelope decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.remaining() < HEAD_BYTES) {
            return null;
        }
        int kind = in.get();
        if (kind < 0 || kind >= Kind.values().length) {
            return null;
        }
        long call = in.getLong();
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return new RaftEnvelope(Kind.values()[kind], call, rest);
    }
}
