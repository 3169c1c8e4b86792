package proa.vip.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import proa.config.link.LinkMessage;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code proa drain NODE}. */
@Command(
        name = "drain",
        description =
                "Take a node out of service: its groups move to others, and it takes none until"
                        + " `proa ready`, restarts and boots included.",
        mixinStandardHelpOptions = true)
public final class DrainCommand extends VipdOrder {

    private static final Pattern FORM = Pattern.compile("(\\d{1,7})([smhd])");

    @Parameters(index = "0", paramLabel = "NODE", description = "The node's name.")
    private String node = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "",
            description = "It ends by itself after this time, like 30m, 8h or 2d; at most 30d.")
    private String limit = "";

    @Option(names = "--until-boot", description = "It ends when the node's host boots.")
    private boolean untilBoot;

    /** For picocli and {@link java.util.ServiceLoader}. */
    public DrainCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        return order(
                new LinkMessage.Maintenance(node, true, operator(), untilBoot, seconds()),
                owners -> !owners.containsValue(node) && !owners.containsValue(""),
                late -> late.drained(node));
    }

    /** 0: without an end. */
    private long seconds() {
        if (limit.isEmpty()) {
            return 0;
        }
        Matcher form = FORM.matcher(limit);
        if (form.matches()) {
            long unit =
                    switch (form.group(2)) {
                        case "s" -> 1;
                        case "m" -> 60;
                        case "h" -> 3_600;
                        default -> 86_400;
                    };
            long seconds = unit * Long.parseLong(form.group(1));
            if (seconds >= 1 && seconds <= LinkMessage.Maintenance.SECONDS_MAX) {
                return seconds;
            }
        }
        throw wrong("a time is like 30m, 8h or 2d, at most 30d, not \"" + limit + "\"");
    }
}
