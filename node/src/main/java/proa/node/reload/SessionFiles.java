package proa.node.reload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

import proa.cluster.sessions.HashFields;
import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionStore;
import proa.cluster.sessions.SessionValue;
import proa.cluster.sessions.SnapshotHeader;
import proa.cluster.snapshot.Bringing;
import proa.cluster.snapshot.SnapshotFile;
import proa.config.ClusterConfig;
import proa.node.admin.Answer;
import proa.node.admin.Events;
import proa.node.admin.Events.Kind;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One session as a document; all sessions of the cluster as a file, and back: for an engine of
 * another version, whose members cannot join those of this one. Any thread; blocks for as long as
 * it takes.
 */
final class SessionFiles {

    private static final long MILLIS = 1_000;

    /** Keys asked for at a time. */
    private static final int PAGE_KEYS = 1_000;

    private final Setup setup;
    private final SessionStore store;
    private final Events events;
    private final BooleanSupplier leaving;
    private final Duration patience;
    private final LongSupplier nanoTime;

    /**
     * @param leaving whether this node ends
     * @param patience how long an import waits for a store that takes nothing
     * @param nanoTime the clock of that; any thread
     */
    SessionFiles(
            Setup setup,
            SessionStore store,
            Events events,
            BooleanSupplier leaving,
            Duration patience,
            LongSupplier nanoTime) {
        this.setup = setup;
        this.store = store;
        this.events = events;
        this.leaving = leaving;
        this.patience = patience;
        this.nanoTime = nanoTime;
    }

    /**
     * One session.
     *
     * @param database 0 to 15
     */
    Answer show(String key, int database, boolean content, String by) {
        String stored = database + ":" + new String(key.getBytes(UTF_8), ISO_8859_1);
        try {
            SessionValue value = store.find(stored);
            if (value == null) {
                return Answer.error(
                        Answer.NOT_FOUND,
                        "there is no session " + key + " in database " + database);
            }
            Map<String, Object> document = document(stored, value);
            if (content) {
                events.add(Kind.OPERATOR, "sessions", "the content of one was shown to " + by);
                document.put("content", content(value));
            }
            return Answer.ok(document);
        } catch (SessionException e) {
            return Answer.error(Answer.UNAVAILABLE, "the store: " + e.getMessage());
        }
    }

    private Map<String, Object> document(String stored, SessionValue value)
            throws SessionException {
        SessionStore.Holders holders = store.holders(stored);
        long now = store.nowMillis();
        boolean ends = value.expiresAtMillis() != SessionStore.NEVER;
        long writtenMillis = value.stamp().millis();
        return Answer.ordered(
                "kind", value.kind(),
                "bytes", bytes(value).length,
                "owner", holders.owner(),
                "backup", holders.backup(),
                "writtenAt", Instant.ofEpochMilli(writtenMillis).toString(),
                "ageSeconds", Math.max(0, now - writtenMillis) / MILLIS,
                "writer", writer(value.stamp().node()),
                "expiresAt", ends ? Instant.ofEpochMilli(value.expiresAtMillis()).toString() : "",
                "expiresInSeconds", ends ? (value.expiresAtMillis() - now) / MILLIS : -1);
    }

    private String writer(int id) {
        return setup.config().cluster().nodes().stream()
                .filter(node -> node.id() == id)
                .map(ClusterConfig.Node::name)
                .findFirst()
                .orElse("node " + id);
    }

    private static byte[] bytes(SessionValue value) {
        byte @Nullable [] bytes = value.value();
        return bytes == null ? new byte[0] : bytes;
    }

    /** As text, where it is some; bytes that are none are escaped. */
    private static Object content(SessionValue value) {
        if (value.kind() == SessionValue.Kind.TEXT) {
            return text(bytes(value));
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> field : HashFields.decode(bytes(value)).all()) {
            fields.put(text(field.getKey().getBytes(ISO_8859_1)), text(field.getValue()));
        }
        return fields;
    }

    private static String text(byte[] bytes) {
        String decoded = new String(bytes, UTF_8);
        return Arrays.equals(decoded.getBytes(UTF_8), bytes)
                ? decoded
                : "base64:" + Base64.getEncoder().encodeToString(bytes);
    }

    /** Writes what is alive. */
    Answer export(Path path, String by) {
        SnapshotHeader header =
                new SnapshotHeader(
                        setup.config().cluster().name(), setup.node(), "", store.nowMillis());
        try {
            SnapshotFile.Written written =
                    new SnapshotFile(path, Long.MAX_VALUE).write(header, this::alive);
            events.add(
                    Kind.OPERATOR,
                    "sessions",
                    written.entries() + " written to " + path + " by " + by);
            return Answer.ok(
                    Answer.ordered(
                            "file", path.toString(),
                            "sessions", written.entries(),
                            "bytes", written.bytes()));
        } catch (IOException e) {
            return refused(path + " cannot be written: " + Reasons.of(e) + elsewhere(path));
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
                        refused(path + " cannot be read: there is no such file" + elsewhere(path));
                case SnapshotFile.Found.Broken(String why) ->
                        refused(path + " cannot be used: " + why);
                case SnapshotFile.Found.Sound(var header, long entries) ->
                        bringIn(file, path, header, entries, by);
            };
        } catch (IOException e) {
            return refused(path + " cannot be read: " + Reasons.of(e) + elsewhere(path));
        }
    }

    private Answer bringIn(
            SnapshotFile file, Path path, SnapshotHeader header, long entries, String by)
            throws IOException {
        if (!store.writable()) {
            return refused("the session store takes no writes now");
        }
        Bringing.Outcome outcome = new Bringing(store, leaving, patience, nanoTime).all(file);
        String brought = outcome.brought() + " of " + entries + " brought";
        events.add(Kind.OPERATOR, "sessions", brought + " in from " + path + " by " + by);
        if (outcome.left() > 0) {
            return refused(brought + ", the store took no more; import again");
        }
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
                        outcome.brought(),
                        "expired",
                        outcome.expired()));
    }

    /** A service has folders of its own in the place of some that all others see. */
    private String elsewhere(Path path) {
        Path state = setup.stateDirectory().toAbsolutePath();
        return path.startsWith(state)
                ? ""
                : "; the node itself reads and writes the file, and may do so in " + state;
    }

    private static Answer refused(String why) {
        return Answer.error(Answer.REFUSED, why);
    }
}
