package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** What is left of maintenance when a process or a host begins anew. */
class MaintenanceFilesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir private Path folder;

    private MaintenanceFiles files() {
        return new MaintenanceFiles(folder.resolve("state/lb1"), folder.resolve("run"));
    }

    @Test
    void whatIsWrittenIsReadUntilItIsRemoved() throws Exception {
        assertThat(files().read()).isEmpty();
        Maintenance lasting = Maintenance.begin("operator\nroot", false, 600, NOW);
        files().write(lasting);
        assertThat(files().read()).contains(lasting);
        assertThat(lasting.text())
                .isEqualTo("operator root since 2026-03-01T12:00:00Z until 2026-03-01T12:10:00Z");
        assertThat(lasting.isOver(NOW.plusSeconds(599))).isFalse();
        assertThat(lasting.isOver(NOW.plusSeconds(600))).isTrue();
        Maintenance passing = Maintenance.begin("package", true, 0, NOW);
        files().write(passing);
        assertThat(files().read()).as("the one that lasts").contains(lasting);
        Files.delete(folder.resolve("state/lb1/maintenance"));
        assertThat(files().read()).contains(passing);
        files().remove();
        assertThat(files().read()).isEmpty();
    }

    @Test
    void aMarkThatCannotBeReadStillCounts() throws Exception {
        Path mark = Files.createDirectories(folder.resolve("state/lb1")).resolve("maintenance");
        Files.writeString(mark, "operator root\nsince=yesterday\n");
        Maintenance left = new Maintenance("somebody", Optional.empty(), Optional.empty(), false);
        assertThat(files().read()).contains(left);
        Files.write(mark, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(files().read()).contains(left);
        Files.write(mark, new byte[9_000]);
        assertThat(files().read()).contains(left);
        assertThat(left.text()).isEqualTo("somebody");
    }
}
