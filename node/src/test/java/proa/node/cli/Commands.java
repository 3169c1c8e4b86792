package proa.node.cli;

import proa.config.command.Subcommand;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** Runs commands as the program would, without a process. */
final class Commands {

    private Commands() {}

    /** What a command left behind. */
    record Done(int code, String out, String err) {}

    static Done run(Subcommand command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Proa.run(
                        List.of(command),
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        false,
                        arguments);
        return new Done(code, out.toString(), err.toString());
    }
}
