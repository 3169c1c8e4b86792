package proa.chaos.bench.generator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.chaos.bench.generator.Answer.State;

import java.nio.charset.StandardCharsets;

class AnswerTest {

    private static final String RESPONSE =
            "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-LENGTH: 12\r\n\r\nhello\r\n\r\nyou";

    @Test
    void anHttpAnswerEndsWhereItsLengthSays() {
        Answer answer = new HttpAnswer();
        assertThat(answer.feed(bytes(RESPONSE))).isEqualTo(State.COMPLETE);
        assertThat(answer.feed(bytes(RESPONSE))).isEqualTo(State.COMPLETE);
    }

    @Test
    void itMayComeInPieces() {
        for (int cut = 1; cut < RESPONSE.length(); cut++) {
            Answer answer = new HttpAnswer();
            assertThat(answer.feed(bytes(RESPONSE.substring(0, cut)))).isEqualTo(State.INCOMPLETE);
            assertThat(answer.feed(bytes(RESPONSE.substring(cut)))).isEqualTo(State.COMPLETE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, and more",
            })
    void anyOtherAnswerIsWrong(String response) {
        assertThat(new HttpAnswer().feed(bytes(response))).isEqualTo(State.WRONG);
    }

    @Test
    void anEchoIsAsLongAsTheMessage() {
        Answer answer = new EchoAnswer(4);
        assertThat(answer.feed(bytes("ab"))).isEqualTo(State.INCOMPLETE);
        assertThat(answer.feed(bytes("cd"))).isEqualTo(State.COMPLETE);
        assertThat(answer.feed(bytes("abcd"))).isEqualTo(State.COMPLETE);
        assertThat(answer.feed(bytes("abcde"))).isEqualTo(State.WRONG);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
