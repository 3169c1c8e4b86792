package proa.cluster.replication;

/** The counters behind {@link Statistics}. */
final class Tally {

    long batchesSent;
    long entriesSent;
    long batchesReceived;
    long entriesReceived;
    long duplicates;
    long pulls;
    long resyncs;
    long tooNew;
    long broken;
    long foreignTables;
    long clocksAhead;

    private final LagHistogram lags = new LagHistogram();

    void lag(long nanos, long nowNanos) {
        lags.add(nanos, nowNanos);
    }

    Statistics statistics(Origins origins, long nowNanos) {
        return new Statistics(
                batchesSent,
                entriesSent,
                batchesReceived,
                entriesReceived,
                duplicates,
                pulls,
                resyncs,
                tooNew,
                broken,
                foreignTables,
                clocksAhead,
                origins.logBytes(),
                origins.logBatches(),
                lags.percentileNanos(0.50, nowNanos),
                lags.percentileNanos(0.99, nowNanos));
    }
}
