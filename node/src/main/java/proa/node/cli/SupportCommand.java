package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import proa.config.command.Subcommand;
import proa.config.file.RunFolders;
import proa.node.support.Bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code proa support}: one file for somebody who helps, also when the node does not answer. Exit
 * code 0: it is written.
 */
@Command(
        name = "support",
        description = {
            "Write one file with what somebody needs who helps from afar: status of node and vipd,",
            "events, the journal, metrics, threads, versions, facts of the kernel, and the",
            "configuration without its comments and secrets. Look at it before you send it."
        },
        mixinStandardHelpOptions = true)
public final class SupportCommand implements Subcommand {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private static final Duration PROGRAM_LIMIT = Duration.ofSeconds(10);

    /** What programs of the machine say, by the names of the files. */
    private static final Map<String, List<String>> PROGRAMS =
            Map.of(
                    "journal.txt",
                    List.of(
                            "journalctl",
                            "--no-pager",
                            "--utc",
                            "--output=short-iso-precise",
                            "--lines=5000",
                            "--unit=proa-node",
                            "--unit=proa-vipd"),
                    "addresses.txt",
                    List.of("ip", "-statistics", "-details", "address"),
                    "routes.txt",
                    List.of("ip", "route", "show", "table", "all"),
                    "routing-rules.txt",
                    List.of("ip", "rule"));

    /** Files of their own; what is left of the diagnosis is one more. */
    private static final List<String> TEXTS = List.of("metrics", "threads");

    @Mixin private RunningNode running = new RunningNode();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "where to; proa-support-TIME.tar.gz unless said")
    private @Nullable Path output;

    @Spec private @Nullable CommandSpec spec;

    /** For picocli and {@link java.util.ServiceLoader}. */
    public SupportCommand() {}

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("run by picocli only");
        }
        Optional<Path> found = running.found();
        Path directory = found.orElse(RunFolders.ROOT);
        Instant now = Instant.now();
        String name = "proa-support-" + TIME.format(now);
        Path file = output == null ? Path.of(name + ".tar.gz") : output;
        Bundle bundle = new Bundle();
        Map<?, ?> status = ask(bundle, directory, "status");
        ask(bundle, directory, "events");
        ask(bundle, directory, "history");
        ask(bundle, directory, "samples");
        if (!diagnosis(bundle, directory)) {
            silent(bundle, found.isPresent() ? "does not answer" : "does not run", directory);
        }
        bundle.add(
                "vipd.json",
                switch (LocalSockets.vipd(directory.resolve("vipd.sock"))) {
                    case LocalSockets.Answer.Document(String text) -> text;
                    case LocalSockets.Answer.Silent(String why) -> "silent: " + why;
                });
        PROGRAMS.forEach((what, command) -> bundle.addProgram(what, command, PROGRAM_LIMIT));
        bundle.addHost(status.get("pid") instanceof Long pid ? pid : 0);
        bundle.write(file, name, now.getEpochSecond());
        spec.commandLine().getOut().println(file);
        return 0;
    }

    private static Map<?, ?> ask(Bundle bundle, Path directory, String what) {
        Map<?, ?> document = Map.of();
        String text =
                switch (reply(directory, what)) {
                    case NodeClient.Reply.Said said -> {
                        document = said.document();
                        yield said.json();
                    }
                    case NodeClient.Reply.Refused(var reasons) -> "refused: " + reasons;
                    case NodeClient.Reply.Unable(var why) -> "silent: " + why;
                };
        bundle.add(what + ".json", text);
        return document;
    }

    private static NodeClient.Reply reply(Path directory, String what) {
        return NodeClient.ask(directory, "GET", "/" + what, "", LocalSockets.PATIENCE);
    }

    /** What can be said of a node that cannot say anything: its file, if that was named. */
    private void silent(Bundle bundle, String why, Path directory) throws IOException {
        bundle.add("node.txt", "the node of " + directory + " " + why + "\n");
        Path file = running.file();
        if (file != null) {
            bundle.addConfiguration("configuration.conf", Files.readString(file));
        }
        if (spec != null) {
            spec.commandLine().getErr().println("the node of " + directory + " " + why);
        }
    }

    /** Whether the node has said anything. */
    private static boolean diagnosis(Bundle bundle, Path directory) {
        return switch (reply(directory, "diagnosis")) {
            case NodeClient.Reply.Said said -> {
                Map<?, ?> document = said.document();
                TEXTS.forEach(
                        name -> bundle.add(name + ".txt", String.valueOf(document.get(name))));
                bundle.add("versions.txt", String.valueOf(document.get("versions")));
                bundle.addConfiguration(
                        "configuration.conf", String.valueOf(document.get("configuration")));
                yield true;
            }
            case NodeClient.Reply.Refused(var reasons) -> {
                bundle.add("diagnosis.txt", "refused: " + reasons);
                yield true;
            }
            case NodeClient.Reply.Unable(var why) -> {
                bundle.add("diagnosis.txt", "silent: " + why);
                yield false;
            }
        };
    }
}
