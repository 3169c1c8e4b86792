package proa.cluster.raft;

import proa.config.Timing;

import java.util.concurrent.TimeUnit;

/**
 * How fast members notice that there is no leader.
 *
 * @param heartbeatNanos between a leader's signs of life
 * @param silenceMinNanos a member that has heard nothing for this long may ask for votes; several
 *     heartbeats
 * @param silenceMaxNanos each waits for a random time up to this, so that not all ask at once
 */
public record RaftPace(long heartbeatNanos, long silenceMinNanos, long silenceMaxNanos) {

    /** As fast as the rest of the cluster. */
    public static RaftPace of(Timing timing) {
        return switch (timing) {
            case LAB -> ofMillis(50, 350, 700);
            case LAN -> ofMillis(100, 700, 1_400);
            // Snapshots stop guests for seconds.
            case VM -> ofMillis(500, 4_000, 8_000);
        };
    }

    /** In milliseconds. */
    public static RaftPace ofMillis(long heartbeat, long silenceMin, long silenceMax) {
        return new RaftPace(
                TimeUnit.MILLISECONDS.toNanos(heartbeat),
                TimeUnit.MILLISECONDS.toNanos(silenceMin),
                TimeUnit.MILLISECONDS.toNanos(silenceMax));
    }
}
