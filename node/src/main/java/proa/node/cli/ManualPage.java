package proa.node.cli;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

import java.util.Locale;
import java.util.Map;

/** The manual page of one command, in the macros of {@code man(7)}. */
final class ManualPage {

    private final StringBuilder out = new StringBuilder();

    private ManualPage() {}

    /** What the page is called: {@code proa-check}. */
    static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    /** The page's source. */
    static String of(CommandLine command) {
        ManualPage page = new ManualPage();
        page.write(command);
        return page.out.toString();
    }

    private void write(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        String description = String.join(" ", spec.usageMessage().description());
        macro("TH", name(command).toUpperCase(Locale.ROOT) + " 1");
        macro("SH", "NAME");
        text(name(command) + " - " + description);
        macro("SH", "SYNOPSIS");
        macro("nf", "");
        command.getHelp().synopsis(0).lines().forEach(this::text);
        macro("fi", "");
        macro("SH", "DESCRIPTION");
        text(description);
        parameters(spec);
        subcommands(command);
        macro("SH", "FILES");
        item("/etc/proa/proa.conf", "The configuration, the same on every node.");
        macro("SH", "SEE ALSO");
        text("/usr/share/doc/proa: operating.md, configuration.md");
    }

    private void parameters(CommandSpec spec) {
        if (spec.positionalParameters().isEmpty() && spec.options().isEmpty()) {
            return;
        }
        macro("SH", "OPTIONS");
        for (PositionalParamSpec each : spec.positionalParameters()) {
            item(each.paramLabel(), String.join(" ", each.description()));
        }
        for (OptionSpec each : spec.options()) {
            if (!each.hidden()) {
                String value = each.arity().max() == 0 ? "" : " " + each.paramLabel();
                item(String.join(", ", each.names()) + value, String.join(" ", each.description()));
            }
        }
    }

    private void subcommands(CommandLine command) {
        if (command.getSubcommands().isEmpty()) {
            return;
        }
        macro("SH", "COMMANDS");
        for (Map.Entry<String, CommandLine> each : command.getSubcommands().entrySet()) {
            CommandSpec spec = each.getValue().getCommandSpec();
            if (!spec.usageMessage().hidden()) {
                item(each.getKey(), String.join(" ", spec.usageMessage().description()));
            }
        }
    }

    private void item(String term, String description) {
        macro("TP", "");
        out.append("\\fB").append(escaped(term)).append("\\fR\n");
        text(description);
    }

    private void macro(String name, String argument) {
        out.append('.').append(name);
        if (!argument.isEmpty()) {
            out.append(' ').append(argument);
        }
        out.append('\n');
    }

    private void text(String line) {
        if (!line.isBlank()) {
            out.append(escaped(Ansi.OFF.string(line))).append('\n');
        }
    }

    /** A line that begins with a dot or an apostrophe would be a request. */
    private static String escaped(String line) {
        String escaped = line.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
