package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

import proa.config.command.Subcommand;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The root of the command line: finds every {@link Subcommand} on the class path and runs the one
 * that was asked for.
 *
 * <p>Exit codes: what the command returns; 2 with the usage for arguments that make no sense; 1
 * with one line on standard error for an exception, and its stack trace if {@code PROA_DEBUG} is
 * set.
 */
@Command(
        name = "proa",
        description = "An active-active high-availability load balancer.",
        mixinStandardHelpOptions = true,
        versionProvider = Proa.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = HelpCommand.class)
public final class Proa implements Runnable {

    @Spec private @Nullable CommandSpec spec;

    private Proa() {}

    /**
     * Runs one command and exits with its code.
     *
     * @param arguments the command's name, then its own arguments
     */
    public static void main(String[] arguments) {
        boolean debug = System.getenv("PROA_DEBUG") != null;
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int code =
                node(arguments)
                        .map(command -> run(command, err, debug))
                        .orElseGet(() -> run(asked(arguments), out, err, debug, arguments));
        out.flush();
        err.flush();
        System.exit(code);
    }

    /** The process that carries the traffic, started as a unit does. */
    private static Optional<NodeCommand> node(String... arguments) {
        return arguments.length > 0 && arguments[0].equals("node")
                ? NodeCommand.plain(List.of(arguments).subList(1, arguments.length))
                : Optional.empty();
    }

    private static int run(NodeCommand command, PrintWriter err, boolean debug) {
        try {
            return command.call();
        } catch (Exception failure) {
            return report(failure, err, debug);
        }
    }

    /**
     * The command that the first argument names, alone, because reading what all the others say of
     * themselves takes longer than many a command; all of them if there is none or none of that
     * name, or if it writes what all say.
     */
    static List<? extends Subcommand> asked(String... arguments) {
        List<ServiceLoader.Provider<Subcommand>> all =
                ServiceLoader.load(Subcommand.class).stream().toList();
        return all.stream()
                .filter(one -> arguments.length > 0 && isNamed(one.type(), arguments[0]))
                .filter(one -> one.type() != ManualCommand.class)
                .findFirst()
                .map(List::of)
                .orElse(all)
                .stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    private static boolean isNamed(Class<?> type, String name) {
        Command command = type.getAnnotation(Command.class);
        return command != null && command.name().equals(name);
    }

    /** The whole program without the process around it. */
    static int run(
            Iterable<? extends Subcommand> subcommands,
            PrintWriter out,
            PrintWriter err,
            boolean debug,
            String... arguments) {
        CommandLine root = new CommandLine(new Proa());
        subcommands.forEach(root::addSubcommand);
        return root.setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, _) -> refuse(wrong))
                .setExecutionExceptionHandler(
                        (failure, command, _) -> report(failure, command.getErr(), debug))
                .execute(arguments);
    }

    /** Without a command there is nothing to do. */
    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "which command?");
        }
    }

    private static int refuse(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        command.getErr().println("proa: " + wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
        command.usage(command.getErr());
        return CommandLine.ExitCode.USAGE;
    }

    private static int report(Exception failure, PrintWriter err, boolean debug) {
        String message = failure.getMessage();
        String line = message == null ? failure.getClass().getSimpleName() : message;
        err.println("proa: " + line);
        if (debug) {
            failure.printStackTrace(err);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** The version in the manifest of the jar this class came from. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Proa.class.getPackage().getImplementationVersion();
            return new String[] {"proa " + (version == null ? "development" : version)};
        }
    }
}
