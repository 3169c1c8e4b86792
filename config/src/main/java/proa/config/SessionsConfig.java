package proa.config;

import java.time.Duration;
import java.util.Optional;

/**
 * What the session store keeps besides its copies in memory.
 *
 * @param snapshot a copy on the disk of each node, for a stop of all of them; empty: none
 */
public record SessionsConfig(Optional<Snapshot> snapshot) {

    public static final SessionsConfig DEFAULTS = new SessionsConfig(Optional.empty());

    /**
     * A snapshot.
     *
     * @param every how often it is written; 1 s to 1 h
     * @param bytesMax largest file, 64 KiB to 64 GiB; one that would be larger is not written
     */
    public record Snapshot(Duration every, long bytesMax) {}
}
