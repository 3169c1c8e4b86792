package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import proa.node.admin.Level;
import proa.node.reload.Setup;

import java.nio.file.Path;
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
            description = "What may be done there: view, operate; operate.")
    private Level level = Level.OPERATE;

    Optional<Setup.Stats> stats() {
        Path path = socket;
        return path == null ? Optional.empty() : Optional.of(new Setup.Stats(path, level));
    }

    /** The same options for another process. */
    List<String> arguments() {
        Path path = socket;
        return path == null
                ? List.of()
                : List.of(
                        "--stats-socket",
                        path.toString(),
                        "--stats-level",
                        level.name().toLowerCase(Locale.ROOT));
    }
}
