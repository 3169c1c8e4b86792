package proa.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

import proa.config.ProaConfig;
import proa.config.command.Subcommand;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.config.text.Places;
import proa.node.admin.ExplanationReport;
import proa.node.admin.Json;
import proa.node.admin.JsonReader;
import proa.node.explain.Explanation;
import proa.node.explain.Question;
import proa.node.explain.Twin;
import proa.node.rules.EmptyTables;
import proa.node.rules.Surroundings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code proa explain METHOD URL}: which rule, route and server a request would get, and why; by a
 * file, or by the running node with its states and tables as they are.
 */
@Command(
        name = "explain",
        description = {
            "Show which rule, route and server a request would get, and why. Nothing is sent.",
            "With -c FILE as the file says; without, or with --node, as the running node stands."
        },
        mixinStandardHelpOptions = true)
public final class ExplainCommand implements Subcommand {

    private static final int REFUSED = 2;

    @Mixin private Asking asking = new Asking();

    @Parameters(index = "0", paramLabel = "METHOD", description = "GET, POST …")
    private String method = "";

    @Parameters(
            index = "1",
            paramLabel = "URL",
            description = "https://shop.example/path?query; tcp://ADDRESS:PORT for a connection")
    private String url = "";

    @Option(
            names = {"-H", "--header"},
            paramLabel = "LINE",
            description = "a header of the request, 'Name: value'; may come again")
    private List<String> headers = List.of();

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            description = "the client's address; default: this machine's own")
    private String from = "";

    /** For picocli and {@link java.util.ServiceLoader}. */
    public ExplainCommand() {}

    @Override
    public Integer call() throws IOException {
        Path by = asking.file();
        return by == null || asking.named() ? live() : byFile(by);
    }

    private int live() throws IOException {
        StringBuilder target = new StringBuilder("/explain?method=");
        target.append(Asking.encoded(method)).append("&url=").append(Asking.encoded(url));
        target.append("&from=").append(Asking.encoded(from));
        headers.forEach(line -> target.append("&header=").append(Asking.encoded(line)));
        return asking.ask(
                "GET",
                target.toString(),
                said -> asking.out().print(ExplanationText.of(said.document())));
    }

    private int byFile(Path by) throws IOException {
        return switch (ConfigReader.read(by, Optional.empty())) {
            case Outcome.Refused(var violations) -> {
                ConfigFile.print(violations, asking.out());
                yield REFUSED;
            }
            case Outcome.Ok(ProaConfig config, _, _) -> {
                Places places = Places.of(Files.readString(by), by.toString());
                Map<String, Object> document =
                        ExplanationReport.of(explanation(config), places::of);
                asking.out()
                        .print(
                                asking.json()
                                        ? Json.of(document) + "\n"
                                        : ExplanationText.of(
                                                (Map<?, ?>) JsonReader.read(Json.of(document))));
                yield 0;
            }
        };
    }

    private Explanation explanation(ProaConfig config) {
        InstantSource time = InstantSource.system();
        try {
            return Explanation.of(
                    Question.of(method, url, from, headers),
                    new Explanation.Known(
                            config,
                            new EmptyTables(config),
                            backend -> Twin.of(backend, time),
                            new Surroundings(time, bound -> bound - 1)));
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(asking.command(), String.valueOf(wrong.getMessage()));
        }
    }
}
