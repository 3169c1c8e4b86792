package proa.vip.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Where maintenance of this node outlives the process: a file {@code maintenance} in the state
 * directory, or, if a boot is to end it, in the run directory, which is in memory. That a file is
 * there is what counts.
 */
final class MaintenanceFiles {

    private static final String FILE = "maintenance";

    /** More was not written by us. */
    private static final int BYTES_MAX = 4_096;

    private final Path lasting;
    private final Path passing;

    /**
     * @param stateDirectory made when it is needed
     * @param runDirectory that is there; may be the same, where nothing is to outlive a boot
     */
    MaintenanceFiles(Path stateDirectory, Path runDirectory) {
        lasting = stateDirectory.resolve(FILE);
        passing = runDirectory.resolve(FILE);
    }

    /** What was written last, if it was not removed. */
    Optional<Maintenance> read() {
        return read(lasting, false).or(() -> read(passing, true));
    }

    private static Optional<Maintenance> read(Path file, boolean untilBoot) {
        try {
            String text = Files.size(file) > BYTES_MAX ? "" : Files.readString(file);
            return Optional.of(Maintenance.read(text, untilBoot));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            return Files.exists(file)
                    ? Optional.of(Maintenance.read("", untilBoot))
                    : Optional.empty();
        }
    }

    /** On the disk when this returns, all of it. */
    void write(Maintenance maintenance) throws IOException {
        Path file = maintenance.untilBoot() ? passing : lasting;
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling(FILE + ".new");
        try (FileChannel out =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(maintenance.lines().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.getParent())) {
            directory.force(true);
        }
    }

    /** It is over. */
    void remove() throws IOException {
        Files.deleteIfExists(lasting);
        Files.deleteIfExists(passing);
    }
}
