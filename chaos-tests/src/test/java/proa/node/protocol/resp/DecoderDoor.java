package proa.node.protocol.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Lets tests of other packages reach the decoder. */
public final class DecoderDoor {

    private final RespDecoder decoder = new RespDecoder();
    private final ByteBuf pending = Unpooled.buffer();
    private final List<String> found = new ArrayList<>();
    private String broken = "";

    /** Bytes arrive, if nothing was wrong before. */
    public void arrive(byte[] bytes, int from, int to) {
        pending.writeBytes(bytes, from, to - from);
        boolean more = broken.isEmpty();
        while (more) {
            switch (decoder.next(pending)) {
                case RespDecoder.Result.Command(List<byte[]> words) -> found.add(text(words));
                case RespDecoder.Result.Partial _ -> more = false;
                case RespDecoder.Result.Broken(String why) -> {
                    broken = why;
                    more = false;
                }
            }
        }
    }

    private static String text(List<byte[]> words) {
        return String.join(
                "|",
                words.stream()
                        .map(word -> new String(word, StandardCharsets.ISO_8859_1))
                        .toList());
    }

    /** Commands so far, words divided by bars. */
    public List<String> found() {
        return found;
    }

    /** What broke the stream, or "". */
    public String broken() {
        return broken;
    }
}
