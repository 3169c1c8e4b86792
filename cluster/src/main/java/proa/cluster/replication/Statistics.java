package proa.cluster.replication;

/**
 * What replication has done since the start.
 *
 * @param batchesSent batches made here
 * @param entriesSent entries in them
 * @param batchesReceived batches of others, each counted once
 * @param entriesReceived entries in them
 * @param duplicates batches that had arrived before
 * @param pulls requests for missed batches
 * @param resyncs transfers of everything that came to their end
 * @param tooNew messages for newer versions, skipped
 * @param broken messages that could not be read
 * @param foreignTables sections of tables that this node does not have or has in another shape
 * @param clocksAhead batches whose calendar time was more than a second ahead of ours
 * @param logBytes bytes of batches kept for members that missed some, of all origins
 * @param logBatches how many batches these are
 * @param lagNanos how far this node is behind the others now: the age of changes on arrival in the
 *     last half of a second, or the time for which it has known of some that it lacks
 * @param lagP50Nanos age of a batch's oldest change on arrival, half of them; last minute
 * @param lagP99Nanos the same, 99 of 100
 */
public record Statistics(
        long batchesSent,
        long entriesSent,
        long batchesReceived,
        long entriesReceived,
        long duplicates,
        long pulls,
        long resyncs,
        long tooNew,
        long broken,
        long foreignTables,
        long clocksAhead,
        long logBytes,
        long logBatches,
        long lagNanos,
        long lagP50Nanos,
        long lagP99Nanos) {}
