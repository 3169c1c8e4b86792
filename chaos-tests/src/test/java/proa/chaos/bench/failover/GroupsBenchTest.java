package proa.chaos.bench.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.LabException;
import proa.chaos.observe.Observation;
import proa.chaos.observe.Ownership;
import proa.chaos.observe.Silence;
import proa.config.ProaConfig;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The arithmetic of the case of many groups, and its file. */
class GroupsBenchTest {

    private static Silence silence(double gap, boolean over, int unanswered) {
        return new Silence(gap, 0, over, 1, gap / 10, 0, 0, 100, unanswered);
    }

    @Test
    void theWorstOfAnyGroupCounts() {
        Observation seen =
                new Observation(
                        0,
                        Map.of("a:80", silence(20, true, 2), "b:80", silence(10, true, 3)),
                        Map.of("a", new Ownership(List.of(), 0), "b", new Ownership(List.of(), 5)));
        assertThat(GroupsBench.worst(seen)).isEqualTo(new FailoverRun(20, 3, 5, 2));
    }

    @Test
    void aGroupThatIsSilentAtTheEndIsNoFigure() {
        Observation seen = new Observation(0, Map.of("a:80", silence(20, false, 2)), Map.of());
        assertThatThrownBy(() -> GroupsBench.worst(seen)).isInstanceOf(LabException.class);
    }

    @Test
    void theFileHasTwoHundredAddressesInTwentyGroups(@TempDir Path folder) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("proa.conf"),
                        GroupsLab.configuration(Duration.ofMillis(100)));
        assertThat(ConfigReader.read(file, "lb1")).isInstanceOf(Outcome.Ok.class);
        ProaConfig config = ((Outcome.Ok) ConfigReader.read(file, "lb1")).config();
        assertThat(config.groups()).hasSize(20).allMatch(group -> group.vips().size() == 10);
        assertThat(GroupsLab.addresses()).hasSize(200).doesNotHaveDuplicates();
        assertThat(GroupsLab.addresses()).containsAll(GroupsLab.served());
        assertThat(GroupsLab.served()).hasSize(20);
    }
}
