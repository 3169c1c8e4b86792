package proa.cluster.engine;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * What travels between members of the Raft engine.
 *
 * @param call which call of the asking member it belongs to; 0: none
 */
record RaftEnvelope(Kind kind, long call, byte[] bytes) {

    private static final Logger LOG = LoggerFactory.getLogger(RaftEnvelope.class);

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

    /**
     * What a member has said; null: a later version's perhaps, or no such thing, which must not end
     * this one.
     *
     * @param from whose it is
     */
    static <T> @Nullable T understood(int from, Function<byte[], T> decoder, byte[] bytes) {
        try {
            return decoder.apply(bytes);
        } catch (RuntimeException e) {
            LOG.warn(
                    "sessions: member {} says what is not understood here: {}", from, e.toString());
            return null;
        }
    }
}
