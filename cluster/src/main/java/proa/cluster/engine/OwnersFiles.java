package proa.cluster.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files with what users keep secret: for this process's user only, whatever its umask is. */
final class OwnersFiles {

    private static final Logger LOG = LoggerFactory.getLogger(OwnersFiles.class);

    private static final Set<PosixFilePermission> FILE =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER =
            PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> OF_FILE = PosixFilePermissions.asFileAttribute(FILE);
    private static final FileAttribute<?> OF_FOLDER = PosixFilePermissions.asFileAttribute(FOLDER);

    private OwnersFiles() {}

    /** Makes a folder; one that is there, and its files, are for nobody else from now on. */
    static void folder(Path folder) throws IOException {
        Files.createDirectories(folder, OF_FOLDER);
        tighten(folder, FOLDER);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
            for (Path each : files) {
                tighten(each, FILE);
            }
        }
    }

    private static void tighten(Path path, Set<PosixFilePermission> to) throws IOException {
        if (!to.containsAll(Files.getPosixFilePermissions(path))) {
            Files.setPosixFilePermissions(path, to);
        }
    }

    /** Removes what is there, if that is possible. */
    static void discard(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.debug("sessions: {} stays", path, e);
        }
    }

    /** Opens a file of such a folder. */
    static FileChannel open(Path path, OpenOption... options) throws IOException {
        return FileChannel.open(path, Set.of(options), OF_FILE);
    }
}
