package proa.cluster.raft;

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

    /** In milliseconds. */
    public static RaftPace ofMillis(long heartbeat, long silenceMin, long silenceMax) {
        return new RaftPace(
                TimeUnit.MILLISECONDS.toNanos(heartbeat),
                TimeUnit.MILLISECONDS.toNanos(silenceMin),
                TimeUnit.MILLISECONDS.toNanos(silenceMax));
    }
}
