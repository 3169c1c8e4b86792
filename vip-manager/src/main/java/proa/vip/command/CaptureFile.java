package proa.vip.command;

import proa.vip.linux.CaptureSocket.Frame;
import proa.vip.packet.Pcapng;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A new file of packets, readable for whoever made it only. What is in it is whole, whenever and
 * however it ends. One thread.
 */
final class CaptureFile implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer waiting = Pcapng.room(BUFFER_BYTES);
    private long packets;
    private long bytes;

    private CaptureFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes it.
     *
     * @param head what it begins with
     * @throws IOException with one line for the operator
     */
    static CaptureFile create(Path path, byte[] head) throws IOException {
        CaptureFile made = new CaptureFile(path, open(path));
        try {
            made.write(head);
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    /** A file that is not there yet, for its owner only. */
    static FileChannel open(Path path) throws IOException {
        try {
            return FileChannel.open(
                    path,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new IOException(path + " is there already: name another file", e);
        } catch (IOException e) {
            throw new IOException(path + " cannot be made: " + e.getMessage(), e);
        }
    }

    /** Adds a packet. */
    void add(Frame frame) throws IOException {
        if (waiting.remaining() < frame.kept().remaining() + Pcapng.PACKET_OVERHEAD_BYTES_MAX) {
            flush();
        }
        int before = waiting.position();
        Pcapng.packet(waiting, frame.timeNanos(), frame.kept(), frame.length(), frame.direction());
        packets++;
        bytes += waiting.position() - before;
    }

    /** Ends it with what the kernel has counted. */
    void end(long timeNanos, long passed, long dropped) throws IOException {
        write(Pcapng.end(timeNanos, passed, dropped));
    }

    private void write(byte[] blocks) throws IOException {
        waiting.put(blocks);
        bytes += blocks.length;
        flush();
    }

    /** Writes what waits; where only a part of it finds room, its whole blocks. */
    void flush() throws IOException {
        long start = channel.position();
        ByteBuffer all = waiting.flip().asReadOnlyBuffer();
        try {
            while (all.hasRemaining()) {
                channel.write(all);
            }
        } catch (IOException e) {
            ByteBuffer blocks = waiting.duplicate().order(waiting.order());
            channel.truncate(start + Pcapng.whole(blocks, all.position()));
            throw new IOException(
                    path + ": " + e.getMessage() + "; what is in it up to there is whole", e);
        } finally {
            waiting.clear();
        }
    }

    /** How many packets were added. */
    long packets() {
        return packets;
    }

    /** How many bytes that made. */
    long bytes() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
