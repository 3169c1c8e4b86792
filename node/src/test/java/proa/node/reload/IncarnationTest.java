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
    private static final long SINCE_2020 = 1_800_000_000L - 1_577_836_800L;

    @TempDir private Path directory;

    @Test
    void growsWithEveryStartEvenWhenTheClockGoesBack() throws Exception {
        long first = Incarnation.next(directory, NOW);
        long second = Incarnation.next(directory, NOW.minusSeconds(1_000_000));
        assertThat(first).isEqualTo((SINCE_2020 + 1 << 32) | 1_800_000_000L);
        assertThat(second).isGreaterThan(first);
    }

    /** Peers drop what a life earlier than those they know of says. */
    @Test
    void aNodeThatHasLostItsDirectoryIsLaterThanInAllItsLivesBefore() throws Exception {
        long before = 0;
        for (int start = 0; start < 4; start++) {
            before = Incarnation.next(directory, NOW.plusSeconds(start));
        }
        long replaced = Incarnation.next(directory.resolve("new"), NOW.plusSeconds(4));
        assertThat(replaced).isGreaterThan(before);
        assertThat(Incarnation.next(directory.resolve("new"), NOW)).isGreaterThan(replaced);
    }

    @Test
    void goesOnFromACounterThatBeganWithOne() throws Exception {
        Files.writeString(directory.resolve("incarnation"), "36\n");
        assertThat(Incarnation.next(directory, NOW)).isEqualTo((37L << 32) | 1_800_000_000L);
        long replaced = Incarnation.next(directory.resolve("new"), NOW);
        assertThat(replaced).isGreaterThan(37L << 32 | 0xffff_ffffL);
    }

    @Test
    void aClockBeforeThatTimeBeginsWithOne() throws Exception {
        assertThat(Incarnation.next(directory, Instant.EPOCH)).isEqualTo(1L << 32);
    }

    @Test
    void makesTheDirectory() throws Exception {
        Path deep = directory.resolve("a/b");
        Incarnation.next(deep, NOW);
        assertThat(deep.resolve("incarnation")).hasContent(SINCE_2020 + 1 + "\n");
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
