package proa.chaos.fuzz;

import static proa.chaos.fuzz.HpackReference.hex;
import static proa.chaos.fuzz.HpackReference.packed;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

import proa.node.http2.Violation;
import proa.node.protocol.http2.FieldList;
import proa.node.protocol.http2.HeaderBlock;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The compressed heads of one connection, one after another: what one has put into the table the
 * next may name. Each begins with how long it is; where the input is cut, it goes on in a
 * CONTINUATION.
 */
final class HpackSubject {

    static final String NAME = "HPACK";

    /** Small, so that heads become too large. */
    private static final int LIST_BYTES_MAX = 400;

    private HpackSubject() {}

    static Subject subject() {
        return new Subject(
                NAME,
                losingItsTable(_ -> false),
                bytes -> HpackReference.read(bytes, LIST_BYTES_MAX),
                List.of(
                        blocks(
                                "828684410f7777772e6578616d706c652e636f6d",
                                "828684be58086e6f2d6361636865",
                                "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"),
                        blocks(
                                "828684418cf1e3c2e5f23a6ba0ab90f4ff",
                                "828684be5886a8eb10649cbf",
                                "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"),
                        blocks(
                                "100870617373776f726406736563726574",
                                "3fe10f82",
                                "2040016101628286be")),
                pieces(),
                UnaryOperator.identity());
    }

    private static byte[] blocks(String... hex) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String each : hex) {
            all.writeBytes(block(hex(each)));
        }
        return all.toByteArray();
    }

    private static byte[] block(byte[] bytes) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(bytes.length);
        block.writeBytes(bytes);
        return block.toByteArray();
    }

    private static List<byte[]> pieces() {
        byte[] large = hex("40016164" + "61".repeat(100));
        Stream<byte[]> known =
                Stream.of(
                                "82 be",
                                "80",
                                "bd",
                                "be",
                                "bf",
                                "ff 00",
                                "ff 80 80 80 80 80 80 80 80 00",
                                "ff 80 80 80 80 80 80 80 80 80 00",
                                "ff ff ff ff ff 07",
                                "20",
                                "2b",
                                "3f e1 1f",
                                "3f e2 1f",
                                "3f 01",
                                "3f 80 00",
                                "40 01 61 01 62",
                                "00 00 00",
                                "00 80 80",
                                "41 00",
                                "7e 01 63",
                                "0f 2f 01 64",
                                "81 00",
                                "81 ff",
                                "82 ff ff",
                                "84 ff ff ff ff",
                                "85 ff ff ff ff fc",
                                "01 be",
                                "02 be be",
                                "05 be be be be be")
                        .map(HpackReference::hex);
        return Stream.concat(known, Stream.of(large, block(large), coded("a b"), coded("\0\u00ff")))
                .toList();
    }

    /** A string in the code of Huffman. */
    private static byte[] coded(String text) {
        byte[] bits = packed(text);
        byte[] string = block(bits);
        string[0] |= (byte) 0x80;
        return string;
    }

    /** As {@link #read}, but with a new table wherever that is so. */
    static Subject.Parser losingItsTable(Predicate<HeaderBlock> where) {
        return input -> read(input, where);
    }

    private static HeaderBlock connection() {
        return new HeaderBlock(new FieldList(), LIST_BYTES_MAX, Integer.MAX_VALUE);
    }

    private static String read(Subject.Input input, Predicate<HeaderBlock> loses) {
        byte[] bytes = input.bytes();
        HeaderBlock block = connection();
        StringBuilder all = new StringBuilder("whole");
        int at = 0;
        while (at < bytes.length) {
            int from = at + 1;
            int to = Math.min(bytes.length, from + (bytes[at] & 0xff));
            Violation wrong = decode(block, input, from, to);
            if (wrong != null) {
                return "refused " + wrong.code();
            }
            all.append(block.tooLarge() ? " large" : shown(lines(block.fields())));
            block = loses.test(block) ? connection() : block;
            at = to;
        }
        return all.toString();
    }

    /** Hands over one block in the pieces in which the input comes. */
    private static Violation decode(HeaderBlock block, Subject.Input input, int from, int to) {
        ByteBuf all = Unpooled.wrappedBuffer(input.guarded(to));
        block.begin(1, true);
        int at = from;
        try {
            for (int end : input.ends()) {
                if (end > at && end < to) {
                    ByteBuf part = all.slice(Subject.Input.BEFORE + at, end - at);
                    Violation wrong = block.part(UnpooledByteBufAllocator.DEFAULT, part);
                    if (wrong != null) {
                        return wrong;
                    }
                    at = end;
                }
            }
            ByteBuf last = all.slice(Subject.Input.BEFORE + at, to - at);
            return block.end(UnpooledByteBufAllocator.DEFAULT, last);
        } finally {
            block.drop();
        }
    }

    private static List<String> lines(FieldList fields) {
        List<String> lines = new ArrayList<>();
        for (int at = 0; at < fields.size(); at++) {
            lines.add(
                    Subject.latin(fields.name(at).toByteArray())
                            + "="
                            + Subject.latin(fields.value(at).toByteArray()));
        }
        return lines;
    }

    /** Fields as both readers show them. */
    static String shown(List<String> fields) {
        return " " + fields;
    }
}
