package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import proa.config.command.Subcommand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/** {@code proa sessions}: one session, or all of the running cluster as a file and back. */
@Command(
        name = "sessions",
        aliases = "session",
        description =
                "Show how the session store stands or one session, write all sessions into a file,"
                        + " or bring those of a file in.",
        mixinStandardHelpOptions = true,
        subcommands = {
            SessionsCommand.Show.class,
            SessionsCommand.Export.class,
            SessionsCommand.Import.class
        })
public final class SessionsCommand implements Subcommand {

    /** A million sessions take minutes. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("run by picocli only");
        }
        throw new ParameterException(spec.commandLine(), "which of show, export, import?");
    }

    /** {@code proa sessions show [KEY]}. */
    @Command(
            name = "show",
            description =
                    "Show who holds sessions, and whether they can be written; or one session: how"
                            + " large, who holds it, when it was written, when it expires.",
            mixinStandardHelpOptions = true)
    static final class Show implements Callable<Integer> {
        @Mixin private Asking asking = new Asking();

        @Parameters(
                arity = "0..1",
                paramLabel = "KEY",
                description = "as clients of the Redis protocol say it")
        private @Nullable String key;

        @Option(
                names = "--database",
                paramLabel = "NUMBER",
                description = "of the key, 0 to 15; default: 0")
        private int database;

        @Option(names = "--content", description = "its content, too; needs the level admin")
        private boolean content;

        @Override
        public Integer call() throws IOException {
            String of = key;
            if (of == null && (content || database != 0)) {
                throw new ParameterException(asking.command(), "of which KEY?");
            }
            String path = content ? "/sessions/content" : "/sessions/entry";
            return asking.ask(
                    "GET",
                    of == null
                            ? "/sessions"
                            : path + "?key=" + Asking.encoded(of) + "&database=" + database,
                    said -> asking.out().print(Outline.of(said.document())));
        }
    }

    /** {@code proa sessions export FILE}. */
    @Command(
            name = "export",
            description = {
                "Write all sessions of the cluster into a file, readable for the node's user only.",
                "The node writes it: a file that is there is replaced. As a service it may write in"
                        + " /var/lib/proa."
            },
            mixinStandardHelpOptions = true)
    static final class Export implements Callable<Integer> {
        @Mixin private Asking asking = new Asking();

        @Parameters(paramLabel = "FILE", description = "where to")
        private Path file = Path.of("");

        @Override
        public Integer call() throws IOException {
            int code = transfer(asking, "export", file);
            if (code == CommandLine.ExitCode.OK && Files.notExists(file)) {
                throw new IOException(
                        file
                                + " is not here: the node's service has a folder of its own in"
                                + " that place, which ends with it. Name a file in /var/lib/proa");
            }
            return code;
        }
    }

    /** {@code proa sessions import FILE}. */
    @Command(
            name = "import",
            description = {
                "Bring the sessions of a file in, an export or a snapshot.",
                "The node reads it, as a service from /var/lib/proa. A session that was written"
                        + " later stays as it is."
            },
            mixinStandardHelpOptions = true)
    static final class Import implements Callable<Integer> {
        @Mixin private Asking asking = new Asking();

        @Parameters(paramLabel = "FILE", description = "where from")
        private Path file = Path.of("");

        @Override
        public Integer call() throws IOException {
            return transfer(asking, "import", file);
        }
    }

    private static int transfer(Asking asking, String what, Path file) throws IOException {
        return asking.ask(
                "POST",
                "/sessions/" + what + "?file=" + Asking.encoded(file.toAbsolutePath().toString()),
                PATIENCE,
                said -> asking.out().print(Outline.of(said.document())));
    }
}
