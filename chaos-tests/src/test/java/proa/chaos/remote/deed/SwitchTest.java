package proa.chaos.remote.deed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Await;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.lab.Shell;
import proa.chaos.remote.deed.Switch.Left;
import proa.chaos.remote.deed.Switch.Mark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The scripts of the dead-man's switch, run by this machine's shell as root. */
@RequiresNetns
class SwitchTest {

    private static final Mark MARK = new Mark("here", 4_711, 1_700_000_000_000L);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int NEVER = 3_600;

    /** The deed has to be done by then. */
    private static final int AFTER_SECONDS = 5;

    @TempDir private Path folder;

    private final String host = "switch" + ProcessHandle.current().pid();

    @AfterEach
    void leaveNothing() throws IOException {
        for (Left left : left()) {
            run(Switch.undo(host, left.id()));
        }
        Path own = Path.of("/run/proa-drill", host);
        if (Files.exists(own)) {
            assertThat(own).isEmptyDirectory();
            Files.delete(own);
        }
    }

    private static String run(String script) {
        return Shell.run(List.of("sh", "-s"), script).strip();
    }

    private List<Left> left() {
        return Switch.read(run(Switch.list(host)));
    }

    /** A file stands for the fault. */
    private Deed deed(String undo) {
        return new Deed("d1", host, "touch it", "touch " + fault() + "\n", undo, 0, 15);
    }

    private Path fault() {
        return folder.resolve("fault");
    }

    private Deed deed() {
        return deed("rm -f " + fault() + "\n");
    }

    @Test
    void whatTheDrillUndoesTheSwitchDoesNot() {
        run(Switch.arm(deed(), NEVER, MARK));
        run(Switch.commit(deed()));

        assertThat(fault()).exists();
        assertThat(left()).containsExactly(new Left("d1", "touch it", MARK, false));
        awaitOneSleeper();
        assertThat(run(Switch.undo(host, "d1"))).isEqualTo(Switch.UNDONE);
        assertThat(fault()).doesNotExist();
        assertThat(left()).isEmpty();
        Await.until(SOON, "nobody sleeps any more", () -> sleepers() == 0);
    }

    @Test
    void whatNobodyUndoesTheSwitchDoesAndSaysSo() {
        run(Switch.arm(deed(), AFTER_SECONDS, MARK) + Switch.commit(deed()));

        Await.until(SOON, "the switch undoes it", () -> !Files.exists(fault()));
        Await.until(
                SOON,
                "it says so",
                () -> left().equals(List.of(new Left("d1", "touch it", MARK, true))));
        Await.until(SOON, "its process is gone", () -> sleepers() == 0);
        assertThat(run(Switch.undo(host, "d1"))).isEqualTo(Switch.FIRED);
        assertThat(left()).isEmpty();
    }

    /** As when SSH is there again while a node starts. */
    @Test
    void aSwitchThatIsUndoingItIsLetDoSo() {
        Deed slow = deed("rm -f " + fault() + "\nsleep 1\n");
        run(Switch.arm(slow, AFTER_SECONDS, MARK) + Switch.commit(slow));

        Await.until(SOON, "the switch undoes it", () -> !Files.exists(fault()));
        assertThat(run(Switch.undo(host, "d1"))).isEqualTo(Switch.FIRED);
        assertThat(left()).isEmpty();
    }

    /** As when SSH has to be connected again between the two. */
    @Test
    void whatTheSwitchHasFiredForIsNotDoneAnyMore() {
        run(Switch.arm(deed(), 0, MARK));
        Await.until(
                SOON,
                "the switch has fired",
                () -> left().equals(List.of(new Left("d1", "touch it", MARK, true))));

        assertThat(Shell.attempt(List.of("sh", "-s"), Switch.commit(deed()), SOON).code())
                .isNotZero();
        assertThat(fault()).doesNotExist();
    }

    /** The switch fires before the deed is there, and the deed is done all the same. */
    @Test
    void whatTheSwitchOvertakesIsUndoneByWhoDidIt() {
        Path fired = Path.of("/run/proa-drill", host, "d1.fired");
        String awaits = "until [ -e " + fired + " ]; do sleep 0.05; done\n";
        String undo = "rm -f " + fault() + "\n";
        Deed slow =
                new Deed("d1", host, "touch it", awaits + "touch " + fault() + "\n", undo, 0, 15);

        Shell.Ended ended =
                Shell.attempt(
                        List.of("sh", "-s"),
                        Switch.arm(slow, AFTER_SECONDS, MARK) + Switch.commit(slow),
                        SOON);

        assertThat(ended.code()).isNotZero();
        assertThat(ended.printed()).contains("has fired before it was done");
        assertThat(fault()).doesNotExist();
    }

    /** As a node that does not start yet. */
    @Test
    void whatCannotBeUndoneLeavesTheSwitchArmed() throws IOException {
        Path later = folder.resolve("later");
        run(Switch.arm(deed("[ -e " + later + " ]\nrm -f " + fault() + "\n"), NEVER, MARK));
        run(Switch.commit(deed()));

        assertThat(Shell.attempt(List.of("sh", "-s"), Switch.undo(host, "d1"), SOON).code())
                .isNotZero();
        assertThat(left()).hasSize(1);
        awaitOneSleeper();
        Files.createFile(later);
        assertThat(run(Switch.undo(host, "d1"))).isEqualTo(Switch.UNDONE);
        assertThat(fault()).doesNotExist();
    }

    @Test
    void whatIsNotOfADrillIsNotRead() {
        assertThat(Switch.read("")).isEmpty();
        assertThat(Switch.read("d1.undo\n# kill\n# here 1 2\nd2.undo\n# x\n# $(reboot) 1\n"))
                .containsExactly(new Left("d1", "kill", new Mark("here", 1, 2), false));
    }

    /** Who begins to sleep is two for a moment: it and what it runs. */
    private void awaitOneSleeper() {
        Await.until(SOON, () -> sleepers() + " sleep", () -> sleepers() == 1);
    }

    private long sleepers() {
        return ProcessHandle.allProcesses()
                .filter(
                        process ->
                                process.info()
                                        .commandLine()
                                        .orElse("")
                                        .contains("/run/proa-drill/" + host + "/d1.switch"))
                .count();
    }
}
