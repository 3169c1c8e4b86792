package proa.config.text;

import com.typesafe.config.ConfigObject;

import proa.config.FrontendConfig.Mode;
import proa.config.ProaConfig;
import proa.config.SessionsConfig;
import proa.config.SessionsConfig.Snapshot;

import java.time.Duration;
import java.util.Map;

/** Keys of {@code sessions}, and what is read and checked there. */
final class SessionKeys {

    private static final long BYTES_MIN = 64L << 10;
    private static final long BYTES_MAX = 64L << 30;
    private static final long BYTES = 256L << 20;

    static final Key<ConfigObject> SESSIONS =
            Keys.section("sessions", "see below", "how sessions are stored and kept");

    private static final Key<SessionsConfig.Engine> ENGINE =
            Key.defaulted(
                    "engine",
                    Kinds.choice(
                            Map.of(
                                    "hazelcast", SessionsConfig.Engine.HAZELCAST,
                                    "raft", SessionsConfig.Engine.RAFT)),
                    SessionsConfig.Engine.HAZELCAST,
                    "hazelcast",
                    "who stores sessions: hazelcast (in memory, two copies of each), or raft (a log"
                            + " on the disk of each of three nodes; what is acknowledged is on two"
                            + " of them)");

    private static final Key<ConfigObject> SNAPSHOT =
            Keys.section(
                    "snapshot",
                    "none",
                    "a file with the node's copies of all sessions in its state directory, for a"
                            + " stop of all nodes; `snapshot {}` is enough");

    static final Shape SHAPE =
            Shape.of(
                    "sessions",
                    "How sessions are stored, and what is kept besides the copies.",
                    ENGINE,
                    SNAPSHOT);

    private static final Key<Duration> EVERY =
            Keys.duration(
                    "every",
                    Keys.SECOND,
                    Duration.ofHours(1),
                    Duration.ofMinutes(1),
                    "how often it is written, besides at a planned stop; writes since the last one"
                            + " are lost when all nodes die at once");

    private static final Key<Long> SIZE =
            Key.defaulted(
                    "size",
                    Kinds.size(BYTES_MIN, BYTES_MAX),
                    BYTES,
                    Units.size(BYTES),
                    "largest file; sessions that need more are not written, and the last file"
                            + " stays");

    static final Shape SNAPSHOT_SHAPE =
            Shape.of(
                    "sessions.snapshot",
                    "Written as a whole beside the last one, which it then replaces; readable for"
                            + " the node's user only, not encrypted.",
                    EVERY,
                    SIZE);

    private SessionKeys() {}

    static SessionsConfig read(Section file) {
        Section section = file.childOrEmpty(SESSIONS, SHAPE);
        return new SessionsConfig(
                section.get(ENGINE),
                section.child(SNAPSHOT, SNAPSHOT_SHAPE)
                        .map(below -> new Snapshot(below.get(EVERY), below.get(SIZE))));
    }

    static void check(ProaConfig config, Report report) {
        int nodes = config.cluster().nodes().size();
        if (config.sessions().engine() == SessionsConfig.Engine.RAFT
                && nodes < SessionsConfig.RAFT_NODES_MIN) {
            report.error(
                    "sessions.engine",
                    "the engine raft needs three nodes, there "
                            + (nodes == 1 ? "is one" : "are " + nodes)
                            + ": every death would be an outage");
        }
        boolean kept = config.sessions().snapshot().isPresent();
        if (kept && config.frontends().stream().noneMatch(each -> each.mode() == Mode.SESSIONS)) {
            report.warn(
                    "sessions.snapshot",
                    "there are no sessions to keep: no frontend has `mode = sessions`",
                    "remove it");
        }
    }
}
