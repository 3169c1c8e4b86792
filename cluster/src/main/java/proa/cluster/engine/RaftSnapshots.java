package proa.cluster.engine;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.raft.MachineFormat;
import proa.cluster.raft.Raft;
import proa.cluster.raft.RaftEntry;
import proa.cluster.raft.RaftSnapshot;
import proa.cluster.raft.SessionMachine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Replaces the log by a snapshot when it is long; another thread writes that. One that cannot be
 * written is tried again later: the log goes on being long. Of one thread.
 */
final class RaftSnapshots {

    private static final Logger LOG = LoggerFactory.getLogger(RaftSnapshots.class);

    /** The log is replaced by a snapshot when it is this long, or as long as the last one. */
    static final long LOG_BYTES = 32L << 20;

    /** A full disk may have room again, and a try takes a copy and all that can be written. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final RaftDisk disk;
    private final Raft raft;
    private final RaftEvents events;
    private long bytes;
    private boolean preparing;
    private RaftEvent.@Nullable Prepared prepared;
    private boolean failed;
    private long failedNanos;

    /**
     * @param bytes of the last one
     */
    RaftSnapshots(RaftDisk disk, Raft raft, RaftEvents events, long bytes) {
        this.disk = disk;
        this.raft = raft;
        this.events = events;
        this.bytes = bytes;
    }

    /** The leader has sent one. */
    void installed(long size) {
        bytes = size;
    }

    /** It is taken as the log's beginning by {@link #look}, once everything else is written. */
    void prepared(RaftEvent.Prepared done) {
        prepared = done;
    }

    /** It could not be written. */
    void failed(String why, long nowNanos) {
        if (!failed) {
            LOG.error("sessions: a snapshot cannot be written, the log goes on: {}", why);
        }
        failed = true;
        failedNanos = nowNanos;
        preparing = false;
    }

    /**
     * Takes the one that is written, and begins another when it is time.
     *
     * @param applied how far the machine has come
     */
    void look(SessionMachine machine, long applied, long nowNanos) throws IOException {
        RaftEvent.Prepared done = prepared;
        if (done != null) {
            prepared = null;
            preparing = false;
            adopt(done);
        }
        boolean pausing = failed && nowNanos - failedNanos < RETRY_NANOS;
        if (preparing
                || pausing
                || applied <= raft.snapshotIndex()
                || disk.logBytes() < Math.max(LOG_BYTES, bytes)) {
            return;
        }
        preparing = true;
        SessionMachine still = machine.copy();
        long term = raft.termOf(applied);
        try {
            Thread.ofPlatform()
                    .name("session-raft-snapshot")
                    .daemon()
                    .start(() -> prepare(still, applied, term));
        } catch (OutOfMemoryError e) { // no thread is to be had
            failed(e.toString(), nowNanos);
        }
    }

    private void prepare(SessionMachine still, long index, long term) {
        try {
            events.put(written(still, index, term));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private RaftEvent written(SessionMachine still, long index, long term) {
        try {
            Path path = disk.prepare(index, term, to -> MachineFormat.write(still, to));
            return new RaftEvent.Prepared(path, index);
        } catch (IOException | RuntimeException | Error e) {
            return new RaftEvent.Failed(e.toString());
        }
    }

    private void adopt(RaftEvent.Prepared done) throws IOException {
        if (failed) {
            failed = false;
            LOG.info("sessions: snapshots can be written again");
        }
        long index = done.index();
        if (index <= raft.snapshotIndex()) {
            return; // the leader has sent a later one meanwhile
        }
        List<RaftEntry> rest = new ArrayList<>();
        for (long at = index + 1; at <= raft.last(); at++) {
            rest.add(raft.entry(at));
        }
        RaftSnapshot taken = disk.adopt(done.path(), index, rest);
        raft.compact(taken);
        bytes = taken.size();
    }
}
