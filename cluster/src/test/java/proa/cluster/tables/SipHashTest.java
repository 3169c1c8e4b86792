package proa.cluster.tables;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Against the vectors of the reference code, whose key is 00 01 … 0f and input 00 01 … */
class SipHashTest {

    private static final SipHash HASH = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    @Test
    void givesTheReferencesResults() {
        assertThat(hash(0)).isEqualTo("a3817f04ba25a8e66df67214c7550293");
        assertThat(hash(1)).isEqualTo("da87c1d86b99af44347659119b22fc45");
        assertThat(hash(15)).isEqualTo("5493e99933b0a8117e08ec0f97cfc3d9");
    }

    @Test
    void aTextIsItsBytes() {
        for (String text : new String[] {"", "a", "key-0123456789", "schlüssel", "ключ"}) {
            assertThat(HASH.of(text)).isEqualTo(HASH.of(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void anotherKeyGivesAnother() {
        assertThat(new SipHash(1, 2).of("x")).isNotEqualTo(HASH.of("x"));
    }

    private static String hash(int length) {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at++) {
            bytes[at] = (byte) at;
        }
        TableKey key = HASH.of(bytes);
        ByteBuffer result = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        result.putLong(key.high()).putLong(key.low());
        return HexFormat.of().formatHex(result.array());
    }
}
