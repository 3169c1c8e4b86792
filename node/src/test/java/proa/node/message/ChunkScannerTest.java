package proa.node.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

/** What may stand between the data of chunks. */
class ChunkScannerTest {

    private final ChunkScanner scanner = new ChunkScanner();

    private @Nullable Refusal chunk(String size, String extension, int data) {
        Refusal refusal = framing(size + ";" + extension + "\r\n");
        if (refusal != null) {
            return refusal;
        }
        scanner.skip(data);
        return framing("\r\n");
    }

    private @Nullable Refusal framing(String text) {
        Refusal refusal = null;
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            refusal = refusal == null ? scanner.step(b) : refusal;
        }
        return refusal;
    }

    /** They are counted for no limit of the body, and pass as progress. */
    @Test
    void extensionsOfManySmallChunksAreRefused() {
        String extension = "x".repeat(200);
        int passed = 0;
        while (passed < 1_000 && chunk("1", extension, 1) == null) {
            passed++;
        }

        assertThat(passed).isBetween(80, 90);
    }

    @Test
    void aBodyMayHaveAsManyBytesOfThemAsOfData() {
        String extension = "x".repeat(250);

        for (int chunk = 0; chunk < 1_000; chunk++) {
            assertThat(chunk("100", extension, 256)).isNull();
        }
        scanner.reset();
        assertThat(chunk("1", extension, 1)).isNull();
    }
}
