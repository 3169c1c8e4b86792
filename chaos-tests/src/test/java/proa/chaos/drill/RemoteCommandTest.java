package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code proa drill --remote} says before it reaches anybody. */
class RemoteCommandTest {

    private static final int WRONG = 2;

    private static final String TARGETS =
            """
            schema = 1
            remote {
              address = "192.0.2.100"
              group = web
              hosts {
                lb1 { address = "192.0.2.11" }
                lb2 { address = "192.0.2.12" }
              }
            }
            """;

    @TempDir private Path folder;

    private final StringWriter printed = new StringWriter();
    private Path file = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("targets.conf"), TARGETS);
    }

    private int run(String... arguments) {
        CommandLine command = new CommandLine(new DrillCommand());
        command.setOut(new PrintWriter(printed, true));
        command.setErr(new PrintWriter(printed, true));
        return command.execute(arguments);
    }

    @Test
    void whatIsNotConfirmedIsRefused() {
        assertThat(run("kill-node", "--remote=" + file)).isEqualTo(WRONG);
        assertThat(printed.toString())
                .contains("clients of lb1, lb2 may notice this: confirm it with --yes-production");
    }

    @Test
    void aWrongFileIsRefusedWithItsLine() throws IOException {
        Files.writeString(file, TARGETS.replace("group = web", "grup = web"));

        assertThat(run("kill-node", "--yes-production", "--remote=" + file)).isEqualTo(WRONG);
        assertThat(printed.toString())
                .contains(file + ":4: unknown key `grup`")
                .contains("did you mean \"group\"?");
        assertThat(run("kill-node", "--remote=" + folder.resolve("none.conf"))).isEqualTo(WRONG);
        assertThat(printed.toString()).contains("none.conf: cannot be read: no such file");
    }

    @Test
    void aFaultThatSshCannotDoIsRefused() {
        assertThat(run("arp-thief", "--yes-production", "--remote=" + file)).isEqualTo(WRONG);
        assertThat(printed.toString())
                .contains(
                        "arp-thief: `a stranger claims the address` cannot be done from outside: it"
                                + " needs a stranger on the segment");
        assertThat(run("kill-node", "--control", "--remote=" + file)).isEqualTo(WRONG);
        assertThat(printed.toString()).contains("--control needs a lab");
        assertThat(run("kill-node", "--dual-stack", "--remote=" + file)).isEqualTo(WRONG);
        assertThat(printed.toString()).contains("--dual-stack needs a lab");
    }

    @Test
    void aDryRunPrintsEveryCommandAndReachesNobody() {
        assertThat(run("cable", "--dry-run", "--remote=" + file)).isZero();
        assertThat(printed.toString())
                .contains("lb2: ssh -F none")
                .contains("StrictHostKeyChecking=yes")
                .contains("root@192.0.2.12 sh -s")
                .contains("If lb1 is the owner:")
                .contains("| sleep 5")
                .contains("ip link set dev eth0 down; rm -f ")
                .contains("| ip link set dev eth0 up");
    }

    @Test
    void ofAllDrillsTheOthersAreNotApplicable() {
        assertThat(run("all", "--dry-run", "--remote=" + file)).isZero();
        assertThat(printed.toString())
                .contains("not applicable: `fill the disk at owner` cannot be done")
                .contains("kill -KILL $pids");
    }
}
