package proa.chaos.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.kernel.WireRule;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

@RequiresNetns
class LabTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir Path folder;

    private static boolean reaches(Host from, String address) {
        try {
            from.run("arping", "-q", "-c", "1", "-w", "1", "-I", "eth0", address);
            return true;
        } catch (LabException _) {
            return false;
        }
    }

    private static void awaitReach(Host from, String address) {
        Await.until(SOON, address + " is reached", () -> reaches(from, address));
    }

    private static boolean anyNamespaceOf(String lab) {
        return Shell.run(List.of("ip", "netns", "list")).contains(lab + "-");
    }

    @Test
    void faultsBiteAndHeal() {
        try (Lab lab = Lab.open()) {
            Host a = lab.host("a", "10.77.0.1/24");
            Host b = lab.host("b", "10.77.0.2/24");
            lab.host("c", "10.77.0.3/24");
            awaitReach(a, "10.77.0.2");

            lab.partition(Set.of("a"), Set.of("b"));
            assertThat(reaches(a, "10.77.0.2")).isFalse();
            awaitReach(a, "10.77.0.3");
            lab.heal();
            awaitReach(a, "10.77.0.2");

            lab.unplug("b");
            Await.until(
                    SOON,
                    "b has no carrier",
                    () -> b.run("ip", "link", "show", "eth0").contains("NO-CARRIER"));
            assertThat(reaches(a, "10.77.0.2")).isFalse();
            lab.plug("b");
            awaitReach(a, "10.77.0.2");
        }
    }

    @Test
    void aProcessIsKilledStoppedAndResumedByItsOwnPid() {
        try (Lab lab = Lab.open()) {
            Host a = lab.host("a", "10.77.0.1/24");
            LabProcess process =
                    a.start("sleep", List.of("sleep", "60"), folder.resolve("log"), Map.of());
            assertThat(a.run("cat", "/proc/" + process.pid() + "/comm").strip())
                    .isIn("sleep", "nsenter");
            process.hang();
            List<String> state = List.of("ps", "-o", "stat=", "-p", "" + process.pid());
            Await.until(SOON, "it stands still", () -> Shell.run(state).startsWith("T"));
            process.resume();
            process.kill();
            assertThat(process.await(SOON)).isEqualTo(128 + 9);
        }
    }

    @Test
    void nothingIsLeftAfterClose() {
        String name;
        LabProcess process;
        try (Lab lab = Lab.open()) {
            name = lab.name();
            Host a = lab.host("a", "10.77.0.1/24");
            process = a.start("sleep", List.of("sleep", "60"), folder.resolve("log"), Map.of());
            assertThat(anyNamespaceOf(name)).isTrue();
        }
        assertThat(anyNamespaceOf(name)).isFalse();
        assertThat(process.await(SOON)).as("killed").isEqualTo(128 + 9);
    }

    @Test
    void whatIsStartedWhenAllHasEndedIsEndedAndSaysSo() {
        Lab lab = Lab.open();
        Host a = lab.host("a", "10.77.0.1/24");
        lab.close();
        assertThatThrownBy(
                        () ->
                                a.start(
                                        "sleep",
                                        List.of("sleep", "60"),
                                        folder.resolve("log"),
                                        Map.of()))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("a/sleep");
    }

    /** Opens a lab with a long process in it, says its name and waits to be killed. */
    static final class Victim {
        public static void main(String[] args) throws Exception {
            Lab lab = Lab.open();
            lab.host("a", "10.77.0.1/24")
                    .start("sleep", List.of("sleep", "300"), Path.of(args[0]), Map.of());
            Files.writeString(Path.of(args[1]), lab.name());
            Thread.currentThread().join();
        }
    }

    @Test
    void nothingIsLeftWhenTheLabItselfIsKilled() throws Exception {
        Path said = folder.resolve("name");
        Process victim =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Victim.class.getName(),
                                folder.resolve("log").toString(),
                                said.toString())
                        .inheritIO()
                        .start();
        await(() -> Files.exists(said) && Files.size(said) > 0);
        String name = Files.readString(said);
        assertThat(anyNamespaceOf(name)).isTrue();
        victim.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        await(() -> !anyNamespaceOf(name));
    }

    @Test
    void aFailingCommandSaysWhatItPrinted() {
        assertThatThrownBy(() -> Shell.run(List.of("ip", "netns", "del", "nobody-has-this")))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("nobody-has-this");
    }

    private interface Check {
        boolean holds() throws Exception;
    }

    private static void await(Check check) throws Exception {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!check.holds()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void aLossBitesInItsDirectionAndEndsAlone() {
        try (Lab lab = Lab.open()) {
            Host a = lab.host("a", "10.77.0.1/24");
            lab.host("b", "10.77.0.2/24");
            lab.host("c", "10.77.0.3/24");
            awaitReach(a, "10.77.0.2");
            Runnable one = lab.lose(Set.of("b"), Set.of("a"), 100);
            Runnable other = lab.lose(lab.hostNames(), Set.of("c"), 100);
            assertThat(reaches(a, "10.77.0.2")).isFalse();
            assertThat(reaches(a, "10.77.0.3")).isFalse();
            one.run();
            awaitReach(a, "10.77.0.2");
            assertThat(reaches(a, "10.77.0.3")).isFalse();
            other.run();
            awaitReach(a, "10.77.0.3");
            lab.lose(Set.of("a"), Set.of("b"), 50);
            assertThat(
                            Shell.run(
                                    List.of(
                                            "nsenter",
                                            "--net=/run/netns/" + lab.name() + "-switch",
                                            "nft",
                                            "list",
                                            "ruleset")))
                    .contains("numgen random mod 100");
        }
    }

    /** Twice 400 ms, each 50 ms less at the least. */
    private static final double BOTH_WAYS_MILLIS = 700;

    @Test
    void aWireHoldsFramesBackAndLetsThemGoWhenItEnds() {
        try (Lab lab = Lab.open()) {
            Host a = lab.host("a", "10.77.0.1/24");
            lab.host("b", "10.77.0.2/24");
            awaitReach(a, "10.77.0.2");
            WireRule late = WireRule.late(400, 50, 10, 0, false);
            Runnable undo =
                    lab.delay(Set.of("a"), Set.of("b"), late, 7, folder.resolve("wire.log"));
            assertThat(answerMillis(a, "10.77.0.2")).isGreaterThan(BOTH_WAYS_MILLIS);
            undo.run();
            awaitFast(a, "10.77.0.2");

            lab.delay(Set.of("a"), Set.of("b"), late, 7, folder.resolve("wire.log"));
            assertThat(answerMillis(a, "10.77.0.2")).isGreaterThan(BOTH_WAYS_MILLIS);
            String wire = Shell.run(List.of("ip", "netns", "pids", lab.name() + "-switch"));
            wire.lines().filter(LabTest::isWire).forEach(LabTest::kill);
            awaitFast(a, "10.77.0.2");
        }
    }

    private static boolean isWire(String pid) {
        return ProcessHandle.of(Long.parseLong(pid.strip()))
                .flatMap(process -> process.info().commandLine())
                .filter(line -> line.contains("lab-wire"))
                .isPresent();
    }

    private static void kill(String pid) {
        ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** From the question to the answer, with the start of the program that asks. */
    private static double answerMillis(Host from, String address) {
        long begun = System.nanoTime();
        from.run("arping", "-q", "-c", "1", "-w", "10", "-I", "eth0", address);
        return (System.nanoTime() - begun) / 1e6;
    }

    private static void awaitFast(Host from, String address) {
        Await.until(
                SOON,
                "nothing is held back any more",
                () -> answerMillis(from, address) < BOTH_WAYS_MILLIS);
    }
}
