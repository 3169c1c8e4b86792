package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.node.message.Body;
import proa.node.message.FormScanner;
import proa.node.message.Refusal;
import proa.node.protocol.Wire;

import java.util.Random;

@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class BodyLookTest {

    private static final int MANY = 1_000;

    /** A look at a body that comes in two pieces, of which the first may be there at once. */
    private static final class Seen {
        final FormScanner form;
        final BodyLook look;
        @Nullable Refusal wrong;

        Seen(Body framing, int length, int bytesMax) {
            form = new FormScanner("sid", bytesMax);
            look = new BodyLook(form, framing, length);
        }

        Seen more(String waiting) {
            ByteBuf bytes = Unpooled.wrappedBuffer(Wire.bytes(waiting));
            wrong = look.more(bytes);
            assertThat(bytes.readableBytes()).as("nothing is taken").isEqualTo(waiting.length());
            return this;
        }
    }

    private static String chunks(String... parts) {
        StringBuilder body = new StringBuilder();
        for (String part : parts) {
            body.append(Integer.toHexString(part.length()))
                    .append("\r\n")
                    .append(part)
                    .append("\r\n");
        }
        return body + "0\r\n\r\n";
    }

    @ParameterizedTest
    @CsvSource({"a=1&sid=42&b=2, 42", "a=1&sid=42, 42", "a=1&b=2,", "sid=,''"})
    void theSameIsFoundWhereverABodyIsSplit(String form, @Nullable String value) {
        String chunked = chunks(form.substring(0, 3), form.substring(3)) + "GET / HTTP/1.1\r\n";
        for (int cut = 0; cut <= form.length(); cut++) {
            Seen seen = new Seen(Body.LENGTH, form.length(), MANY).more(form.substring(0, cut));
            seen.more(form + "sid=7&");
            assertThat(seen.look.isOver()).isTrue();
            assertThat(seen.form.value()).as("cut at %d", cut).isEqualTo(value);
        }
        for (int cut = 0; cut <= chunked.length(); cut++) {
            Seen seen = new Seen(Body.CHUNKED, 0, MANY).more(chunked.substring(0, cut));
            seen.more(chunked);
            assertThat(seen.look.isOver()).isTrue();
            assertThat(seen.form.value()).as("cut at %d", cut).isEqualTo(value);
        }
    }

    /** In chunks and pieces by chance, with a limit that often is too small. */
    @Test
    void whatIsFoundNeverDependsOnThePieces() {
        long seed = 486;
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            String form = "a=" + "x".repeat(random.nextInt(20)) + "&sid=42&b=2";
            int cut = 1 + random.nextInt(form.length() - 1);
            String body = chunks(form.substring(0, cut), form.substring(cut));
            int limit = 10 + random.nextInt(60);
            Seen atOnce = new Seen(Body.CHUNKED, 0, limit).more(body);
            Seen inPieces = new Seen(Body.CHUNKED, 0, limit);
            for (int at = 0; at < body.length(); ) {
                at = Math.min(body.length(), at + 1 + random.nextInt(5));
                inPieces.more(body.substring(0, at));
            }
            assertThat(inPieces.form.value())
                    .as("%s within %d, seed %d", body, limit, seed)
                    .isEqualTo(atOnce.form.value());
            assertThat(inPieces.look.isOver()).isTrue();
            int at = body.indexOf("&sid=42&");
            if (at >= 0) {
                boolean complete = at + "&sid=42&".length() <= limit;
                assertThat(atOnce.form.value()).isEqualTo(complete ? "42" : null);
            }
        }
    }

    @Test
    void theSizesOfChunksCount() {
        String body = chunks("s", "i", "d", "=", "4", "2", "&");
        int needed = 7 * 6 - 2; // three bytes before each, and two behind each but the last
        assertThat(new Seen(Body.CHUNKED, 0, needed).more(body).form.value()).isEqualTo("42");
        Seen less = new Seen(Body.CHUNKED, 0, needed - 1).more(body);
        assertThat(less.form.value()).isNull();
        assertThat(less.look.isOver()).isTrue();
    }

    @Test
    void whatIsMalformedIsToldAndNotWaitedFor() {
        Seen seen = new Seen(Body.CHUNKED, 0, MANY).more("3\r\nsid\r\n");
        assertThat(seen.wrong).isNull();
        assertThat(seen.more("3\r\nsid\r\nxx\r\n").wrong).isEqualTo(Refusal.CHUNK_SIZE);
        assertThat(seen.look.isOver()).isFalse();
    }

    @Test
    void noBodyIsOverAtOnce() {
        assertThat(new Seen(Body.NONE, 0, MANY).more("").look.isOver()).isTrue();
        assertThat(new Seen(Body.LENGTH, 0, MANY).more("").look.isOver()).isTrue();
    }

    @Test
    void contentAloneEndsWhenThatIsSaid() {
        FormScanner form = new FormScanner("sid", MANY);
        BodyLook look = BodyLook.plain(form, MANY);
        look.content(Unpooled.wrappedBuffer(Wire.bytes("a=1&sid=4")), false);
        assertThat(look.isOver()).isFalse();
        look.content(Unpooled.wrappedBuffer(Wire.bytes("2")), true);
        assertThat(form.value()).isEqualTo("42");
        FormScanner little = new FormScanner("sid", MANY);
        BodyLook full = BodyLook.plain(little, 5);
        full.content(Unpooled.wrappedBuffer(Wire.bytes("sid=4")), false);
        assertThat(full.isOver()).isFalse();
        full.content(Unpooled.wrappedBuffer(Wire.bytes("2")), true);
        assertThat(full.isOver()).isTrue();
        assertThat(little.value()).isNull();
    }
}
