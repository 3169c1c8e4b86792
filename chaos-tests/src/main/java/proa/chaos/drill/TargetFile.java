package proa.chaos.drill;

import proa.config.drill.Targets;
import proa.config.text.TargetReader;
import proa.config.text.Violation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file that names the machines of remote drills.
 *
 * @param base its folder, to which file names in it are relative
 */
record TargetFile(Targets targets, Path base) {

    /** A few machines. */
    private static final int FILE_BYTES_MAX = 64 << 10;

    /**
     * Reads it.
     *
     * @throws DrillFiles.RefusedException when it is not there or not sound; the message names
     *     every violation
     */
    static TargetFile read(Path file) throws DrillFiles.RefusedException {
        return switch (TargetReader.parse(text(file), file.toString())) {
            case TargetReader.Outcome.Ok(Targets targets) -> {
                Path folder = file.toAbsolutePath().getParent();
                yield new TargetFile(targets, folder == null ? Path.of("/") : folder);
            }
            case TargetReader.Outcome.Refused(List<Violation> violations) ->
                    throw new DrillFiles.RefusedException(
                            violations.stream().map(Violation::toString).toList());
        };
    }

    private static String text(Path file) throws DrillFiles.RefusedException {
        try {
            if (!Files.isRegularFile(file)) {
                throw new IOException("no such file");
            }
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IOException("larger than " + FILE_BYTES_MAX + " bytes");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new DrillFiles.RefusedException(
                    List.of(file + ": cannot be read: " + e.getMessage()));
        }
    }

    /** Its machines, for people. */
    String names() {
        return targets.hosts().stream().map(Targets.Host::name).collect(Collectors.joining(", "));
    }
}
