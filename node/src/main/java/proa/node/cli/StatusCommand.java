package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import proa.config.command.Subcommand;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.node.admin.Json;
import proa.node.admin.JsonReader;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code proa status}: what this host's node and vipd say of themselves. Exit code 1 when the node
 * does not answer.
 */
@Command(
        name = "status",
        description = "Show members, owners, servers, tables of this host's node and vipd.",
        mixinStandardHelpOptions = true)
public final class StatusCommand implements Subcommand {

    private static final Path RUN = Path.of("/run/proa");

    @Option(names = "--run-dir", paramLabel = "DIR", description = "the node's run directory")
    private @Nullable Path runDirectory;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "configuration, with --node: /run/proa/CLUSTER/NODE")
    private @Nullable Path file;

    @Option(names = "--node", paramLabel = "NAME", description = "which node")
    private @Nullable String node;

    @Option(names = "--json", description = "one JSON document: {\"node\": …, \"vipd\": …}")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("run by picocli only");
        }
        Path directory = directory();
        LocalSockets.Answer ofNode = LocalSockets.node(directory.resolve("node.sock"));
        LocalSockets.Answer ofVipd = LocalSockets.vipd(directory.resolve("vipd.sock"));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(document(ofNode, ofVipd));
        } else {
            show("node", ofNode, out);
            show("vipd", ofVipd, out);
        }
        return ofNode instanceof LocalSockets.Answer.Document ? 0 : 1;
    }

    private Path directory() throws IOException {
        if (runDirectory != null) {
            return runDirectory;
        }
        if (file != null && node != null) {
            return switch (ConfigReader.read(file, Optional.of(node))) {
                case Outcome.Ok sound -> RUN.resolve(sound.config().cluster().name()).resolve(node);
                case Outcome.Refused refused ->
                        throw new IOException(refused.violations().getFirst().toString());
            };
        }
        List<Path> found = running();
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new IOException(
                found.isEmpty()
                        ? "no node runs under " + RUN + "; name its directory with --run-dir"
                        : "several nodes run here; name one with --run-dir: " + found);
    }

    private static List<Path> running() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path cluster : folders(RUN)) {
            found.addAll(folders(cluster));
        }
        return found;
    }

    private static List<Path> folders(Path parent) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(parent)) {
            try (DirectoryStream<Path> entries =
                    Files.newDirectoryStream(parent, Files::isDirectory)) {
                entries.forEach(found::add);
            }
        }
        return found;
    }

    private static String document(LocalSockets.Answer ofNode, LocalSockets.Answer ofVipd) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("node", value(ofNode));
        document.put("vipd", value(ofVipd));
        return Json.of(document);
    }

    private static Object value(LocalSockets.Answer answer) {
        return switch (answer) {
            case LocalSockets.Answer.Document(String text) -> new Json.Raw(text);
            case LocalSockets.Answer.Silent(String why) -> Map.of("error", why);
        };
    }

    private static void show(String who, LocalSockets.Answer answer, PrintWriter out) {
        switch (answer) {
            case LocalSockets.Answer.Document(String text) -> {
                out.println(who);
                out.print(Outline.of(JsonReader.read(text)));
            }
            case LocalSockets.Answer.Silent(String why) -> out.println(who + ": " + why);
        }
    }
}
