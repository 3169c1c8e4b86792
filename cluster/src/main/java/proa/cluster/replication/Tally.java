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
    private final RecentLag recent = new RecentLag();

    void lag(long nanos, long nowNanos) {
        lags.add(nanos, nowNanos);
        recent.add(nanos, nowNanos);
    }

    /**
     * @param missingNanos for how long something has been missing
     */
    Statistics statistics(Origins origins, long missingNanos, long nowNanos) {
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
                Math.max(missingNanos, recent.nanos(nowNanos)),
                lags.percentileNanos(0.50, nowNanos),
                lags.percentileNanos(0.99, nowNanos));
    }
}
