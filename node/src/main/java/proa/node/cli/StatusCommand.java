package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import proa.config.command.Subcommand;
import proa.node.admin.Json;
import proa.node.admin.JsonReader;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code proa status}: what this host's node and vipd say of themselves. Exit code 1 when the node
 * does not answer.
 */
@Command(
        name = "status",
        description = "Show members, owners, servers, tables of this host's node and vipd.",
        mixinStandardHelpOptions = true)
public final class StatusCommand implements Subcommand {

    @Mixin private RunningNode running = new RunningNode();

    @Option(names = "--json", description = "one JSON document: {\"node\": …, \"vipd\": …}")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("run by picocli only");
        }
        Path directory = running.directory();
        LocalSockets.Answer ofNode = NodeClient.status(directory);
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
