package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import proa.config.command.Subcommand;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class ManualCommandTest {

    @TempDir private Path folder;

    @Test
    void everyCommandThatHelpListsHasAPageAndIsCompleted() throws IOException {
        assertThat(write()).isZero();
        assertThat(folder.resolve("man1")).isDirectoryContaining("glob:**/proa.1");
        assertThat(folder.resolve("man1")).isDirectoryContaining("glob:**/proa-paint.1");
        assertThat(folder.resolve("man1")).isDirectoryNotContaining("glob:**/proa-manual.1");
        assertThat(Files.readString(folder.resolve("completions/proa")))
                .contains("paint", "--colour", "complete -F _complete_proa");
        assertThat(page("proa")).contains(".SH COMMANDS", "paint", "Put colour on a boat.");
    }

    @Test
    void aPageSaysWhatTheHelpSays() throws IOException {
        assertThat(write()).isZero();
        assertThat(page("proa-paint"))
                .startsWith(".TH PROA-PAINT 1\n")
                .contains("proa\\-paint \\- Put colour on a boat.\n")
                .contains(".TP\n\\fBBOAT\\fR\nWhich one.\n")
                .contains(".TP\n\\fB\\-\\-colour COLOUR\\fR\n\\&.5 is grey\n")
                .contains(".TP\n\\fB\\-\\-wet\\fR\nDo not wait.\n")
                .doesNotContain("secret");
    }

    /** Another command alone is loaded alone. */
    @Test
    void itKnowsEveryCommandOfTheProgram() {
        assertThat(Proa.asked("manual")).hasSizeGreaterThan(10);
        assertThat(Proa.asked("check")).hasSize(1);
    }

    private String page(String name) throws IOException {
        return Files.readString(folder.resolve("man1").resolve(name + ".1"));
    }

    private int write() {
        PrintWriter out = new PrintWriter(new StringWriter());
        List<Subcommand> commands = List.of(new ManualCommand(), new Paint());
        return Proa.run(commands, out, out, false, "manual", folder.toString());
    }

    @Command(name = "paint", description = "Put colour on a boat.")
    private static final class Paint implements Subcommand {

        @Parameters(index = "0", paramLabel = "BOAT", description = "Which one.")
        private String boat = "";

        @Option(names = "--colour", paramLabel = "COLOUR", description = ".5 is grey")
        private String colour = "";

        @Option(names = "--wet", description = "Do not wait.")
        private boolean wet;

        @Option(names = "--secret", hidden = true)
        private boolean secret;

        @Override
        public Integer call() {
            return boat.length() + colour.length() + (wet || secret ? 1 : 0);
        }
    }
}
