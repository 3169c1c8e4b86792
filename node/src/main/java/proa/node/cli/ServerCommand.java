package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

import proa.config.command.Subcommand;
import proa.node.cli.NodeClient.Reply;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@code proa server BACKEND/NAME [ready|drain|maintenance|weight N]}: what a server of the running
 * node is to do, and how much it gets. Without an action it is shown.
 */
@Command(
        name = "server",
        description = {
            "Show a server of the running node, or change its state:",
            "  ready         it takes part",
            "  drain         it keeps the clients that stick to it, and gets no new ones",
            "  maintenance   it gets nothing; its clients go elsewhere",
            "  weight W      0 to 256, or a share of the file's like 50%%, or file"
        },
        mixinStandardHelpOptions = true)
public final class ServerCommand implements Subcommand {

    private static final List<String> ORDERS = List.of("ready", "drain", "maintenance");

    @Mixin private Asking asking = new Asking();

    @Parameters(index = "0", paramLabel = "BACKEND/NAME", description = "the server")
    private String server = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "ACTION",
            description = "ready, drain, maintenance, weight W")
    private List<String> action = List.of();

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.Limit.class,
            description = "the server is as the file says again after this time, like 10m or 7d")
    private @Nullable Duration limit;

    @Override
    public Integer call() throws IOException {
        if (action.isEmpty()) {
            String[] names = names(asking, server);
            String backend = "/backends/" + Asking.encoded(names[0]);
            return asking.ask("GET", backend, said -> show(said, names[1]));
        }
        return change(asking, server, wish(), limit);
    }

    private static String[] names(Asking asking, String server) {
        String[] names = server.split("/", -1);
        if (names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) {
            throw new ParameterException(
                    asking.command(), "a server is BACKEND/NAME, not " + server);
        }
        return names;
    }

    /**
     * Asks for something to be different about a server.
     *
     * @param server its backend and name
     * @param wish a parameter of the API and its value
     * @param limit after which it is as before; null: for good
     */
    static int change(Asking asking, String server, String wish, @Nullable Duration limit)
            throws IOException {
        String[] names = names(asking, server);
        return asking.ask(
                "POST",
                "/backends/"
                        + Asking.encoded(names[0])
                        + "/servers/"
                        + Asking.encoded(names[1])
                        + "?"
                        + wish
                        + (limit == null ? "" : "&seconds=" + Math.max(1, limit.toSeconds())),
                said -> asking.out().print(Outline.of(said.document())));
    }

    private String wish() {
        String wish;
        if (action.size() == 1 && ORDERS.contains(action.getFirst())) {
            wish = "order=" + action.getFirst();
        } else if (action.size() == 2 && action.getFirst().equals("weight")) {
            wish = "weight=" + Asking.encoded(action.get(1));
        } else {
            throw wrong(
                    "ready, drain, maintenance or weight W, not \""
                            + String.join(" ", action)
                            + "\"");
        }
        return wish;
    }

    private void show(Reply.Said said, String name) {
        if (said.document().get("servers") instanceof List<?> servers) {
            for (Object each : servers) {
                if (each instanceof Map<?, ?> fields && name.equals(fields.get("name"))) {
                    asking.out().print(Outline.of(fields));
                    return;
                }
            }
        }
        throw wrong("backend " + said.document().get("name") + " has no server " + name);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(asking.command(), message);
    }
}
