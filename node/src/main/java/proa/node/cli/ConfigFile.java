package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import proa.config.file.CertificateInspection;
import proa.config.file.KernelFiles;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.config.text.Violation;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The options that say which file and which node, shared by the commands. */
final class ConfigFile {

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "the configuration file")
    private Path file = Path.of("proa.conf");

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "which node this host is (default: its host name)")
    private @Nullable String node;

    ConfigFile() {}

    /** As if the command line had named them. */
    ConfigFile(Path file, Optional<String> node) {
        this.file = file;
        this.node = node.orElse(null);
    }

    Path file() {
        return file;
    }

    /** The node that was named on the command line. */
    Optional<String> named() {
        return Optional.ofNullable(node);
    }

    /** The node that was named, else this host's name up to the first dot. */
    String self() throws IOException {
        return node == null ? KernelFiles.nodeName() : node;
    }

    Outcome read(Optional<String> self) {
        return ConfigReader.read(file, self);
    }

    /**
     * Reads it and looks into the certificate files it names.
     *
     * @param here whether this is the machine that needs them
     */
    Outcome inspect(Optional<String> self, boolean here) {
        return ConfigReader.read(file, self, new CertificateInspection(Instant.now(), here));
    }

    static void print(List<Violation> violations, PrintWriter out) {
        violations.forEach(out::println);
        out.println(violations.size() == 1 ? "1 violation" : violations.size() + " violations");
    }
}
