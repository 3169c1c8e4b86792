package proa.chaos.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import proa.chaos.lab.Launcher;
import proa.chaos.report.Json;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code proa sim} says. */
class SimCommandTest {

    /** An order of two is the same in two processes as often as not. */
    private static final int PROCESSES = 4;

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int sim(String... arguments) {
        return new CommandLine(new SimCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @Test
    void it_says_how_much_was_simulated_and_that_all_held() {
        assertThat(sim("--seeds", "3", "--nodes", "2", "--groups", "1")).isZero();
        assertThat(out.toString())
                .contains("3 seeds from 1, 2 nodes, 1 groups, lan, the whole stack")
                .contains(" a minute; ")
                .contains("Every promise held after every event.");
    }

    @Test
    void facts_are_json() {
        assertThat(sim("--seeds", "2", "--addresses-only", "--json")).isZero();
        SimReport report = Json.read(out.toString(), SimReport.class);
        assertThat(report.seeds()).isEqualTo(2);
        assertThat(report.broken()).isEmpty();
        assertThat(report.nodeHours()).isBetween(0.039, 0.041);
        assertThat(report.nodeHoursPerMinute()).isPositive();
        assertThat(report.events()).isGreaterThan(2_000);
    }

    @Test
    void longer_worlds_have_more_rounds() {
        assertThat(sim("--seeds", "1", "--addresses-only", "--hours", "0.05", "--json")).isZero();
        SimReport report = Json.read(out.toString(), SimReport.class);
        assertThat(report.nodeHours()).isBetween(0.13, 0.17);
    }

    /** Within one, even sets whose order is drawn when the virtual machine starts have one. */
    @Test
    void a_seed_is_the_same_run_in_every_process() throws Exception {
        List<String> command =
                Launcher.command(List.of("sim", "--seed", "6", "--hours", "0.12", "--trace"));
        List<Path> traces = new ArrayList<>();
        for (int process = 0; process < PROCESSES; process++) {
            Path trace = folder.resolve("trace-" + process);
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(Launcher.ENVIRONMENT);
            builder.redirectErrorStream(true).redirectOutput(trace.toFile());
            assertThat(builder.start().waitFor()).as(trace.toString()).isZero();
            traces.add(trace);
        }
        assertThat(Files.size(traces.getFirst())).isGreaterThan(1_000_000);
        for (Path trace : traces) {
            assertThat(Files.mismatch(trace, traces.getFirst())).as(trace.toString()).isEqualTo(-1);
        }
    }

    @Test
    void a_trace_tells_the_faults_and_every_event() {
        assertThat(sim("--seed", "7", "--addresses-only", "--trace")).isZero();
        assertThat(out.toString())
                .startsWith("at ")
                .contains("AdvertReceived")
                .contains("all mended")
                .contains("every promise held");
        String all = out.toString();
        out.getBuffer().setLength(0);
        assertThat(sim("--seed", "7", "--addresses-only", "--trace", "--faults", "0")).isZero();
        assertThat(out.toString().lines().filter(line -> line.startsWith("at "))).hasSize(1);
        assertThat(out.toString()).isNotEqualTo(all);
    }

    @ParameterizedTest
    @CsvSource({
        "--seeds, 0",
        "--nodes, 1",
        "--nodes, 8",
        "--groups, 17",
        "--hours, -1",
        "--timing, wan",
        "--faults, 0",
        "--seed, many"
    })
    void what_cannot_be_simulated_is_said(String option, String value) {
        assertThat(sim(option, value)).isEqualTo(2);
        assertThat(err.toString()).contains(option);
        assertThat(out.toString()).isEmpty();
    }
}
