package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.lab.Lab;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.report.Console;
import proa.chaos.report.Json;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What is left of runs that were ended by force. */
@RequiresNetns
class LeftoversTest {

    private static final int NOBODY = 65_534;

    @TempDir private Path folder;

    private final StringWriter printed = new StringWriter();
    private final Console console = new Console(new PrintWriter(printed, true));

    private static boolean exists(Lab lab) {
        return Files.exists(Path.of("/run/netns/" + lab.name() + "-switch"));
    }

    @Test
    void aDeadRunsLabIsRemovedAndALivingOnesIsNot() throws Exception {
        try (Lab dead = Lab.open();
                Lab living = Lab.open()) {
            Path left = Files.createDirectory(folder.resolve("proa-drill-1"));
            Files.writeString(
                    left.resolve("drill.json"),
                    Json.pretty(new Leftovers.Mark(dead.name(), ProcessHandle.current().pid(), 1)));
            Path own = Files.createDirectory(folder.resolve("proa-drill-2"));
            Leftovers.mark(own, living.name());
            Path logs = Files.createDirectory(folder.resolve("proa-drill-3"));
            assertThat(Leftovers.clean(folder, console)).isEqualTo(1);
            assertThat(left).as("its number is another process's by now").doesNotExist();
            assertThat(exists(dead)).isFalse();
            assertThat(own).exists();
            assertThat(exists(living)).isTrue();
            assertThat(logs).as("somebody may want to look at them").exists();
            assertThat(printed.toString())
                    .contains("removed lab " + dead.name())
                    .contains("which runs");
        }
    }

    /** Anybody may make a folder of that name. */
    @Test
    void aStrangersWordIsNotTaken() throws Exception {
        try (Lab lab = Lab.open()) {
            leave("proa-drill-1", new Leftovers.Mark(lab.name(), 1L << 30, 1));
            Path left = folder.resolve("proa-drill-1");
            Files.setAttribute(left, "unix:uid", NOBODY);
            assertThat(Leftovers.clean(folder, console)).isZero();
            assertThat(left).exists();
            assertThat(exists(lab)).isTrue();
        }
    }

    private void leave(String name, Leftovers.Mark mark) throws Exception {
        Path left = Files.createDirectory(folder.resolve(name));
        Files.writeString(left.resolve("drill.json"), Json.pretty(mark));
    }

    @Test
    void aLabThatIsLeftIsNamedAndOneInUseIsInNobodysWay() throws Exception {
        try (Lab dead = Lab.open();
                Lab living = Lab.open()) {
            ProcessHandle self = ProcessHandle.current();
            long start = Leftovers.startedMillis(self);
            leave("proa-drill-1", new Leftovers.Mark(living.name(), self.pid(), start));
            assertThat(Leftovers.isClear(folder, Duration.ZERO, console)).isTrue();
            assertThat(printed.toString()).isEmpty();

            leave("proa-drill-2", new Leftovers.Mark(dead.name(), self.pid(), 1));
            assertThat(Leftovers.isClear(folder, Duration.ZERO, console)).isFalse();
            assertThat(printed.toString())
                    .contains("lab " + dead.name() + " is left of a drill")
                    .contains("process " + self.pid())
                    .contains("`proa drill clean`")
                    .doesNotContain(living.name());
        }
    }

    /** Its janitor has done what it could; what is in the folder may be of use. */
    @Test
    void aFolderThatIsLeftIsNamedAndInNobodysWay() throws Exception {
        leave("proa-drill-1", new Leftovers.Mark("proazzz", ProcessHandle.current().pid(), 1));
        Files.createDirectory(folder.resolve("proa-drill-2"));
        assertThat(Leftovers.isClear(folder, Duration.ZERO, console)).isTrue();
        assertThat(printed.toString().lines())
                .singleElement()
                .asString()
                .contains("proa-drill-1 is left of a drill")
                .contains("`proa drill clean`");
    }

    /** The clock of the machine was set by a second between the starts of two programs. */
    @Test
    void whenAProcessStartedIsKnownInSecondsOnly() {
        ProcessHandle self = ProcessHandle.current();
        long start = Leftovers.startedMillis(self);
        assertThat(Leftovers.lives(self.pid(), start + 1_000)).isTrue();
        assertThat(Leftovers.lives(self.pid(), start - 1_000)).isTrue();
        assertThat(Leftovers.lives(self.pid(), start - 60_000)).isFalse();
    }
}
