package proa.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.util.HexFormat;

/** The stored format never changes under an older reader. */
class SessionBytesTest {

    private static final SessionValue VALUE =
            new SessionValue("hi".getBytes(UTF_8), 0x0102_0304L, new SessionStamp(0x1122L, 3));

    /** Magic PRSV, version 1, minimum reader 1, type 1, length 50; then tag, length and value. */
    private static final String GOLDEN =
            "50525356"
                    + "01"
                    + "01"
                    + "0001"
                    + "00000032"
                    + "0001"
                    + "00000008"
                    + "0000000000001122"
                    + "0002"
                    + "00000008"
                    + "0000000000000003"
                    + "0003"
                    + "00000008"
                    + "0000000001020304"
                    + "0004"
                    + "00000002"
                    + "6869";

    @Test
    void aValueIsStoredAsTheseBytes() {
        assertThat(HexFormat.of().formatHex(VALUE.encode())).isEqualTo(GOLDEN);
        assertThat(SessionValue.decode(HexFormat.of().parseHex(GOLDEN)))
                .usingRecursiveComparison()
                .isEqualTo(VALUE);
    }

    @Test
    void aRemovalHasNoValueField() {
        SessionValue removed = new SessionValue(null, 5, new SessionStamp(1, 1));
        assertThat(SessionValue.decode(removed.encode()).value()).isNull();
    }

    @Test
    void aNewerWritersExtraFieldsAreSkipped() {
        String longer =
                GOLDEN.replace(
                                "50525356" + "01" + "01" + "0001" + "00000032",
                                "50525356" + "02" + "01" + "0001" + "00000039")
                        + "0063"
                        + "00000001"
                        + "07";
        assertThat(SessionValue.decode(HexFormat.of().parseHex(longer)))
                .usingRecursiveComparison()
                .isEqualTo(VALUE);
    }

    @Test
    void whatOnlyNewerReadersUnderstandIsNotGuessed() {
        String newer = GOLDEN.replaceFirst("505253560101", "505253560303");
        assertThatThrownBy(() -> SessionValue.decode(HexFormat.of().parseHex(newer)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("version 3");
    }

    @Test
    void aHashIsForReadersOfTheSecondVersionOnly() {
        SessionValue hash =
                new SessionValue(
                        new byte[] {1}, 5, new SessionStamp(7, 2), SessionValue.Kind.HASH, 3);
        String written = HexFormat.of().formatHex(hash.encode());
        assertThat(written).startsWith("50525356" + "02" + "02" + "0001");
        assertThat(written)
                .endsWith(
                        "0005"
                                + "00000008"
                                + "0000000000000001"
                                + "0006"
                                + "00000008"
                                + "0000000000000003");
        assertThat(SessionValue.decode(hash.encode())).usingRecursiveComparison().isEqualTo(hash);
    }

    @Test
    void otherBytesAreRefused() {
        assertThatThrownBy(() -> SessionValue.decode("plain text, no frame".getBytes(UTF_8)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> SessionValue.decode(new byte[3]))
                .hasMessageContaining("cut short");
    }
}
