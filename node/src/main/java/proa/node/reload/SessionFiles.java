package proa.node.reload;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;
import proa.cluster.sessions.SnapshotHeader;
import proa.cluster.snapshot.Bringing;
import proa.cluster.snapshot.SnapshotFile;
import proa.node.admin.Answer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * All sessions of the cluster as a file, and back: for an engine of another version, whose members
 * cannot join those of this one. Any thread; blocks for as long as it takes.
 */
final class SessionFiles {

    private static final Logger LOG = LoggerFactory.getLogger(SessionFiles.class);

    /** Keys asked for at a time. */
    private static final int PAGE_KEYS = 1_000;

    private final Setup setup;
    private final SessionStore store;

    SessionFiles(Setup setup, SessionStore store) {
        this.setup = setup;
        this.store = store;
    }

    /** Writes what is alive. */
    Answer export(Path path, String by) {
        SnapshotHeader header =
                new SnapshotHeader(
                        setup.config().cluster().name(), setup.node(), "", store.nowMillis());
        try {
            SnapshotFile.Written written =
                    new SnapshotFile(path, Long.MAX_VALUE).write(header, this::alive);
            LOG.info("{} sessions written to {} by {}", written.entries(), path, by);
            return Answer.ok(
                    Answer.ordered(
                            "file", path.toString(),
                            "sessions", written.entries(),
                            "bytes", written.bytes()));
        } catch (IOException e) {
            return refused(path + " cannot be written: " + Reasons.of(e));
        } catch (SessionException e) {
            return refused("the store did not give everything: " + e.getMessage());
        }
    }

    private void alive(Consumer<List<SessionCopy>> to) throws SessionException {
        long cursor = 0;
        do {
            SessionStore.Page page = store.scan(cursor, null, PAGE_KEYS);
            List<SessionCopy> copies = new ArrayList<>();
            for (String key : page.keys()) {
                @Nullable SessionValue value = store.find(key);
                if (value != null) {
                    copies.add(new SessionCopy(key, value.encode()));
                }
            }
            to.accept(copies);
            cursor = page.next();
        } while (cursor != 0);
    }

    /** Brings in what such a file, or a snapshot, says; nothing of one that is not sound. */
    Answer bringIn(Path path, String by) {
        SnapshotFile file = new SnapshotFile(path, Long.MAX_VALUE);
        try {
            return switch (file.look()) {
                case SnapshotFile.Found.Absent _ ->
                        refused(path + " cannot be read: there is no such file");
                case SnapshotFile.Found.Broken(String why) ->
                        refused(path + " cannot be used: " + why);
                case SnapshotFile.Found.Sound(var header, long entries) ->
                        bringIn(file, path, header, entries, by);
            };
        } catch (IOException e) {
            return refused(path + " cannot be read: " + Reasons.of(e));
        }
    }

    private Answer bringIn(
            SnapshotFile file, Path path, SnapshotHeader header, long entries, String by)
            throws IOException {
        if (!store.writable()) {
            return refused("the session store takes no writes now");
        }
        long brought = new Bringing(store, () -> !store.writable()).all(file);
        LOG.info("{} sessions of {} brought in from {} by {}", brought, entries, path, by);
        return Answer.ok(
                Answer.ordered(
                        "file",
                        path.toString(),
                        "cluster",
                        header.cluster(),
                        "node",
                        header.node(),
                        "sessions",
                        entries,
                        "brought",
                        brought,
                        "expired",
                        entries - brought));
    }

    private static Answer refused(String why) {
        return Answer.error(Answer.REFUSED, why);
    }
}
