package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.drill.DrillPlan;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Drills by name and by file. */
class DrillFilesTest {

    @TempDir private Path folder;

    @Test
    void everyDrillThatComesWithTheProgramIsSound() throws Exception {
        assertThat(DrillFiles.read(DrillFiles.names()))
                .extracting(DrillPlan::name)
                .containsExactlyElementsOf(DrillFiles.names());
        assertThat(DrillFiles.read(List.of("all"))).hasSize(DrillFiles.ALL.size());
        assertThat(DrillFiles.read(DrillFiles.names()))
                .allSatisfy(plan -> assertThat(plan.summary()).as(plan.name()).isNotEmpty());
    }

    @Test
    void anUnknownNameIsAnsweredWithTheNearest() {
        assertThatThrownBy(() -> DrillFiles.read(List.of("kil-node", "rolling-restarts")))
                .hasMessageContaining("did you mean \"kill-node\"?")
                .hasMessageContaining("did you mean \"rolling-restart\"?");
        assertThatThrownBy(() -> DrillFiles.read(List.of("xyzzy")))
                .hasMessageContaining("known: kill-node");
    }

    @Test
    void aFileOfOnesOwnIsRead() throws Exception {
        Path file = folder.resolve("mine.conf");
        Files.writeString(
                file, "schema = 1\ndrill { steps = [ { faults = [ { drain = lb1 } ] } ] }");
        assertThat(DrillFiles.read(List.of(file.toString())).getFirst().name()).isEqualTo("mine");
        Files.writeString(file, "schema = 1\ndrill {\n  stepz = []\n}");
        assertThatThrownBy(() -> DrillFiles.read(List.of(file.toString())))
                .hasMessageContaining(file + ":3: unknown key `stepz` (did you mean \"steps\"?)");
        assertThatThrownBy(() -> DrillFiles.read(List.of(folder + "/none.conf")))
                .hasMessageContaining("no such file");
    }
}
