package proa.chaos.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Launcher;
import proa.chaos.lab.RequiresNetns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The Debian package, from the build to the purge: {@code vagrant/test/machines} goes through its
 * life on three machines and ends at the first thing that is not as it should be. It takes minutes,
 * and is left out by the module's {@code excludedGroups}.
 */
@RequiresNetns
@RequiresMachines
@Tag("package")
class PackageTest {

    private static final Path HOME = Path.of(System.getProperty("proa.home"));

    /** Building and the whole life, on a machine with much else to do. */
    private static final long MINUTES_MAX = 15;

    @TempDir private static Path folder;
    private static final List<Process> started = new ArrayList<>();

    /** The two builds and the clean root have nothing to do with each other. */
    @BeforeAll
    static void buildTwiceBesideAnEmptyDebian() throws Exception {
        Process root = start("root", script("root"), folder.resolve("root.tar").toString());
        Process first = build("a");
        Process second = build("b");
        for (Process process : List.of(root, first, second)) {
            assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(root.exitValue()).as(() -> log("root")).isZero();
        assertThat(first.exitValue()).as(() -> log("a")).isZero();
        assertThat(second.exitValue()).as(() -> log("b")).isZero();
    }

    @AfterAll
    static void end() {
        started.forEach(process -> process.descendants().forEach(ProcessHandle::destroy));
        started.forEach(Process::destroy);
    }

    private static Process build(String name) throws IOException {
        return start(
                name,
                HOME.resolve("proa").toString(),
                "package",
                "-Dtidy.skip",
                "-Dproa.package.directory=" + folder.resolve(name));
    }

    private static Process start(String name, String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().putAll(Launcher.ENVIRONMENT);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static String script(String name) {
        return HOME.resolve("vagrant/test").resolve(name).toString();
    }

    private static String log(String name) {
        try {
            return Files.readString(folder.resolve(name + ".log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Path built(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            return files.filter(file -> file.toString().endsWith("_amd64.deb"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void theSameTreeGivesTheSameBytes() throws Exception {
        assertThat(Files.mismatch(built("a"), built("b"))).isEqualTo(-1);
    }

    @Test
    void aTrioIsInstalledUpgradedTakenBackRefusedAndRemoved() throws Exception {
        Process machines =
                start(
                        "machines",
                        script("machines"),
                        built("a").toString(),
                        folder.resolve("root.tar").toString());
        assertThat(machines.waitFor(MINUTES_MAX, TimeUnit.MINUTES))
                .as(() -> log("machines"))
                .isTrue();
        assertThat(machines.exitValue()).as(() -> log("machines")).isZero();
        System.out.println(log("machines"));
        assertThat(log("machines"))
                .contains("a file with a mistake: not started, and no standby")
                .contains("provisioned again: no change")
                .containsPattern("upgrade of all three, begun at the same time: \\d+ .* 0 failed")
                .contains("one at a time: ")
                .containsPattern("a version that does not start, .*: \\d+ .* 0 failed")
                .contains("refused: ")
                .contains("logs rotated")
                .contains("three crashes: lb1 is a standby")
                .contains("removed and purged");
    }
}
