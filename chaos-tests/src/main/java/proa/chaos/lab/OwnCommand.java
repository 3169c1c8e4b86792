package proa.chaos.lab;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import proa.config.command.Subcommand;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A command of {@code proa} in this process. One in a process of its own needs a third of a
 * processor for two seconds to start, which the balancers beside it on a small machine miss: what
 * an observer then sees of a planned move is that. Safe from any thread.
 */
final class OwnCommand {

    private OwnCommand() {}

    /**
     * Runs it to its end.
     *
     * @param name of the command
     * @return what it printed
     * @throws LabException when it fails; the message carries its output
     */
    static String run(String name, List<String> arguments) {
        StringWriter printed = new StringWriter();
        PrintWriter both = new PrintWriter(printed, true);
        int code =
                new CommandLine(find(name))
                        .setOut(both)
                        .setErr(both)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .execute(arguments.toArray(String[]::new));
        if (code != 0) {
            throw new LabException(
                    name + " " + String.join(" ", arguments) + " failed: " + printed);
        }
        return printed.toString();
    }

    private static Subcommand find(String name) {
        return ServiceLoader.load(Subcommand.class).stream()
                .filter(one -> isNamed(one.type(), name))
                .findFirst()
                .map(ServiceLoader.Provider::get)
                .orElseThrow(() -> new LabException("there is no command " + name));
    }

    private static boolean isNamed(Class<?> type, String name) {
        Command command = type.getAnnotation(Command.class);
        return command != null && command.name().equals(name);
    }
}
