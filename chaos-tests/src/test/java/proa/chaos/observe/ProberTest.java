package proa.chaos.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

class ProberTest {

    private static boolean good(String length, String body) {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + body;
        byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
        return Prober.isGoodAnswer(ByteBuffer.allocate(bytes.length).put(bytes));
    }

    @Test
    void anAnswerIsGoodWhenItIsWholeAndNotWhenItCannotBeRead() {
        assertThat(good("2", "ok")).isTrue();
        assertThat(good("3", "ok")).isFalse();
        assertThat(good("x", "ok")).isFalse();
        assertThat(good("99999999999", "ok")).isFalse();
    }
}
