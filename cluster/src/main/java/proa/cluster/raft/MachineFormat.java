package proa.cluster.raft;

import proa.cluster.sessions.SessionStamp;
import proa.cluster.sessions.SessionValue;
import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A {@link SessionMachine} as bytes: a frame with what is neither value nor answer, one for each
 * value, one for each answer in the order of their age, and an end with their number.
 */
public final class MachineFormat {

    private static final int MAGIC = 0x5052_5246; // PRRF
    private static final int VERSION = 1;
    private static final int REST = 1;
    private static final int VALUE = 2;
    private static final int ANSWER = 3;
    private static final int END = 4;
    private static final int LENGTH_AT = 8;

    private static final int NOW = 1;
    private static final int LAST = 2;
    private static final int LIFE = 3;
    private static final int BEGUN = 4;
    private static final int SWEPT_HASH = 5;
    private static final int SWEPT_KEY = 6;
    private static final int FORGOTTEN = 7;
    private static final int FORMER_LIFE = 8;
    private static final int KEY = 1;
    private static final int BYTES = 2;
    private static final int TIME = 3;
    private static final int NODE = 4;
    private static final int COUNT = 1;

    private MachineFormat() {}

    /** Makes the bytes, a frame at a time. */
    public static void write(SessionMachine machine, Consumer<byte[]> to) {
        long[] count = {0};
        to.accept(rest(machine.rest()));
        machine.each(
                (key, value) -> {
                    count[0]++;
                    to.accept(frame(VALUE).text(KEY, key).bytes(BYTES, value.encode()).toBytes());
                },
                (stamp, answer) -> {
                    count[0]++;
                    to.accept(
                            frame(ANSWER)
                                    .number(TIME, stamp.time())
                                    .number(NODE, stamp.node())
                                    .bytes(BYTES, answer)
                                    .toBytes());
                });
        to.accept(frame(END).number(COUNT, count[0]).toBytes());
    }

    private static byte[] rest(SessionMachine.Rest rest) {
        FrameWriter frame =
                frame(REST)
                        .number(NOW, rest.nowMillis())
                        .number(LAST, rest.lastStamp())
                        .text(LIFE, rest.life())
                        .number(BEGUN, rest.begunMillis())
                        .number(SWEPT_HASH, rest.sweptHash())
                        .text(SWEPT_KEY, rest.sweptKey());
        rest.forgotten()
                .forEach(
                        (node, time) ->
                                frame.bytes(
                                        FORGOTTEN,
                                        ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                                                .putInt(node)
                                                .putLong(time)
                                                .array()));
        rest.lives()
                .forEach(
                        (life, taken) ->
                                frame.bytes(
                                        FORMER_LIFE,
                                        frame(FORMER_LIFE)
                                                .text(LIFE, life)
                                                .number(NOW, taken)
                                                .toBytes()));
        return frame.toBytes();
    }

    private static FrameWriter frame(int type) {
        return new FrameWriter(MAGIC, VERSION, VERSION, type);
    }

    /**
     * Reads what {@link #write} made.
     *
     * @throws IllegalStateException when the bytes are not of this format
     */
    public static SessionMachine read(ByteBuffer bytes) {
        SessionMachine machine = new SessionMachine();
        long count = 0;
        while (bytes.remaining() >= FrameWriter.HEADER_BYTES) {
            long length =
                    FrameWriter.HEADER_BYTES + (long) bytes.getInt(bytes.position() + LENGTH_AT);
            if (length < FrameWriter.HEADER_BYTES || length > bytes.remaining()) {
                throw new IllegalStateException("a frame is cut short");
            }
            byte[] whole = new byte[(int) length];
            bytes.get(whole);
            FrameReader.Frame frame = RaftFrames.read(MAGIC, VERSION, whole);
            switch (frame.type()) {
                case REST -> machine.restore(rest(frame));
                case VALUE ->
                        machine.restore(
                                frame.text(KEY, ""),
                                SessionValue.decode(RaftFrames.needed(frame, BYTES)));
                case ANSWER ->
                        machine.restore(
                                new SessionStamp(
                                        frame.number(TIME, 0), (int) frame.number(NODE, 0)),
                                RaftFrames.needed(frame, BYTES));
                case END -> {
                    if (frame.number(COUNT, -1) != count - 1 || bytes.hasRemaining()) {
                        throw new IllegalStateException("not what its end says");
                    }
                    return machine;
                }
                default -> throw new IllegalStateException("unknown frame " + frame.type());
            }
            count++;
        }
        throw new IllegalStateException("it has no end");
    }

    private static SessionMachine.Rest rest(FrameReader.Frame frame) {
        Map<Integer, Long> forgotten = new LinkedHashMap<>();
        for (byte[] each : frame.all(FORGOTTEN)) {
            ByteBuffer in = ByteBuffer.wrap(each);
            forgotten.put(in.getInt(), in.getLong());
        }
        Map<String, Long> lives = new LinkedHashMap<>();
        for (byte[] each : frame.all(FORMER_LIFE)) {
            FrameReader.Frame life = RaftFrames.read(MAGIC, VERSION, each);
            lives.put(life.text(LIFE, ""), life.number(NOW, 0));
        }
        return new SessionMachine.Rest(
                frame.number(NOW, 0),
                frame.number(LAST, 0),
                frame.text(LIFE, ""),
                frame.number(BEGUN, 0),
                frame.number(SWEPT_HASH, -1),
                frame.text(SWEPT_KEY, ""),
                forgotten,
                lives);
    }

    /** All of it at once. */
    public static byte[] bytes(SessionMachine machine) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(machine, out::writeBytes);
        return out.toByteArray();
    }
}
