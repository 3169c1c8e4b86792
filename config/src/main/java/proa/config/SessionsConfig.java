package proa.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How sessions are stored, and what is kept of them besides.
 *
 * @param engine who stores them, the same on every node
 * @param snapshot a copy on the disk of each node, for a stop of all of them; empty: none
 */
public record SessionsConfig(Engine engine, Optional<Snapshot> snapshot) {

    public static final SessionsConfig DEFAULTS = new SessionsConfig(Optional.empty());

    /** Fewest nodes of {@link Engine#RAFT}: with two, each death would be an outage. */
    public static final int RAFT_NODES_MIN = 3;

    /** With the default engine. */
    public SessionsConfig(Optional<Snapshot> snapshot) {
        this(Engine.HAZELCAST, snapshot);
    }

    /** Who stores sessions. */
    public enum Engine {
        /** In memory, an owner and a backup for each; one, two or three nodes. */
        HAZELCAST,
        /** In a log on the disk of each node, acknowledged by two of three. */
        RAFT
    }

    /**
     * A snapshot.
     *
     * @param every how often it is written; 1 s to 1 h
     * @param bytesMax largest file, 64 KiB to 64 GiB; one that would be larger is not written
     */
    public record Snapshot(Duration every, long bytesMax) {}
}
