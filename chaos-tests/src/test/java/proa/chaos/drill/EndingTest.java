package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Await;
import proa.chaos.lab.Lab;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.lab.Shell;
import proa.chaos.report.Json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Drills as commands of their own: one that is interrupted, and one that finds what another has
 * left. Faults that are undone by Ctrl-C are in {@link RemoteDrillTest}; those of a lab are gone
 * with it.
 */
@RequiresNetns
class EndingTest {

    private static final Duration SOON = Duration.ofMinutes(2);

    @TempDir private Path folder;

    private final List<Process> started = new ArrayList<>();

    /** A drill whose folder is below the test's. */
    private Process start(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("drill"));
        words.addAll(List.of(arguments));
        // What is started in the background may ignore the signal, and its children with it.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(Launcher.command(words));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log().toFile());
        builder.environment().putAll(Launcher.ENVIRONMENT);
        builder.environment().put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + folder);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Path log() {
        return folder.resolve("log");
    }

    private String printed() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int code(Process process) throws InterruptedException {
        assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private List<Path> runs() {
        try (var all = Files.list(folder)) {
            return all.filter(file -> file.getFileName().toString().startsWith("proa-drill-"))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The lab of the only run, as soon as its folder says so. */
    private Optional<String> lab() {
        try {
            Path mark = runs().getFirst().resolve("drill.json");
            return Optional.of(Json.read(Files.readString(mark), Leftovers.Mark.class).lab());
        } catch (IOException | RuntimeException _) {
            return Optional.empty();
        }
    }

    @Test
    void whoHasHadEnoughOfItLeavesNothing() throws Exception {
        Process drill = start("kill-node", "--json=" + folder.resolve("facts.json"));
        Await.until(SOON, this::printed, () -> lab().isPresent());
        String lab = lab().orElseThrow();
        assertThat(Lab.stands(lab)).isTrue();

        Shell.run(List.of("kill", "-INT", Long.toString(drill.pid())));

        assertThat(code(drill)).as(printed()).isEqualTo(DrillCommand.INTERRUPTED);
        assertThat(printed()).contains("interrupted: every fault is undone");
        assertThat(Lab.stands(lab)).isFalse();
        assertThat(runs()).isEmpty();
    }

    @Test
    void whatAnEarlierOneHasLeftIsNamedAndNothingIsBuilt() throws Exception {
        try (Lab left = Lab.open()) {
            Path run = Files.createDirectory(folder.resolve("proa-drill-1"));
            long nobody = 1L << 30;
            Files.writeString(
                    run.resolve("drill.json"),
                    Json.pretty(new Leftovers.Mark(left.name(), nobody, 1)));

            Process drill = start("kill-node");

            assertThat(code(drill)).as(printed()).isEqualTo(1);
            assertThat(printed())
                    .contains("lab " + left.name() + " is left of a drill")
                    .contains("`proa drill clean`")
                    .doesNotContain("building");
            assertThat(runs()).containsExactly(run);
        }
    }
}
