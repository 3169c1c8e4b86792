package proa.node.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Appends lines to a file. A file that was renamed or removed, as logrotate does, is left alone and
 * one of the old name is opened; one that was truncated is gone on with.
 */
final class FileSink implements Sink {

    private static final int BATCH_BYTES = 64 << 10;
    private static final String INODE = "unix:ino";

    private final Path path;
    private final ByteBuffer batch = ByteBuffer.allocateDirect(BATCH_BYTES);
    private FileChannel channel;
    private Object inode;

    /**
     * Opens or makes the file.
     *
     * @throws IOException when it cannot be written
     */
    FileSink(Path path) throws IOException {
        this.path = path;
        this.channel = append(path);
        this.inode = Files.getAttribute(path, INODE);
    }

    private static FileChannel append(Path path) throws IOException {
        return FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }

    @Override
    public boolean takes(int length) {
        return batch.remaining() > length;
    }

    @Override
    public void line(byte[] bytes, int length) {
        batch.put(bytes, 0, length).put((byte) '\n');
    }

    @Override
    public void flush() throws IOException {
        batch.flip();
        try {
            while (batch.hasRemaining()) {
                channel.write(batch);
            }
        } catch (IOException e) {
            takeBack(batch.position(), e);
            throw e;
        } finally {
            batch.clear();
        }
    }

    /** A nearly full disk took a part: half a line would spoil the next one, too. */
    private void takeBack(int written, IOException failure) {
        if (written == 0) {
            return;
        }
        try {
            channel.truncate(Math.max(0, channel.size() - written));
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void look() throws IOException {
        try {
            if (Files.getAttribute(path, INODE).equals(inode)) {
                return;
            }
        } catch (NoSuchFileException _) {
            // renamed or removed: a new one is made
        }
        FileChannel next = append(path);
        channel.close();
        channel = next;
        inode = Files.getAttribute(path, INODE);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
