package proa.chaos.guide;

import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

import proa.config.command.Subcommand;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Command lines of the documentation, held against the command tree. Nothing is run. */
final class Commands {

    /** What the launcher does itself. */
    private static final Set<String> OF_LAUNCHER =
            Set.of("help", "test", "package", "tidy", "prepare-tests");

    /** A call within a line of shell, up to what ends it there; behind -g it is a group's name. */
    private static final Pattern CALL =
            Pattern.compile("(?<!-g)(?:^|[\\s('])(?:\\./|/usr/bin/)?proa ([^|;&)]*)");

    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    private final CommandLine tree = new CommandLine(CommandSpec.create().name("proa"));

    Commands() {
        ServiceLoader.load(Subcommand.class).forEach(tree::addSubcommand);
        tree.setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** The calls in a line of shell, each with its arguments. */
    static List<List<String>> calls(String line) {
        String code =
                line.replaceFirst("(^|\\s)#\\s.*$", "").replaceFirst("(?<=\\S)\\s{2,}.*$", "");
        List<List<String>> calls = new ArrayList<>();
        Matcher call = CALL.matcher(code);
        while (call.find()) {
            List<String> words = words(call.group(1));
            if (!words.isEmpty()) {
                calls.add(words);
            }
        }
        return calls;
    }

    private static List<String> words(String text) {
        return WORD.matcher(text)
                .results()
                .map(
                        word ->
                                Optional.ofNullable(word.group(1))
                                        .or(() -> Optional.ofNullable(word.group(2)))
                                        .orElse(word.group(3)))
                .map(word -> word.replaceAll("['\"]$", ""))
                .takeWhile(word -> !word.startsWith(">"))
                .toList();
    }

    /** Whether there is such a command. */
    boolean has(String name) {
        return OF_LAUNCHER.contains(name) || tree.getSubcommands().containsKey(name);
    }

    /** Why the command line would refuse this; empty when it takes it. */
    Optional<String> objection(List<String> arguments) {
        return objection(arguments, false);
    }

    /** The same of a command in the middle of a sentence, which leaves out what is plain. */
    Optional<String> objectionToPart(List<String> arguments) {
        return objection(arguments, true);
    }

    private Optional<String> objection(List<String> arguments, boolean part) {
        if (!has(arguments.getFirst())) {
            return Optional.of("there is no command " + arguments.getFirst());
        }
        if (OF_LAUNCHER.contains(arguments.getFirst())) {
            return Optional.empty();
        }
        try {
            tree.parseArgs(arguments.toArray(String[]::new));
            return Optional.empty();
        } catch (ParameterException wrong) {
            return part && wrong instanceof MissingParameterException
                    ? Optional.empty()
                    : Optional.of(String.valueOf(wrong.getMessage()));
        }
    }
}
