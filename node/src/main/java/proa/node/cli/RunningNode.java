package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import proa.config.text.ConfigReader;
import proa.config.text.Outcome;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The options that say which running node is meant, shared by the commands. */
final class RunningNode {

    static final Path RUN = Path.of("/run/proa");

    @Option(names = "--run-dir", paramLabel = "DIR", description = "the node's run directory")
    private @Nullable Path runDirectory;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "configuration, with --node: /run/proa/CLUSTER/NODE")
    private @Nullable Path file;

    @Option(names = "--node", paramLabel = "NAME", description = "which node")
    private @Nullable String node;

    /** Whether a node was named. */
    boolean named() {
        return node != null;
    }

    /** The configuration file that was named, or null. */
    @Nullable Path file() {
        return file;
    }

    /**
     * Its run directory.
     *
     * @throws IOException when it is not clear which node is meant
     */
    Path directory() throws IOException {
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

    /**
     * Its run directory; empty: no node was named, and none runs here.
     *
     * @throws IOException when it is not clear which node is meant
     */
    Optional<Path> found() throws IOException {
        boolean told = runDirectory != null || file != null && node != null;
        return told || !running().isEmpty() ? Optional.of(directory()) : Optional.empty();
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
}
