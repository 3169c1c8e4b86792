package proa.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import proa.config.command.Subcommand;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.ServiceLoader;

class ProaTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void runsTheSubcommandAndReturnsItsExitCode() {
        assertThat(proa("count", "a", "b", "c")).isEqualTo(3);
    }

    @Test
    void listsContributedSubcommandsInTheHelp() {
        assertThat(proa("--help")).isZero();
        assertThat(out.toString()).contains("count").contains("returns the number of its words");
    }

    @Test
    void printsUsageAndExitsWithTwoForAnUnknownCommand() {
        assertThat(proa("cuont")).isEqualTo(2);
        assertThat(err.toString()).contains("'cuont'", "proa count?", "Usage: proa");
    }

    @Test
    void printsUsageAndExitsWithTwoWithoutACommand() {
        assertThat(proa()).isEqualTo(2);
        assertThat(err.toString()).contains("which command?").contains("Usage: proa");
    }

    @Test
    void turnsAnExceptionIntoOneLineAndExitCodeOne() {
        assertThat(proa("fail")).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("proa: the file is gone" + System.lineSeparator());
    }

    @Test
    void showsTheStackTraceForDebugging() {
        assertThat(run(true, "fail")).isEqualTo(1);
        assertThat(err.toString()).contains("proa: the file is gone").contains("\tat proa.node");
    }

    @Test
    void namesTheExceptionThatHasNoMessage() {
        assertThat(proa("fail", "--silently")).isEqualTo(1);
        assertThat(err.toString()).startsWith("proa: IllegalStateException");
    }

    @Test
    void knowsItsVersion() {
        assertThat(proa("--version")).isZero();
        assertThat(out.toString()).startsWith("proa ");
    }

    /** Options that two of its parts have would show only when it is run. */
    @Test
    void everyCommandOfThisModuleCanBeBuilt() {
        List<Subcommand> all =
                ServiceLoader.load(Subcommand.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        assertThat(Proa.run(all, nowhere, nowhere, false, "events", "--help")).isZero();
    }

    private int proa(String... arguments) {
        return run(false, arguments);
    }

    private int run(boolean debug, String... arguments) {
        List<Subcommand> subcommands = List.of(new Count(), new Fail());
        return Proa.run(
                subcommands,
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                debug,
                arguments);
    }

    @Command(name = "count", description = "returns the number of its words")
    static final class Count implements Subcommand {
        @Parameters private List<String> words = List.of();

        @Override
        public Integer call() {
            return words.size();
        }
    }

    @Command(name = "fail", description = "throws")
    static final class Fail implements Subcommand {
        @Option(names = "--silently")
        private boolean silently;

        @Override
        public Integer call() {
            throw silently
                    ? new IllegalStateException()
                    : new IllegalStateException("the file is gone");
        }
    }
}
