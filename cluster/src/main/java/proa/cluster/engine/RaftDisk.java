package proa.cluster.engine;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.raft.RaftEntry;
import proa.cluster.raft.RaftSnapshot;
import proa.cluster.raft.RaftState;
import proa.cluster.raft.RaftWork;
import proa.config.ClusterConfig;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * What a member of the Raft engine keeps: its vote, its log, and a snapshot of the beginning of
 * that log, each in a file. What {@link #write} and {@link #adopt} have been given is on the disk
 * when they return. Of one thread, but for {@link #prepare}.
 *
 * <pre>
 *   vote       checksum, term, vote, standing, whose it is        replaced as a whole
 *   log        length, checksum, index, term, command; and again  appended to
 *   snapshot   checksum, index, term, content                     replaced as a whole
 * </pre>
 */
final class RaftDisk implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RaftDisk.class);

    private static final String VOTE = "vote";
    private static final String ENTRIES = "log";
    private static final String SNAPSHOT = "snapshot";
    private static final String NEW = ".new";

    private static final int RECORD_BYTES = 2 * Integer.BYTES + 2 * Long.BYTES;
    private static final int SNAPSHOT_BYTES = 3 * Long.BYTES;

    /** Longest command: some words of the largest value's size. */
    static final int COMMAND_BYTES_MAX = 4 << 20;

    private final Path folder;
    private final String owner;
    private FileChannel log;

    /** Where each entry behind the snapshot begins; the last: where the next one will. */
    private final List<Long> places = new ArrayList<>();

    private long first;
    private RaftState.Standing standing = RaftState.Standing.FRESH;

    private RaftDisk(Path folder, String owner, FileChannel log) {
        this.folder = folder;
        this.owner = owner;
        this.log = log;
    }

    /**
     * What was there: much, and only to begin with.
     *
     * @param content of the snapshot; null: there is none
     */
    record Found(RaftState state, @Nullable ByteBuffer content) {}

    /**
     * Opens a member's folder, to be read first; makes it where there is none.
     *
     * @param owner the cluster and its members: another's folder is refused
     */
    static RaftDisk open(Path folder, String owner) throws IOException {
        OwnersFiles.folder(folder);
        return new RaftDisk(
                folder,
                owner,
                OwnersFiles.open(
                        folder.resolve(ENTRIES),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    /** Whose folder it is. */
    static String owner(ClusterConfig cluster, ClusterConfig.Node self) {
        return cluster.nodes().stream()
                .map(node -> node.name() + "=" + node.id())
                .sorted()
                .collect(Collectors.joining(" ", cluster.name() + " of ", " as " + self.name()));
    }

    /** Bytes of the log. */
    long logBytes() {
        return places.getLast() - places.getFirst();
    }

    // ---- reading

    /**
     * Reads what is there. Once, before anything is written.
     *
     * @throws IOException when it cannot be used, and why
     */
    Found read() throws IOException {
        ByteBuffer content = readSnapshot();
        RaftSnapshot snapshot =
                content == null
                        ? RaftState.NO_SNAPSHOT
                        : new FileSnapshot(
                                folder.resolve(SNAPSHOT),
                                content.getLong(),
                                content.getLong(),
                                content.remaining());
        List<RaftEntry> entries = readLog(snapshot);
        RaftState.@Nullable Vote vote = readVote();
        if (vote == null && (snapshot.index() > 0 || !entries.isEmpty())) {
            throw new IOException(
                    folder.resolve(VOTE)
                            + " is missing beside a log: this member may have voted. Remove the"
                            + " whole folder: it then comes back without a vote and catches up");
        }
        RaftState state =
                new RaftState(vote == null ? RaftState.EMPTY.vote() : vote, snapshot, entries);
        standing = state.vote().standing();
        // Of what was written before a death not all need be on the disk; it is answered for now.
        log.force(true);
        force(folder);
        force(folder.toAbsolutePath().getParent());
        return new Found(state, content);
    }

    private static void force(@Nullable Path folder) throws IOException {
        if (folder != null) {
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    private RaftState.@Nullable Vote readVote() throws IOException {
        ByteBuffer in;
        try {
            in = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(VOTE)));
        } catch (NoSuchFileException none) {
            return null;
        }
        if (in.remaining() < 2 * Long.BYTES + 2 * Integer.BYTES || in.getLong() != checksum(in)) {
            throw new IOException(folder.resolve(VOTE) + " is damaged");
        }
        long term = in.getLong();
        int votedFor = in.getInt();
        RaftState.Standing read;
        try {
            read = RaftState.Standing.of(in.getInt());
        } catch (IllegalStateException e) {
            throw new IOException(folder.resolve(VOTE) + ": " + e.getMessage(), e);
        }
        String whose = StandardCharsets.UTF_8.decode(in).toString();
        if (!whose.equals(owner)) {
            throw new IOException(folder + " is of " + whose + ", and this is " + owner);
        }
        return new RaftState.Vote(term, votedFor, read);
    }

    /** From its index on; null: there is none. */
    private @Nullable ByteBuffer readSnapshot() throws IOException {
        Path path = folder.resolve(SNAPSHOT);
        if (!Files.exists(path)) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(path));
        if (in.remaining() < SNAPSHOT_BYTES || in.getLong() != checksum(in)) {
            throw new IOException(path + " is damaged");
        }
        return in;
    }

    /**
     * What was being written when the power went is not all there, and nobody has been told that it
     * is: it goes.
     */
    private List<RaftEntry> readLog(RaftSnapshot snapshot) throws IOException {
        List<RaftEntry> entries = new ArrayList<>();
        first = snapshot.index() + 1;
        long at = 0;
        long term = snapshot.term();
        places.add(at);
        while (true) {
            RaftEntry entry = record(at);
            long next = first + entries.size();
            if (entry == null || isOfBefore(entry, next, term)) {
                break;
            }
            if (entry.index() > next) {
                throw new IOException(
                        folder.resolve(ENTRIES)
                                + " lacks what is before entry "
                                + entry.index()
                                + ". Remove the whole folder: this member then comes back without"
                                + " a vote and catches up");
            }
            at += RECORD_BYTES + entry.command().length;
            if (entry.index() >= first) {
                term = entry.term();
                entries.add(entry);
                places.add(at);
            } else {
                places.set(0, at);
            }
        }
        if (at < log.size()) {
            LOG.warn(
                    "sessions: {} ends with {} bytes that were being written when this member"
                            + " stopped; they go",
                    folder.resolve(ENTRIES),
                    log.size() - at);
            log.truncate(at);
            log.force(true);
        }
        return entries;
    }

    /** What a cut log had behind what was written over it. */
    private boolean isOfBefore(RaftEntry entry, long next, long term) {
        return entry.index() >= first && (entry.index() < next || entry.term() < term);
    }

    private @Nullable RaftEntry record(long at) throws IOException {
        ByteBuffer head = read(log, at, RECORD_BYTES);
        if (head.remaining() < RECORD_BYTES) {
            return null;
        }
        int length = head.getInt();
        int sum = head.getInt();
        long index = head.getLong();
        long term = head.getLong();
        if (length < 0 || length > COMMAND_BYTES_MAX) {
            return null;
        }
        byte[] command = new byte[length];
        ByteBuffer body = read(log, at + RECORD_BYTES, length);
        if (body.remaining() < length) {
            return null;
        }
        body.get(command);
        RaftEntry entry = new RaftEntry(index, term, command);
        return sum(entry) == sum ? entry : null;
    }

    private static ByteBuffer read(FileChannel from, long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && from.read(buffer, at + buffer.position()) > 0) {
            // until it is full, or at the end
        }
        return buffer.flip();
    }

    // ---- writing

    /**
     * Does what there is to write.
     *
     * @return the snapshot that was installed, as it is on the disk now; null: none was
     */
    @Nullable RaftSnapshot write(RaftWork work) throws IOException {
        RaftSnapshot installed = null;
        RaftState.Vote vote = work.vote();
        RaftWork.Installed whole = work.install();
        boolean rises =
                vote != null
                        && vote.standing() == RaftState.Standing.VOTER
                        && standing != RaftState.Standing.VOTER;
        if (vote != null) {
            // A vote comes back only when the log that it stands for is there.
            writeVote(rises ? new RaftState.Vote(vote.term(), vote.votedFor(), standing) : vote);
        }
        if (whole != null) {
            // Beside one of this member's own that may be under way.
            Path prepared = folder.resolve(SNAPSHOT + ".sent");
            write(prepared, whole.index(), whole.term(), to -> to.accept(whole.bytes()));
            installed = adopt(prepared, whole.index(), List.of());
        }
        if (work.cutFrom() != 0) {
            long before = Math.max(0, work.cutFrom() - first);
            int kept = (int) Math.min(before, places.size() - 1);
            places.subList(kept + 1, places.size()).clear();
            log.truncate(places.getLast());
            log.force(true); // before anything is in the place of what was there
        }
        if (!work.append().isEmpty()) {
            append(work.append());
            log.force(true);
        }
        if (vote != null && rises) {
            writeVote(vote);
        }
        return installed;
    }

    private void append(List<RaftEntry> entries) throws IOException {
        int bytes = 0;
        for (RaftEntry entry : entries) {
            bytes += RECORD_BYTES + entry.command().length;
        }
        ByteBuffer out = ByteBuffer.allocate(bytes);
        long start = places.getLast();
        for (RaftEntry entry : entries) {
            if (entry.index() != first + places.size() - 1) {
                throw new IllegalStateException("entry " + entry.index() + " has no place");
            }
            out.putInt(entry.command().length)
                    .putInt(sum(entry))
                    .putLong(entry.index())
                    .putLong(entry.term())
                    .put(entry.command());
            places.add(start + out.position());
        }
        out.flip();
        while (out.hasRemaining()) {
            log.write(out, start + out.position());
        }
    }

    private static int sum(RaftEntry entry) {
        CRC32C sum = new CRC32C();
        sum.update(
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(entry.index())
                        .putLong(entry.term())
                        .flip());
        sum.update(entry.command());
        return (int) sum.getValue();
    }

    private static long checksum(ByteBuffer rest) {
        CRC32C sum = new CRC32C();
        sum.update(rest.duplicate());
        return sum.getValue();
    }

    private void writeVote(RaftState.Vote vote) throws IOException {
        byte[] whose = owner.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out =
                ByteBuffer.allocate(2 * Long.BYTES + 2 * Integer.BYTES + whose.length)
                        .putLong(0)
                        .putLong(vote.term())
                        .putInt(vote.votedFor())
                        .putInt(vote.standing().code())
                        .put(whose)
                        .flip();
        out.putLong(0, checksum(out.slice(Long.BYTES, out.remaining() - Long.BYTES)));
        Path written = folder.resolve(VOTE + NEW);
        try (FileChannel file = create(written)) {
            writeAll(file, out);
            file.force(true);
        }
        replace(written, VOTE);
        standing = vote.standing();
    }

    /**
     * Writes a snapshot beside the one that is there. Any thread.
     *
     * @param index the last entry in it
     * @return for {@link #adopt}
     */
    Path prepare(long index, long term, Consumer<Consumer<byte[]>> making) throws IOException {
        Path written = folder.resolve(SNAPSHOT + NEW);
        write(written, index, term, making);
        return written;
    }

    private static void write(
            Path written, long index, long term, Consumer<Consumer<byte[]>> making)
            throws IOException {
        CRC32C sum = new CRC32C();
        ByteBuffer head =
                ByteBuffer.allocate(SNAPSHOT_BYTES).putLong(0).putLong(index).putLong(term).flip();
        sum.update(head.slice(Long.BYTES, 2 * Long.BYTES));
        boolean whole = false;
        try (FileChannel file = create(written)) {
            writeAll(file, head);
            making.accept(
                    bytes -> {
                        sum.update(bytes);
                        try {
                            writeAll(file, ByteBuffer.wrap(bytes));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
            file.position(0);
            writeAll(file, ByteBuffer.allocate(Long.BYTES).putLong(sum.getValue()).flip());
            file.force(true);
            whole = true;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            if (!whole) { // on a full disk a part takes the room that the log needs
                OwnersFiles.discard(written);
            }
        }
    }

    /**
     * Makes a prepared snapshot the beginning of the log.
     *
     * @param rest the entries behind it
     */
    RaftSnapshot adopt(Path prepared, long index, List<RaftEntry> rest) throws IOException {
        long term;
        try (FileChannel file = FileChannel.open(prepared, StandardOpenOption.READ)) {
            term = read(file, 2 * Long.BYTES, Long.BYTES).getLong();
        }
        replace(prepared, SNAPSHOT);
        Path path = folder.resolve(SNAPSHOT);
        // A death here leaves entries before the snapshot in the log: they are read over.
        log.close();
        Path written = folder.resolve(ENTRIES + NEW);
        log =
                OwnersFiles.open(
                        written,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        places.clear();
        places.add(0L);
        first = index + 1;
        append(rest);
        log.force(true);
        replace(written, ENTRIES);
        return new FileSnapshot(path, index, term, Files.size(path) - SNAPSHOT_BYTES);
    }

    private static FileChannel create(Path path) throws IOException {
        return OwnersFiles.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    private static void writeAll(FileChannel file, ByteBuffer out) throws IOException {
        while (out.hasRemaining()) {
            file.write(out);
        }
    }

    private void replace(Path written, String name) throws IOException {
        Files.move(
                written,
                folder.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        force(folder);
    }

    @Override
    public void close() {
        try {
            log.close();
        } catch (IOException e) {
            LOG.warn("sessions: closing {}: {}", folder, e.toString());
        }
    }

    /** The snapshot in the file. */
    private record FileSnapshot(Path path, long index, long term, long size)
            implements RaftSnapshot {
        @Override
        public byte[] piece(long offset, int bytesMax) {
            int length = (int) Math.min(bytesMax, size - offset);
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
                ByteBuffer read = read(file, SNAPSHOT_BYTES + offset, length);
                if (read.remaining() < length) {
                    throw new EOFException(path + " is shorter than it was");
                }
                byte[] piece = new byte[length];
                read.get(piece);
                return piece;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
