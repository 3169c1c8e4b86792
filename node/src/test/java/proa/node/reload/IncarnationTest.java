package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

class IncarnationTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    @TempDir private Path directory;

    @Test
    void growsWithEveryStartEvenWhenTheClockGoesBack() throws Exception {
        long first = Incarnation.next(directory, NOW);
        long second = Incarnation.next(directory, NOW.minusSeconds(1_000_000));
        assertThat(first).isEqualTo((1L << 32) | 1_800_000_000L);
        assertThat(second).isGreaterThan(first);
    }

    @Test
    void makesTheDirectory() throws Exception {
        Path deep = directory.resolve("a/b");
        Incarnation.next(deep, NOW);
        assertThat(deep.resolve("incarnation")).hasContent("1\n");
    }

    @Test
    void refusesADamagedFileInsteadOfStartingAgain() throws Exception {
        Files.writeString(directory.resolve("incarnation"), "gibberish");
        assertThatThrownBy(() -> Incarnation.next(directory, NOW))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("incarnation is damaged");
    }

    @Test
    void saysWhenTheDirectoryCannotBeWritten() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThatThrownBy(() -> Incarnation.next(file.resolve("state"), NOW))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("cannot be written")
                .hasMessageContaining("--state-dir");
    }
}
