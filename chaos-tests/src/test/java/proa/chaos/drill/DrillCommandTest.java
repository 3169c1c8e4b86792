package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import proa.chaos.lab.Launcher;
import proa.chaos.lab.Shell;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the command says when it cannot begin. */
class DrillCommandTest {

    /** Also for root: without any capability nobody makes a network namespace. */
    private static final List<String> WITHOUT_RIGHTS =
            List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all");

    @Test
    void withoutTheRightToMakeNamespacesItSaysSo() {
        List<String> command = new ArrayList<>(List.of("env"));
        for (Map.Entry<String, String> each : Launcher.ENVIRONMENT.entrySet()) {
            command.add(each.getKey() + "=" + each.getValue());
        }
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(WITHOUT_RIGHTS);
        }
        command.addAll(Launcher.command(List.of("drill", "kill-node")));

        Shell.Ended ended = Shell.attempt(command, "", Duration.ofMinutes(1));

        assertThat(ended.printed())
                .contains("drills need a network of their own: network namespaces cannot be made")
                .contains("(root?): ip netns add ");
        assertThat(ended.code()).isEqualTo(1);
    }

    private final StringWriter printed = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = new CommandLine(new DrillCommand());
        command.setOut(new PrintWriter(printed, true));
        command.setErr(new PrintWriter(printed, true));
        return command.execute(arguments);
    }

    private static int holdMillis(String printed) {
        return Pattern.compile("undone after (\\d+) ms")
                .matcher(printed)
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .sum();
    }

    @Test
    void aDryRunSaysOfEveryDrillWhatWouldBeDoneAndBuildsNothing() {
        assertThat(run("all", "--dry-run")).isZero();
        for (String name : DrillFiles.names()) {
            if (!name.equals("soak")) {
                assertThat(printed.toString()).containsPattern("(?m)^" + name + ": \\S");
            }
        }
        assertThat(printed.toString())
                .containsPattern("(?m)^  kill node at owner; undone after [0-9]+ ms$")
                .containsPattern("(?m)^  budget: 150 ms without an answer, ")
                .doesNotContain("building");
        int whole = holdMillis(printed.toString());
        printed.getBuffer().setLength(0);

        assertThat(run("all", "--dry-run", "--brief")).isZero();
        assertThat(holdMillis(printed.toString())).isPositive().isLessThan(whole);
    }

    @Test
    void aDryRunOfASoakSaysForHowLongAndOutOfWhat() {
        assertThat(run("soak", "--dry-run", "--lasting=7")).isZero();
        assertThat(printed.toString())
                .containsPattern("(?m)^  for 7 s, each [0-9]+ to [0-9]+ ms, by chance: .*; ");
    }

    @Test
    void anUpgradeFromAnotherVersionSaysWhatItBeginsWithAndUpgradesEverybody(@TempDir Path folder)
            throws Exception {
        Path deb = Files.writeString(folder.resolve("proa.deb"), "");
        assertThat(run("rolling-upgrade", "--dry-run", "--from=" + deb)).isZero();
        assertThat(printed.toString())
                .contains("  begins with every balancer on the files of " + deb)
                .contains("  upgrade lb3; undone after ");
    }

    @Test
    void fromIsForDrillsWithAnUpgradeInALab(@TempDir Path folder) throws Exception {
        Path deb = Files.writeString(folder.resolve("proa.deb"), "");
        assertThat(run("kill-node", "--dry-run", "--from=" + deb)).isEqualTo(2);
        assertThat(printed.toString())
                .contains("--from is for drills with an upgrade, such as rolling-upgrade");
        assertThat(run("rolling-upgrade", "--from=" + folder.resolve("none"))).isEqualTo(2);
        assertThat(printed.toString()).contains("none: no such package or folder");
    }
}
