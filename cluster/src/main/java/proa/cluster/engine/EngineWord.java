package proa.cluster.engine;

import org.jspecify.annotations.Nullable;

import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What a member tells the others of its engine, in the envelope of {@code proa.config.wire}.
 *
 * @param life of the process, which no later one has
 * @param engine the engine's identity among its members; null: none runs
 * @param brings whether it has values from a split that the others may not have yet
 * @param doubts whether it knows of a third member that may have some
 */
record EngineWord(long life, @Nullable UUID engine, boolean brings, boolean doubts) {

    /** "PREW": Proa's engines' words. */
    static final int MAGIC = 0x5052_4557;

    private static final int VERSION = 1;
    private static final int WORD = 1;
    private static final int LIFE = 1;
    private static final int ENGINE_HIGH = 2;
    private static final int ENGINE_LOW = 3;
    private static final int BRINGS = 4;
    private static final int DOUBTS = 5;
    private static final int BODY_BYTES_MAX = 4 << 10;

    byte[] encode() {
        FrameWriter to = new FrameWriter(MAGIC, VERSION, 1, WORD).number(LIFE, life);
        if (engine != null) {
            to.number(ENGINE_HIGH, engine.getMostSignificantBits())
                    .number(ENGINE_LOW, engine.getLeastSignificantBits());
        }
        return to.flag(BRINGS, brings).flag(DOUBTS, doubts).toBytes();
    }

    /** Reads one; null: it is broken, or for newer readers. */
    static @Nullable EngineWord decode(byte[] bytes) {
        FrameReader reader = new FrameReader(MAGIC, VERSION, BODY_BYTES_MAX);
        reader.feed(ByteBuffer.wrap(bytes));
        if (reader.next() instanceof FrameReader.Result.Whole(var frame) && frame.type() == WORD) {
            long high = frame.number(ENGINE_HIGH, 0);
            long low = frame.number(ENGINE_LOW, 0);
            UUID engine = high == 0 && low == 0 ? null : new UUID(high, low);
            return new EngineWord(
                    frame.number(LIFE, 0),
                    engine,
                    frame.flag(BRINGS, false),
                    frame.flag(DOUBTS, false));
        }
        return null;
    }
}
