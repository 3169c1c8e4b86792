package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import proa.node.admin.Answer;
import proa.node.admin.Json;
import proa.node.cli.NodeClient.Reply;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A question to a running node and its answer on the terminal. Exit code 2: the node refuses what
 * was asked for; 1: it is not there, or this user may not ask.
 */
final class Asking {

    /** A reload of a thousand hashed backends takes seconds. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Nobody waits a minute to look at something. */
    private static final Duration LOOKING = LocalSockets.PATIENCE;

    private static final int REFUSED = 2;

    @Mixin private RunningNode running = new RunningNode();

    @Option(names = "--json", description = "one JSON document")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    /**
     * Asks, and prints.
     *
     * @param show what the operator reads without {@code --json}
     */
    int ask(String method, String target, Consumer<Reply.Said> show) throws IOException {
        return ask(method, target, "", method.equals("GET") ? LOOKING : PATIENCE, show);
    }

    /** The same for what may take its time. */
    int ask(String method, String target, Duration patience, Consumer<Reply.Said> show)
            throws IOException {
        return ask(method, target, "", patience, show);
    }

    /** The same with a body. */
    int ask(String method, String target, String body, Consumer<Reply.Said> show)
            throws IOException {
        return ask(method, target, body, PATIENCE, show);
    }

    private int ask(
            String method, String target, String body, Duration patience, Consumer<Reply.Said> show)
            throws IOException {
        return switch (NodeClient.ask(running.directory(), method, target, body, patience)) {
            case Reply.Said said -> {
                if (json) {
                    out().println(said.json());
                } else {
                    show.accept(said);
                }
                yield CommandLine.ExitCode.OK;
            }
            case Reply.Refused(var reasons) -> failed(reasons, REFUSED);
            case Reply.Unable(var why) ->
                    failed(List.of("node: " + why), CommandLine.ExitCode.SOFTWARE);
        };
    }

    private int failed(List<String> reasons, int code) {
        if (json) {
            out().println(Json.of(Answer.ordered("error", reasons.getFirst(), "reasons", reasons)));
        } else {
            reasons.forEach(command().getErr()::println);
        }
        return code;
    }

    /** The configuration file that was named, or null. */
    @Nullable Path file() {
        return running.file();
    }

    /** Whether a node was named. */
    boolean named() {
        return running.named();
    }

    /** Whether one document is wanted. */
    boolean json() {
        return json;
    }

    PrintWriter out() {
        return command().getOut();
    }

    CommandLine command() {
        if (spec == null) {
            throw new IllegalStateException("run by picocli only");
        }
        return spec.commandLine();
    }

    /** A part of a path or a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
