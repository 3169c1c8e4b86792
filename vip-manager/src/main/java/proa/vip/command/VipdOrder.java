package proa.vip.command;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import proa.config.command.Subcommand;
import proa.config.link.LinkMessage;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** What the commands to vipd have in common: ask, wait until it shows, tell. */
abstract class VipdOrder implements Subcommand {

    private static final int REFUSED = 2;

    @Mixin private VipdSocket vipd = new VipdSocket();

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long to wait until it is done; 0: do not. Default: 10.")
    private int waitSeconds;

    @Spec private @Nullable CommandSpec spec;

    /** Who gives the order, for vipd's log. */
    static String operator() {
        return "operator " + System.getProperty("user.name", "unknown");
    }

    /** What is wrong with how the command was given. */
    ParameterException wrong(String message) {
        return new ParameterException(command(), message);
    }

    private CommandLine command() {
        if (spec == null) {
            throw new IllegalStateException("run by picocli only");
        }
        return spec.commandLine();
    }

    /**
     * Gives the order.
     *
     * @param done whether the owners are as wanted
     * @param why a line for each group that is not as wanted
     * @return the exit code: 0 done, 2 refused, 1 not in time
     */
    int order(
            LinkMessage.FromNode question,
            Predicate<Map<String, String>> done,
            Function<Late, List<String>> why)
            throws IOException, InterruptedException {
        LinkMessage.FromVipd answer = vipd.ask(question);
        if (!(answer instanceof LinkMessage.Done(boolean ok, String text)) || !ok) {
            command()
                    .getErr()
                    .println(answer instanceof LinkMessage.Done refused ? refused.text() : answer);
            return REFUSED;
        }
        PrintWriter out = command().getOut();
        out.println(text);
        if (waitSeconds <= 0) {
            return 0;
        }
        String status = Owners.await(vipd, Duration.ofSeconds(waitSeconds), done);
        Map<String, String> owners = Owners.of(status);
        owners.forEach(
                (group, owner) ->
                        out.println("group " + group + ": " + (owner.isEmpty() ? "?" : owner)));
        if (!done.test(owners)) {
            PrintWriter err = command().getErr();
            err.println("not done within " + waitSeconds + " s:");
            why.apply(new Late(status)).forEach(err::println);
            return 1;
        }
        return 0;
    }
}
