package proa.node.protocol.resp;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** An answer to one command, before it is known how the client wants it written. */
sealed interface Reply {

    Reply OK = new Line("OK");
    Reply NOTHING = new Nothing();

    /** A short text without line breaks. */
    record Line(String text) implements Reply {}

    /** An error; the first word is its code. */
    record Failure(String text) implements Reply {}

    /** A whole number. */
    record Whole(long value) implements Reply {}

    /** Any bytes. */
    record Bulk(byte[] bytes) implements Reply {}

    /** There is no value. */
    record Nothing() implements Reply {}

    /** Several replies. */
    record Many(List<Reply> replies) implements Reply {
        public Many {
            replies = List.copyOf(replies);
        }
    }

    /** Keys and values in turn; a map in RESP3, an array in RESP2. */
    record Pairs(List<Reply> keysAndValues) implements Reply {
        public Pairs {
            keysAndValues = List.copyOf(keysAndValues);
        }
    }

    /** Bytes, or nothing. */
    static Reply of(byte @Nullable [] bytes) {
        return bytes == null ? NOTHING : new Bulk(bytes);
    }

    /** Text of which each character is one byte. */
    static Reply text(String text) {
        return new Bulk(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** 1 for true. */
    static Reply flag(boolean value) {
        return new Whole(value ? 1 : 0);
    }

    /** The general error. */
    static Reply error(String why) {
        return new Failure("ERR " + why);
    }
}
