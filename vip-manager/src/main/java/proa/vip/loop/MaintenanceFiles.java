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
 * directory, and one in the run directory, which is in memory, for what a boot is to end. That a
 * file is there is what counts. Used by one thread at a time.
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
        boolean same = stateDirectory.toAbsolutePath().equals(runDirectory.toAbsolutePath());
        lasting = stateDirectory.resolve(FILE);
        passing = runDirectory.resolve(same ? FILE + ".until-boot" : FILE);
    }

    /** What was kept last. */
    MaintenanceMarks read() {
        return new MaintenanceMarks(read(lasting, false), read(passing, true));
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

    /**
     * On the disk when this returns, all of it; a file that says the same already is let be. What
     * befalls one file keeps the other from nothing: that in memory comes first, which never hangs.
     */
    void keep(MaintenanceMarks marks) throws IOException {
        try {
            keep(passing, true, marks.passing());
        } finally {
            keep(lasting, false, marks.lasting());
        }
    }

    private static void keep(Path file, boolean untilBoot, Optional<Maintenance> wanted)
            throws IOException {
        if (read(file, untilBoot).equals(wanted)) {
            return;
        }
        if (wanted.isPresent()) {
            write(file, wanted.get());
        } else if (!Files.deleteIfExists(file)) {
            return;
        }
        try (FileChannel directory = FileChannel.open(file.getParent())) {
            directory.force(true);
        }
    }

    private static void write(Path file, Maintenance maintenance) throws IOException {
        Files.createDirectories(file.getParent());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
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
    }
}
