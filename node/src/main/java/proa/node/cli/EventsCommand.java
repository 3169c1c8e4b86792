package proa.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import proa.config.command.Subcommand;
import proa.node.cli.NodeClient.Reply;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code proa events}: what has happened to this host's node lately, oldest first. */
@Command(
        name = "events",
        description =
                "Show what has happened to this host's node: servers, groups, reloads, members.",
        mixinStandardHelpOptions = true)
public final class EventsCommand implements Subcommand {

    @Mixin private Asking asking = new Asking();

    @Override
    public Integer call() throws IOException {
        return asking.ask("GET", "/events", this::show);
    }

    private void show(Reply.Said said) {
        if (said.document().get("events") instanceof List<?> events) {
            events.forEach(event -> asking.out().println(line((Map<?, ?>) event)));
        }
    }

    private static String line(Map<?, ?> event) {
        return event.get("at")
                + "  "
                + event.get("kind")
                + "  "
                + event.get("subject")
                + ": "
                + event.get("text");
    }
}
