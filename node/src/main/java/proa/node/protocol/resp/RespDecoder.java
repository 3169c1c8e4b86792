package proa.node.protocol.resp;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.SessionStore;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes of one connection to commands: arrays of bulk strings, or a line of words as typed into
 * telnet. Keeps its place between calls, so that a value that arrives in pieces is not read twice.
 * Not thread-safe.
 *
 * <p>Source: the Redis serialization protocol specification, "Sending commands to a Redis server"
 * and "Inline commands". Messages of errors are those Redis gives.
 */
final class RespDecoder {

    /** Arguments of one command: an MGET of every session of a large application. */
    static final int ARGUMENTS_MAX = 65_536;

    /** One argument: a value. */
    static final int BULK_BYTES_MAX = SessionStore.VALUE_BYTES_MAX;

    /** One command, all arguments together: a value and its key, or very many keys. */
    static final int COMMAND_BYTES_MAX = 4 << 20;

    /** A line: an inline command, or a length with its mark. */
    static final int LINE_BYTES_MAX = 64 << 10;

    private static final int LENGTH_BYTES_MAX = 16;

    /** What {@link #next} found. */
    sealed interface Result {
        /** A whole command, at least one word. */
        record Command(List<byte[]> words) implements Result {}

        /** Not enough bytes yet. */
        record Partial() implements Result {}

        /** The stream breaks the protocol; answer with this error and close. */
        record Broken(String why) implements Result {}
    }

    private static final Result PARTIAL = new Result.Partial();
    private static final int NONE = -1;

    private List<byte[]> words = new ArrayList<>();
    private int wordsMissing;
    private int bulkBytes = NONE;
    private int commandBytes;

    /** Whether a command has begun and not ended. */
    boolean inCommand() {
        return wordsMissing > 0;
    }

    /** The next command; consumes what it has understood, and empty lines. */
    Result next(ByteBuf in) {
        while (wordsMissing == 0) {
            if (!in.isReadable()) {
                return PARTIAL;
            }
            Result begun = in.getByte(in.readerIndex()) == '*' ? header(in) : inline(in);
            if (begun != null) {
                return begun;
            }
        }
        while (wordsMissing > 0) {
            Result stopped = bulkBytes == NONE ? bulkHeader(in) : bulk(in);
            if (stopped != null) {
                return stopped;
            }
        }
        return finished();
    }

    private Result finished() {
        Result command = new Result.Command(words);
        words = new ArrayList<>();
        commandBytes = 0;
        return command;
    }

    private @Nullable Result header(ByteBuf in) {
        int end = lineEnd(in);
        if (end < 0) {
            return in.readableBytes() > LENGTH_BYTES_MAX
                    ? new Result.Broken("invalid multibulk length")
                    : PARTIAL;
        }
        long count = length(in, end);
        if (count > ARGUMENTS_MAX || count == Long.MIN_VALUE) {
            return new Result.Broken("invalid multibulk length");
        }
        wordsMissing = (int) Math.max(0, count);
        return null;
    }

    private @Nullable Result bulkHeader(ByteBuf in) {
        if (!in.isReadable()) {
            return PARTIAL;
        }
        byte mark = in.getByte(in.readerIndex());
        if (mark != '$') {
            return new Result.Broken("expected '$', got '" + printable(mark) + "'");
        }
        int end = lineEnd(in);
        if (end < 0) {
            return in.readableBytes() > LENGTH_BYTES_MAX
                    ? new Result.Broken("invalid bulk length")
                    : PARTIAL;
        }
        long bytes = length(in, end);
        if (bytes < 0 || bytes > BULK_BYTES_MAX) {
            return new Result.Broken("invalid bulk length");
        }
        commandBytes += (int) bytes;
        if (commandBytes > COMMAND_BYTES_MAX) {
            return new Result.Broken("too big command");
        }
        bulkBytes = (int) bytes;
        return null;
    }

    private @Nullable Result bulk(ByteBuf in) {
        if (in.readableBytes() < bulkBytes + 2) {
            return PARTIAL;
        }
        byte[] word = new byte[bulkBytes];
        in.readBytes(word);
        if (in.readByte() != '\r' || in.readByte() != '\n') {
            return new Result.Broken("expected CRLF after a bulk string");
        }
        words.add(word);
        wordsMissing--;
        bulkBytes = NONE;
        return null;
    }

    /** A line of words; null for an empty one, which is skipped. */
    private @Nullable Result inline(ByteBuf in) {
        int end = lineEnd(in);
        if (end < 0) {
            return in.readableBytes() > LINE_BYTES_MAX
                    ? new Result.Broken("too big inline request")
                    : PARTIAL;
        }
        if (end - in.readerIndex() > LINE_BYTES_MAX) {
            return new Result.Broken("too big inline request");
        }
        String line =
                in.readCharSequence(end - in.readerIndex(), StandardCharsets.ISO_8859_1).toString();
        in.skipBytes(1);
        if (line.indexOf('"') >= 0 || line.indexOf('\'') >= 0) {
            return new Result.Broken("quotes are not supported in an inline request");
        }
        String text = line.strip();
        if (text.isEmpty()) {
            return null;
        }
        for (String word : text.split("[ \\t\\r]+")) {
            words.add(word.getBytes(StandardCharsets.ISO_8859_1));
        }
        return finished();
    }

    /** Index of the next line feed, or -1. */
    private static int lineEnd(ByteBuf in) {
        return in.forEachByte(ByteProcessor.FIND_LF);
    }

    /** Reads a line of mark, number, CRLF; {@link Long#MIN_VALUE} when it is none. */
    private static long length(ByteBuf in, int end) {
        int from = in.readerIndex() + 1;
        int to = end - 1;
        in.readerIndex(end + 1);
        if (to <= from || to - from > LENGTH_BYTES_MAX || in.getByte(to) != '\r') {
            return Long.MIN_VALUE;
        }
        String digits = in.toString(from, to - from, StandardCharsets.US_ASCII);
        Long number = Numbers.parse(digits);
        return number == null ? Long.MIN_VALUE : number;
    }

    private static char printable(byte mark) {
        return mark > ' ' && mark < 127 ? (char) mark : '?';
    }
}
