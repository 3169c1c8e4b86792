package proa.chaos.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Await;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.lab.Shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A demo that is interrupted while it is still being built. */
@RequiresNetns
class DemoEndingTest {

    private static final Duration SOON = Duration.ofMinutes(2);

    @TempDir private Path folder;

    private Process demo;

    @AfterEach
    void end() {
        demo.destroyForcibly();
    }

    private String printed() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> left() throws IOException {
        try (var all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("proa-demo-"))
                    .toList();
        }
    }

    @Test
    void leavesNoFolderBehind() throws Exception {
        // What is started in the background may ignore the signal, and its children with it.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(Launcher.command(List.of("demo")));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile());
        builder.environment().putAll(Launcher.ENVIRONMENT);
        builder.environment().put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + folder);
        demo = builder.start();
        Await.until(SOON, this::printed, () -> printed().contains("building"));

        Shell.run(List.of("kill", "-INT", Long.toString(demo.pid())));

        assertThat(demo.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as(printed()).isEqualTo(130);
        assertThat(printed()).contains("interrupted: everything is ended");
        assertThat(left()).isEmpty();
    }
}
