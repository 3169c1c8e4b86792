package proa.cluster.snapshot;

import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SnapshotFormat;
import proa.cluster.sessions.SnapshotHeader;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A snapshot on the disk. A new one is written beside it, brought to the disk with its directory
 * entry, and takes its place in one step: whatever happens, there is a whole one. Readable for its
 * owner only. Not thread-safe.
 */
public final class SnapshotFile {

    private static final int BUFFER_BYTES = 64 << 10;

    private final Path path;
    private final long bytesMax;
    private final Opener opener;

    /** Makes the file that is to become the new one. */
    @FunctionalInterface
    interface Opener {
        FileChannel open(Path path) throws IOException;
    }

    /** Where what is written comes from. */
    @FunctionalInterface
    public interface Content {
        void to(Consumer<List<SessionCopy>> taker) throws SessionException;
    }

    /**
     * What a snapshot has become.
     *
     * @param entries keys in it
     * @param bytes length of the file
     */
    public record Written(long entries, long bytes) {}

    /** What is there. */
    public sealed interface Found {

        /** No file. */
        record Absent() implements Found {}

        /** A whole one. */
        record Sound(SnapshotHeader header, long entries) implements Found {}

        /** One that cannot be used, and why. */
        record Broken(String why) implements Found {}
    }

    /**
     * The file of that name.
     *
     * @param bytesMax largest one to write
     */
    public SnapshotFile(Path path, long bytesMax) {
        this(path, bytesMax, SnapshotFile::fresh);
    }

    SnapshotFile(Path path, long bytesMax, Opener opener) {
        this.path = path;
        this.bytesMax = bytesMax;
        this.opener = opener;
    }

    Path path() {
        return path;
    }

    private static FileChannel fresh(Path path) throws IOException {
        Files.deleteIfExists(path);
        return FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /**
     * Writes a new one in the place of what is there.
     *
     * @throws IOException when the disk is full, for example; then the old one stays
     * @throws SessionException when not all there is could be had; likewise
     */
    public Written write(SnapshotHeader header, Content content)
            throws IOException, SessionException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try {
            Written written = writeTo(fresh, header, content);
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory();
            return written;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private Written writeTo(Path fresh, SnapshotHeader header, Content content)
            throws IOException, SessionException {
        try (FileChannel channel = opener.open(fresh)) {
            Bounded out = new Bounded(channel);
            SnapshotFormat.Writer frames = new SnapshotFormat.Writer();
            out.write(frames.header(header));
            content.to(copies -> copies.forEach(copy -> out.writeUnchecked(frames.entry(copy))));
            out.write(frames.end());
            out.flush();
            channel.force(true);
            return new Written(frames.count(), out.bytes);
        }
    }

    /** Counts what it lets through, and lets only so much through. */
    private final class Bounded {
        private final OutputStream out;
        private long bytes;

        Bounded(FileChannel channel) {
            out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
        }

        void write(byte[] frame) throws IOException {
            bytes += frame.length;
            if (bytes > bytesMax) {
                throw new IOException("more than the " + bytesMax + " bytes of `size`");
            }
            out.write(frame);
        }

        void writeUnchecked(byte[] frame) {
            try {
                write(frame);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void flush() throws IOException {
            out.flush();
        }
    }

    /** After this the name stands for the new file, even if the power fails. */
    private void syncDirectory() throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** Reads all of it, and says what it is worth. */
    public Found look() throws IOException {
        SnapshotFormat.Reader reader = new SnapshotFormat.Reader(_ -> {});
        try {
            feed(reader);
        } catch (NoSuchFileException _) {
            return new Found.Absent();
        }
        return switch (reader.verdict()) {
            case SnapshotFormat.Verdict.Sound(var header, long entries) ->
                    new Found.Sound(header, entries);
            case SnapshotFormat.Verdict.Broken(String why) -> new Found.Broken(why);
        };
    }

    /**
     * Hands out the entries of one that {@link #look} has found sound.
     *
     * @throws IOException when it can no longer be read, or has changed since
     */
    public void read(Consumer<SessionCopy> entries) throws IOException {
        SnapshotFormat.Reader reader = new SnapshotFormat.Reader(entries);
        feed(reader);
        if (reader.verdict() instanceof SnapshotFormat.Verdict.Broken(String why)) {
            throw new IOException(path + " has changed: " + why);
        }
    }

    private void feed(SnapshotFormat.Reader reader) throws IOException {
        try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer some = ByteBuffer.allocate(BUFFER_BYTES);
            while (in.read(some.clear()) >= 0 && reader.feed(some.flip())) {
                // what is read has been taken
            }
        }
    }

    /**
     * Gives it another name, under which no other than the last such one is kept.
     *
     * @param ending of that name
     */
    Path setAside(String ending) throws IOException {
        Path aside = path.resolveSibling(path.getFileName() + ending);
        Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
        return aside;
    }
}
