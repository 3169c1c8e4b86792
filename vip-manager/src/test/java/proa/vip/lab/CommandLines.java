package proa.vip.lab;

import picocli.CommandLine;

import proa.vip.command.CaptureCommand;
import proa.vip.command.DrainCommand;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Runs {@code proa capture} with the words of each line of the standard input, one after the other.
 * With arguments, {@code proa drain} with them, once.
 */
public final class CommandLines {

    private CommandLines() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length > 0) {
            System.exit(
                    new CommandLine(new DrainCommand())
                            .setExecutionExceptionHandler(
                                    (failure, command, _) -> {
                                        command.getErr().println(failure.getMessage());
                                        return 1;
                                    })
                            .execute(arguments));
        }
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int code =
                    new CommandLine(new CaptureCommand())
                            .setOut(out)
                            .setErr(out)
                            .execute(line.split(" ", -1));
            out.println("exit " + code + " of " + line);
        }
    }
}
