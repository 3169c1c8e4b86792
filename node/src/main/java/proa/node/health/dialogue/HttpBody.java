package proa.node.health.dialogue;

import org.jspecify.annotations.Nullable;

import proa.node.message.Body;
import proa.node.message.ChunkScanner;
import proa.node.message.Refusal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The body of one answer, as far as its limit. Used by one thread. */
final class HttpBody {

    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final ChunkScanner chunks = new ChunkScanner();
    private final Body framing;
    private final int bytesMax;
    private long left;

    /**
     * Begins a body.
     *
     * @param length its bytes when the framing is {@link Body#LENGTH}
     * @param bytesMax so much is kept
     */
    HttpBody(Body framing, long length, int bytesMax) {
        this.framing = framing;
        this.bytesMax = bytesMax;
        left = framing == Body.LENGTH ? length : Long.MAX_VALUE;
    }

    /** Takes what has come; what is wrong with its framing, or null. */
    @Nullable Refusal take(Received received) {
        if (framing == Body.CHUNKED) {
            return takeChunks(received);
        }
        if (framing != Body.NONE) {
            keep(received, left);
        }
        return null;
    }

    private @Nullable Refusal takeChunks(Received received) {
        while (received.length() > 0 && !chunks.done() && !full()) {
            if (chunks.dataLeft() > 0) {
                chunks.skip(keep(received, chunks.dataLeft()));
            } else {
                Refusal why = chunks.step((byte) received.at(0));
                received.take(1);
                if (why != null) {
                    return why;
                }
            }
        }
        return null;
    }

    private int keep(Received received, long most) {
        int count = (int) Math.min(received.length(), most);
        int kept = Math.min(count, bytesMax - content.size());
        content.write(received.bytes(), received.from(), kept);
        received.take(count);
        left -= count;
        return count;
    }

    /** Whether nothing more belongs to it, or would be kept. */
    boolean done(boolean ended) {
        return full()
                || switch (framing) {
                    case NONE -> true;
                    case LENGTH -> left == 0;
                    case CHUNKED -> chunks.done();
                    case UNTIL_CLOSE -> ended;
                };
    }

    /** Whether as much as may be kept has been. */
    boolean full() {
        return content.size() == bytesMax;
    }

    String text() {
        return content.toString(StandardCharsets.UTF_8);
    }
}
