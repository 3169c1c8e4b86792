package proa.chaos.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

class TrioConfigTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"false, 2, 1", "false, 3, 1", "false, 3, 2", "true, 3, 1", "true, 2, 1"})
    void theFileIsAcceptedAndWarnsOnlyOfSessionsWithoutPasswords(
            boolean loopback, int nodes, int groups) throws IOException {
        ProaConfig config = accepted(new TrioPlan(loopback, nodes, groups));
        assertThat(config.cluster().nodes()).hasSize(nodes);
        assertThat(config.groups()).hasSize(groups);
        assertThat(config.frontends().stream().map(FrontendConfig::name))
                .contains("http", "echo", "sessions", "node-limited")
                .doesNotContain("http-six", "numbers");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void withBothFamiliesThereAreTwoGroupsOfTwoAddresses(int nodes) throws IOException {
        TrioPlan plan = TrioPlan.dualStack(nodes);
        ProaConfig config = accepted(plan);
        assertThat(config.groups()).hasSize(2).allSatisfy(g -> assertThat(g.vips()).hasSize(2));
        assertThat(config.frontends().stream().map(FrontendConfig::name))
                .contains("http", "http-six", "numbers", "numbers-six");
        assertThat(plan.six()).isPresent();
        assertThat(plan.numbers()).hasSize(2).doesNotContain(plan.six().get());
        assertThat(TrioPlan.network(nodes).six()).isEmpty();
        assertThat(TrioPlan.network(nodes).numbers()).isEmpty();
    }

    /** At a drill's end they are no leak; whoever does not know the key keeps them for a minute. */
    @Test
    void idleConnectionsAreKeptBrieflyUnlessAnEarlierVersionReadsTheFile() throws IOException {
        TrioPlan plan = TrioPlan.network(3);
        assertThat(idle(plan)).isEqualTo(Duration.ofSeconds(10));
        assertThat(idle(plan.forEarlier())).isEqualTo(BackendConfig.Timeouts.DEFAULTS.idle());
        assertThat(new TrioConfig(plan.forEarlier()).text("lb1")).doesNotContain("idle =");
    }

    private Duration idle(TrioPlan plan) throws IOException {
        return accepted(plan).backend("shop").orElseThrow().timeouts().idle();
    }

    private ProaConfig accepted(TrioPlan plan) throws IOException {
        Path file = folder.resolve("proa.conf");
        Files.writeString(file, new TrioConfig(plan).text("lb2"));
        return switch (ConfigReader.read(file, "lb2")) {
            case Outcome.Ok ok -> {
                assertThat(ok.warnings())
                        .allSatisfy(
                                warning ->
                                        assertThat(warning.message())
                                                .startsWith("sessions without `users`"));
                yield ok.config();
            }
            case Outcome.Refused refused ->
                    throw new AssertionError(refused.violations().toString());
        };
    }
}
