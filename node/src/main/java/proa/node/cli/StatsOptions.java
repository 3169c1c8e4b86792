package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import proa.config.AdminConfig;
import proa.node.admin.Level;
import proa.node.reload.Setup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The options of the socket that speaks HAProxy's commands. */
final class StatsOptions {

    @Option(
            names = "--stats-socket",
            paramLabel = "PATH",
            description = "Unix socket that speaks HAProxy's commands; none.")
    private @Nullable Path socket;

    @Option(
            names = "--stats-level",
            paramLabel = "LEVEL",
            description = "What may be done there: view, operate; as the file says, or operate.")
    private @Nullable Level level;

    /**
     * What these say, or else the file.
     *
     * @param ofFile its {@code admin.haproxy}
     */
    Optional<Setup.Stats> stats(Optional<AdminConfig.Haproxy> ofFile) {
        Path path = socket == null ? ofFile.map(AdminConfig.Haproxy::socket).orElse(null) : socket;
        if (path == null) {
            return Optional.empty();
        }
        boolean changes =
                level == null
                        ? socket != null || ofFile.orElseThrow().changes()
                        : level.includes(Level.OPERATE);
        return Optional.of(new Setup.Stats(path, changes ? Level.OPERATE : Level.VIEW));
    }

    /** The same options for another process. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (socket != null) {
            arguments.addAll(List.of("--stats-socket", socket.toString()));
        }
        if (level != null) {
            String word = level.name().toLowerCase(Locale.ROOT);
            arguments.addAll(List.of("--stats-level", word));
        }
        return arguments;
    }
}
