package proa.node.reload;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where the sockets of this host's node and vipd are. Locked for as long as the node runs, so that
 * a second process of the same node is refused before it can do harm.
 */
final class RunDirectory implements AutoCloseable {

    private static final String LOCK = "node.lock";

    private final Path path;
    private final FileChannel lockFile;

    private RunDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    static RunDirectory open(Path path) throws StartException {
        try {
            Files.createDirectories(path);
            FileChannel file =
                    FileChannel.open(
                            path.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!lock(file)) {
                file.close();
                throw new StartException(
                        "a node runs already with the directory " + path + "; stop it first");
            }
            return new RunDirectory(path, file);
        } catch (IOException e) {
            throw new StartException(
                    "the run directory "
                            + path
                            + " cannot be written ("
                            + Reasons.of(e)
                            + "); choose another with --run-dir",
                    e);
        }
    }

    /** vipd listens here. */
    Path vipdSocket() {
        return path.resolve("vipd.sock");
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    private static boolean lock(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false; // by another node of this very process
        }
    }
}
