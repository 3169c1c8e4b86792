package proa.chaos.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.report.Console;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** What {@code proa demo --stop} takes for a demo that was kept. */
class StopTest {

    @TempDir private Path temporary;

    private final StringWriter printed = new StringWriter();
    private final Console console = new Console(new PrintWriter(printed, true));

    /** A folder of a demo, whose file names another one, as earlier versions wrote it. */
    private Path kept(String name, String permissions, Path other) throws Exception {
        Path folder = Files.createDirectory(temporary.resolve(name));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
        Files.writeString(
                folder.resolve("kept.json"),
                "{\"lab\": \"\", \"folder\": \"" + other + "\", \"pids\": []}");
        return folder;
    }

    @Test
    void whatIsDeletedIsTheFolderItselfAndNoneThatItsFileNames() throws Exception {
        Path other = Files.createDirectory(temporary.resolve("precious"));
        Path folder = kept("proa-demo-1", "rwx------", other);
        assertThat(DemoCommand.stopKept(temporary, console)).isZero();
        assertThat(folder).doesNotExist();
        assertThat(other).exists();
        assertThat(printed.toString()).contains("ended " + folder);
    }

    @Test
    void aFolderThatOthersMayWriteToIsLeftAlone() throws Exception {
        Path everybodys = kept("proa-demo-1", "rwx---rwx", temporary);
        Path groups = kept("proa-demo-2", "rwxrwx---", temporary);
        Path own = kept("elsewhere", "rwx------", temporary);
        Files.createSymbolicLink(temporary.resolve("proa-demo-3"), own);
        assertThat(DemoCommand.stopKept(temporary, console)).isZero();
        assertThat(everybodys).exists();
        assertThat(groups).exists();
        assertThat(own).exists();
        assertThat(printed.toString()).contains("no demo has been kept");
    }
}
