package proa.cluster.snapshot;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.sessions.RestoreRule;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SnapshotHeader;
import proa.config.SessionsConfig;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the sessions of this member on its disk: brings back what is there before the store
 * answers, then writes at an interval and at a planned stop. One thread.
 */
public final class Snapshots implements AutoCloseable {

    /** Its name in the state directory. */
    public static final String FILE = "sessions.snapshot";

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    /** What other members' snapshots say is waited for so long. */
    private static final Duration MEMBERS_MAX = Duration.ofSeconds(3);

    private static final long LOOK_MILLIS = 50;

    /** Last writing at a stop; a disk that hangs must not keep the node. */
    private static final Duration LAST_MAX = Duration.ofSeconds(20);

    private final SessionStore store;
    private final Place place;
    private final SessionsConfig.Snapshot settings;
    private final SnapshotFile file;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private boolean unread; // of the thread
    private volatile State state = new State(0, 0, 0, 0, "");

    /**
     * Whose snapshots these are.
     *
     * @param cluster name of the cluster
     * @param node name of this member
     * @param members how many are configured
     * @param directory where the file is
     */
    public record Place(String cluster, String node, int members, Path directory) {}

    /**
     * How it stands.
     *
     * @param restored keys brought back at the start
     * @param takenMillis of the last file's header, see {@link SnapshotHeader}; 0: none yet
     * @param entries keys in it
     * @param bytes its length
     * @param failure why the last one could not be written; empty: it could
     */
    public record State(
            long restored, long takenMillis, long entries, long bytes, String failure) {}

    private Snapshots(
            SessionStore store, Place place, SnapshotFile file, SessionsConfig.Snapshot settings) {
        this.store = store;
        this.place = place;
        this.settings = settings;
        this.file = file;
        thread = Thread.ofPlatform().name("session-snapshots").daemon().unstarted(this::run);
    }

    /** Begins; the store is opened when what was there has been brought back. */
    public static Snapshots start(
            SessionStore store, Place place, SessionsConfig.Snapshot settings) {
        return start(
                store,
                place,
                new SnapshotFile(place.directory().resolve(FILE), settings.bytesMax()),
                settings);
    }

    static Snapshots start(
            SessionStore store, Place place, SnapshotFile file, SessionsConfig.Snapshot settings) {
        Snapshots snapshots = new Snapshots(store, place, file, settings);
        snapshots.thread.start();
        return snapshots;
    }

    /** How it stands now. */
    public State state() {
        return state;
    }

    private void run() {
        try {
            if (!restore()) {
                return;
            }
            store.open();
            while (!closing.await(settings.every().toMillis(), TimeUnit.MILLISECONDS)) {
                write();
            }
            write();
        } catch (InterruptedException _) {
            LOG.warn("sessions: the last snapshot took too long");
        }
    }

    /** Brings back what is there; whether that has come to its end. */
    private boolean restore() throws InterruptedException {
        try {
            return switch (file.look()) {
                case SnapshotFile.Found.Absent _ -> true;
                case SnapshotFile.Found.Broken(String why) -> {
                    LOG.error(
                            "sessions: {} cannot be used: {}; it is {} from now on",
                            file.path(),
                            why,
                            file.setAside(".broken"));
                    yield true;
                }
                case SnapshotFile.Found.Sound(var header, long entries) -> restore(header, entries);
            };
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("sessions: {} cannot be read: {}", file.path(), e.toString());
            unread = true;
            setUnreadAside();
            return true;
        }
    }

    /**
     * Another one must not take the place of what could not be read, by an operator perhaps.
     *
     * @return whether there is none such, any more
     */
    private boolean setUnreadAside() {
        if (unread) {
            try {
                LOG.error("sessions: it is {} from now on", file.setAside(".unread"));
                unread = false;
            } catch (NoSuchFileException _) {
                unread = false;
            } catch (IOException e) {
                failed(state, "what is there could neither be read nor set aside: " + e);
            }
        }
        return !unread;
    }

    private boolean restore(SnapshotHeader header, long entries)
            throws IOException, InterruptedException {
        String said = "";
        while (closing.getCount() > 0) {
            try {
                return restore(header, entries, verdict(header));
            } catch (SessionException _) {
                // not joined yet, or a minority
            } catch (RuntimeException | Error e) { // as where there is no thread for it
                if (!said.equals(e.toString())) {
                    said = e.toString();
                    LOG.error("sessions: bringing {} back, trying again", file.path(), e);
                }
            }
            closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
        return false;
    }

    /** Every member says what it has, before any of them judges. */
    private RestoreRule.Verdict verdict(SnapshotHeader header)
            throws SessionException, InterruptedException {
        store.remembers(header.life(), header.takenMillis());
        long deadline = System.nanoTime() + MEMBERS_MAX.toNanos();
        while (store.members() < place.members()
                && System.nanoTime() - deadline < 0
                && closing.getCount() > 0) {
            closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
        long newest = store.remembers(header.life(), header.takenMillis());
        return RestoreRule.judge(header, place.cluster(), store.life(), newest);
    }

    private boolean restore(SnapshotHeader header, long entries, RestoreRule.Verdict verdict)
            throws IOException {
        switch (verdict) {
            case RestoreRule.Verdict.NotNeeded _ ->
                    LOG.info("sessions: the other members have them; the snapshot is not needed");
            case RestoreRule.Verdict.Refused(String why) ->
                    LOG.warn(
                            "sessions: {} is not brought back: {}; it is {} from now on",
                            file.path(),
                            why,
                            file.setAside(".old"));
            case RestoreRule.Verdict.Restore _ -> {
                long began = System.nanoTime();
                Bringing.Outcome outcome =
                        new Bringing(store, () -> closing.getCount() == 0).all(file);
                state = new State(outcome.brought(), header.takenMillis(), entries, 0, "");
                LOG.info(
                        "sessions: {} of {} brought back in {} ms, {} have expired",
                        outcome.brought(),
                        entries,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
                        outcome.expired());
            }
        }
        return closing.getCount() > 0;
    }

    private void write() {
        if (!setUnreadAside()) {
            return;
        }
        State before = state;
        try {
            SnapshotHeader header =
                    new SnapshotHeader(
                            place.cluster(), place.node(), store.life().id(), store.asOfMillis());
            SnapshotFile.Written written = file.write(header, store::copies);
            state =
                    new State(
                            before.restored,
                            header.takenMillis(),
                            written.entries(),
                            written.bytes(),
                            "");
            if (!before.failure.isEmpty()) {
                LOG.info("sessions: {} can be written again", file.path());
            }
        } catch (SessionException.Starting _) {
            // an engine that joins has nothing of its own to keep
        } catch (IOException | SessionException e) {
            failed(before, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) { // of the engine: the next time is soon
            failed(before, e.toString());
        }
    }

    private void failed(State before, String why) {
        if (before.failure.isEmpty()) {
            LOG.error("sessions: {} cannot be written: {}; the last one stays", file.path(), why);
        }
        state = new State(before.restored, before.takenMillis, before.entries, before.bytes, why);
    }

    /** Writes a last time, unless what was there has not been brought back yet. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (!thread.join(LAST_MAX)) {
                thread.interrupt();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
