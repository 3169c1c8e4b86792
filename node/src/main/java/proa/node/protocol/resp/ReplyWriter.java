package proa.node.protocol.resp;

import io.netty.buffer.ByteBuf;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Replies to bytes.
 *
 * <p>Source: the Redis serialization protocol specification, versions 2 and 3.
 */
final class ReplyWriter {

    private static final byte[] END = {'\r', '\n'};

    private ReplyWriter() {}

    /**
     * Appends a reply.
     *
     * @param version 2 or 3, what the client asked for with HELLO
     */
    static void write(ByteBuf out, Reply reply, int version) {
        switch (reply) {
            case Reply.Line line -> line(out, '+', line.text());
            case Reply.Failure failure -> line(out, '-', failure.text());
            case Reply.Whole number -> line(out, ':', Long.toString(number.value()));
            case Reply.Bulk bulk -> {
                line(out, '$', Integer.toString(bulk.bytes().length));
                out.writeBytes(bulk.bytes()).writeBytes(END);
            }
            case Reply.Nothing _ -> line(out, version == 3 ? '_' : '$', version == 3 ? "" : "-1");
            case Reply.Many many -> all(out, '*', many.replies().size(), many.replies(), version);
            case Reply.Pairs pairs -> {
                List<Reply> flat = pairs.keysAndValues();
                boolean map = version == 3;
                all(out, map ? '%' : '*', map ? flat.size() / 2 : flat.size(), flat, version);
            }
        }
    }

    private static void all(ByteBuf out, char mark, int count, List<Reply> replies, int version) {
        line(out, mark, Integer.toString(count));
        for (Reply reply : replies) {
            write(out, reply, version);
        }
    }

    /** A line; a break inside, which only a client's own words could bring, becomes a blank. */
    private static void line(ByteBuf out, char mark, String text) {
        String oneLine = text.replace('\r', ' ').replace('\n', ' ');
        out.writeByte(mark);
        out.writeCharSequence(oneLine, StandardCharsets.UTF_8);
        out.writeBytes(END);
    }
}
