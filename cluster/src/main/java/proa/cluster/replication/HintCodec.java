package proa.cluster.replication;

import proa.config.wire.FrameReader;
import proa.config.wire.FrameWriter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Hints ↔ bytes, in the envelope of {@code proa.config.wire}: pairs of a backend and a server. Who
 * does not know them takes them for broken messages and goes on.
 */
public final class HintCodec {

    /** "PRHN": Proa hints. */
    private static final int MAGIC = 0x5052484e;

    private static final int VERSION = 1;
    private static final int DOWN = 1;
    private static final int BACKEND = 1;
    private static final int SERVER = 2;
    private static final int BODY_BYTES_MAX = 64 << 10;

    private HintCodec() {}

    /** One message. */
    public static byte[] encode(List<ServerHint> hints) {
        FrameWriter to = new FrameWriter(MAGIC, VERSION, 1, DOWN);
        for (ServerHint hint : hints) {
            to.text(BACKEND, hint.backend()).text(SERVER, hint.server());
        }
        return to.toBytes();
    }

    /** Whether bytes of a member are hints at all. */
    public static boolean isHint(byte[] bytes) {
        return bytes.length >= Integer.BYTES && ByteBuffer.wrap(bytes).getInt() == MAGIC;
    }

    /**
     * What a message says, at most {@link Hints#MESSAGE_MAX} of it; nothing when it is for newer
     * readers or broken.
     */
    public static List<ServerHint> decode(byte[] bytes) {
        FrameReader reader = new FrameReader(MAGIC, VERSION, BODY_BYTES_MAX);
        reader.feed(ByteBuffer.wrap(bytes));
        List<ServerHint> hints = new ArrayList<>();
        if (reader.next() instanceof FrameReader.Result.Whole(var frame) && frame.type() == DOWN) {
            List<byte[]> backends = frame.all(BACKEND);
            List<byte[]> servers = frame.all(SERVER);
            int count = Math.min(Math.min(backends.size(), servers.size()), Hints.MESSAGE_MAX);
            for (int at = 0; at < count; at++) {
                hints.add(new ServerHint(text(backends.get(at)), text(servers.get(at))));
            }
        }
        return List.copyOf(hints);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
