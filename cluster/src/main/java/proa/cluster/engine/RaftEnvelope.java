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

    /** What the bytes are. */
    enum Kind {
        AGREEMENT(0),
        COMMAND(1),
        QUERY(2),
        ANSWER(3);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        private static @Nullable Kind of(byte code) {
            for (Kind each : values()) {
                if (each.code == code) {
                    return each;
                }
            }
            return null;
        }
    }

    byte[] encode() {
        return ByteBuffer.allocate(HEAD_BYTES + bytes.length)
                .put(kind.code)
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
        Kind kind = Kind.of(in.get());
        if (kind == null) {
            return null;
        }
        long call = in.getLong();
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return new RaftEnvelope(kind, call, rest);
    }
}
