package proa.cluster.replication;

/**
 * The replicator's times and sizes.
 *
 * @param flushNanos a change waits at most this long for company
 * @param urgentNanos the same when a key nears its limit
 * @param batchEntries most entries of one batch, and how many end the waiting
 * @param helloNanos how often a member says how far it has come, so that a lost last batch is
 *     noticed
 * @param retryNanos after this an unanswered request is repeated, later twice as long, and so on
 * @param pullBatches a longer gap is closed by taking everything
 * @param pageRecords records looked at for one page
 * @param logBytes of batches kept of each origin
 */
public record Limits(
        long flushNanos,
        long urgentNanos,
        int batchEntries,
        long helloNanos,
        long retryNanos,
        int pullBatches,
        int pageRecords,
        int logBytes) {

    private static final long MILLI = 1_000_000;

    public static final Limits DEFAULTS =
            new Limits(
                    5 * MILLI,
                    MILLI,
                    1_000,
                    1_000 * MILLI,
                    100 * MILLI,
                    512,
                    8_000,
                    UpdateLog.BYTES_MAX);
}
