package proa.node.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.cluster.sessions.SessionStore;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class RespDecoderTest {

    private static final String STREAM =
            String.join(
                    "",
                    "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nb\0\r\n",
                    "PING\r\n\r\n*0\r\n*-1\r\n",
                    "  get   key\t\r\n",
                    "*1\r\n$0\r\n\r\n",
                    "*2\r\n$4\r\nECHO\r\n$2\r\n\r\n\r\n");

    private static final List<String> COMMANDS =
            List.of("SET|k|a\r\nb\0", "PING", "get|key", "", "ECHO|\r\n");

    /** Feeds these pieces and lists what comes out; a broken stream ends with its reason. */
    private static List<String> read(List<String> pieces) {
        RespDecoder decoder = new RespDecoder();
        ByteBuf in = Unpooled.buffer();
        List<String> found = new ArrayList<>();
        for (String piece : pieces) {
            in.writeCharSequence(piece, ISO_8859_1);
            boolean more = true;
            while (more) {
                switch (decoder.next(in)) {
                    case RespDecoder.Result.Command(List<byte[]> words) ->
                            found.add(
                                    String.join(
                                            "|",
                                            words.stream()
                                                    .map(word -> new String(word, ISO_8859_1))
                                                    .toList()));
                    case RespDecoder.Result.Partial _ -> more = false;
                    case RespDecoder.Result.Broken(String why) -> {
                        found.add("broken: " + why);
                        return found;
                    }
                }
            }
        }
        return found;
    }

    @Test
    void commandsAreReadWhole() {
        assertThat(read(List.of(STREAM))).isEqualTo(COMMANDS);
    }

    @Test
    void whereverTheStreamIsCutTheCommandsAreTheSame() {
        for (int cut = 0; cut <= STREAM.length(); cut++) {
            assertThat(read(List.of(STREAM.substring(0, cut), STREAM.substring(cut))))
                    .as("cut at %d", cut)
                    .isEqualTo(COMMANDS);
        }
        assertThat(read(STREAM.chars().mapToObj(c -> String.valueOf((char) c)).toList()))
                .isEqualTo(COMMANDS);
    }

    @ParameterizedTest
    @CsvSource({
        "'*x', invalid multibulk length",
        "'*65537', invalid multibulk length",
        "'*99999999999999999999', invalid multibulk length",
        "'*1~PING', expected '$'",
        "'*1~$-1', invalid bulk length",
        "'*1~$1048577', invalid bulk length",
        "'*1~$abc', invalid bulk length",
        "'*1~$2~abc', expected CRLF",
        "'SET \"a b\" c', quotes are not supported"
    })
    void aBrokenStreamIsRefusedWithItsReason(String stream, String why) {
        List<String> found = read(List.of(stream.replace("~", "\r\n") + "\r\n"));
        assertThat(found).last().asString().startsWith("broken: ").contains(why);
    }

    @Test
    void aLineWithoutAnEndIsRefused() {
        assertThat(read(List.of("x".repeat(RespDecoder.LINE_BYTES_MAX + 1))))
                .containsExactly("broken: too big inline request");
        assertThat(read(List.of("*" + "1".repeat(64))))
                .containsExactly("broken: invalid multibulk length");
    }

    @Test
    void aCommandOfManyLargeWordsIsRefused() {
        String word =
                "$"
                        + SessionStore.VALUE_BYTES_MAX
                        + "\r\n"
                        + "x".repeat(SessionStore.VALUE_BYTES_MAX)
                        + "\r\n";
        assertThat(read(List.of("*5\r\n" + word + word + word + word + word)))
                .containsExactly("broken: too big command");
    }

    @Test
    void randomBytesNeverThrowAndEndInTheSameWayWhereverTheyAreCut() {
        long seed = 20_261_123;
        Random random = new Random(seed);
        String alphabet = "*$+-:0123459\r\n\r\n\r\nGETab \"";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(40);
            for (int at = 0; at < length; at++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            int cut = random.nextInt(length + 1);
            assertThat(read(List.of(text.substring(0, cut), text.substring(cut))))
                    .as("seed %d round %d: %s", seed, round, text)
                    .isEqualTo(read(List.of(text.toString())));
        }
    }
}
