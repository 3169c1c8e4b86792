package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import proa.config.file.KernelFiles;
import proa.config.file.RunFolders;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The options that say which running node is meant, shared by the commands. */
final class RunningNode {

    @Option(names = "--run-dir", paramLabel = "DIR", description = "the node's run directory")
    private @Nullable Path runDirectory;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "configuration: where several nodes run, /run/proa/CLUSTER/NODE of it")
    private @Nullable Path file;

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "which node, with --config; default: called as the host")
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
        return directory(RunFolders.ROOT);
    }

    /**
     * The same where run directories are elsewhere.
     *
     * @param run the folder of the clusters' folders
     */
    Path directory(Path run) throws IOException {
        if (runDirectory != null) {
            return runDirectory;
        }
        if (file != null && node != null) {
            return ofFile(run, file, node);
        }
        List<Path> found = RunFolders.below(run);
        if (found.size() == 1) {
            return found.getFirst();
        }
        if (found.size() > 1 && file != null) {
            return ofFile(run, file, KernelFiles.nodeName());
        }
        throw new IOException(
                found.isEmpty()
                        ? "no node runs under " + run + "; name its directory with --run-dir"
                        : "several nodes run here; name one with --run-dir: " + found);
    }

    private static Path ofFile(Path run, Path file, String node) throws IOException {
        return switch (ConfigReader.read(file, Optional.of(node))) {
            case Outcome.Ok sound -> run.resolve(sound.config().cluster().name()).resolve(node);
            case Outcome.Refused refused ->
                    throw new IOException(refused.violations().getFirst().toString());
        };
    }

    /**
     * Its run directory; empty: no node was named, and none runs here.
     *
     * @throws IOException when it is not clear which node is meant
     */
    Optional<Path> found() throws IOException {
        boolean told = runDirectory != null || file != null && node != null;
        return told || !RunFolders.below(RunFolders.ROOT).isEmpty()
                ? Optional.of(directory())
                : Optional.empty();
    }
}
