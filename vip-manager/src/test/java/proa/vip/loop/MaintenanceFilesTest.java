package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What is left of maintenance when a process or a host begins anew. */
class MaintenanceFilesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final Maintenance LASTING = Maintenance.begin("operator\nroot", false, 600, NOW);

    private static final Maintenance PASSING = Maintenance.begin("package", true, 0, NOW);
    private static final MaintenanceMarks BOTH = MaintenanceMarks.NONE.with(LASTING).with(PASSING);

    @TempDir private Path folder;

    private MaintenanceFiles files() {
        return new MaintenanceFiles(folder.resolve("state/lb1"), folder.resolve("run"));
    }

    @Test
    void bothAreReadAsTheyWereKeptAndEachIsRemovedAlone() throws Exception {
        assertThat(files().read()).isEqualTo(MaintenanceMarks.NONE);
        files().keep(BOTH);
        assertThat(files().read()).isEqualTo(BOTH);
        assertThat(LASTING.text())
                .isEqualTo("operator root since 2026-03-01T12:00:00Z until 2026-03-01T12:10:00Z");
        assertThat(LASTING.isOver(NOW.plusSeconds(599))).isFalse();
        assertThat(LASTING.isOver(NOW.plusSeconds(600))).isTrue();
        files().keep(BOTH.at(NOW.plusSeconds(600)));
        assertThat(folder.resolve("state/lb1")).isEmptyDirectory();
        assertThat(files().read()).isEqualTo(MaintenanceMarks.NONE.with(PASSING));
        files().keep(BOTH);
        files().keep(BOTH.withoutPassing());
        assertThat(folder.resolve("run")).isEmptyDirectory();
        assertThat(files().read()).isEqualTo(MaintenanceMarks.NONE.with(LASTING));
        files().keep(MaintenanceMarks.NONE);
        assertThat(files().read()).isEqualTo(MaintenanceMarks.NONE);
    }

    @Test
    void bothHaveAPlaceInOneDirectory() throws Exception {
        MaintenanceFiles files = new MaintenanceFiles(folder, folder);
        files.keep(BOTH);
        assertThat(files.read()).isEqualTo(BOTH);
        files.keep(BOTH.withoutPassing());
        assertThat(files.read()).isEqualTo(MaintenanceMarks.NONE.with(LASTING));
    }

    @Test
    void aMarkThatCannotBeReadStillCounts() throws Exception {
        Path mark = Files.createDirectories(folder.resolve("state/lb1")).resolve("maintenance");
        Files.writeString(mark, "operator root\nsince=yesterday\n");
        Maintenance left = new Maintenance("somebody", Optional.empty(), Optional.empty(), false);
        assertThat(files().read()).isEqualTo(MaintenanceMarks.NONE.with(left));
        Files.write(mark, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(files().read()).isEqualTo(MaintenanceMarks.NONE.with(left));
        Files.write(mark, new byte[9_000]);
        assertThat(files().read()).isEqualTo(MaintenanceMarks.NONE.with(left));
        assertThat(left.text()).isEqualTo("somebody");
    }

    @Test
    void aNameOfAnyLengthLeavesItsEndReadable() throws Exception {
        Maintenance named = Maintenance.begin("olga".repeat(5_000), false, 600, NOW);
        files().keep(MaintenanceMarks.NONE.with(named));
        assertThat(files().read().until()).contains(NOW.plusSeconds(600));
    }

    @Test
    void whatCannotBeKeptIsAnErrorAndTheOtherIsKept() throws Exception {
        Files.writeString(folder.resolve("state"), "a file");
        assertThatThrownBy(() -> files().keep(BOTH)).isInstanceOf(IOException.class);
        assertThat(files().read()).isEqualTo(MaintenanceMarks.NONE.with(PASSING));
        Files.delete(folder.resolve("state"));
        files().keep(MaintenanceMarks.NONE);
        Files.delete(folder.resolve("run"));
        Files.writeString(folder.resolve("run"), "a file");
        assertThatThrownBy(() -> files().keep(BOTH)).isInstanceOf(IOException.class);
        assertThat(files().read()).isEqualTo(MaintenanceMarks.NONE.with(LASTING));
    }

    /** A pipe that nobody writes to is a disk that does not answer. */
    @Test
    void nobodyWaitsForADiskThatDoesNotAnswerAndTheLatestIsWrittenWhenItDoes() throws Exception {
        Path mark = Files.createDirectories(folder.resolve("state/lb1")).resolve("maintenance");
        assertThat(new ProcessBuilder("mkfifo", mark.toString()).start().waitFor()).isZero();
        MaintenanceMemory memory = new MaintenanceMemory(files(), new Journal());
        memory.keep(BOTH);
        for (int change = 0; change < 1_000; change++) {
            memory.keep(BOTH.withoutPassing());
        }
        memory.keep(MaintenanceMarks.NONE.with(PASSING));
        assertThat(Files.isRegularFile(mark)).as("written").isFalse();
        Files.newOutputStream(mark).close();
        memory.close();
        assertThat(files().read()).isEqualTo(MaintenanceMarks.NONE.with(PASSING));
    }
}
