package proa.node.reload;

import proa.node.metrics.Family;
import proa.node.metrics.Scrape;

import java.util.List;
import java.util.Map;

/** What members tell each other, from their status into metrics. */
final class ReplicationMeters {

    private static final double MILLIS = 1e3;

    /** Those that only grow, by their words in the status. */
    private static final List<String> COUNTED =
            List.of(
                    "batchesSent",
                    "entriesSent",
                    "batchesReceived",
                    "entriesReceived",
                    "duplicates",
                    "pulls",
                    "resyncs",
                    "tooNew",
                    "broken",
                    "foreignTables",
                    "clocksAhead",
                    "dropped",
                    "unreached");

    private ReplicationMeters() {}

    static void add(Map<?, ?> replication, Scrape scrape) {
        for (String word : COUNTED) {
            scrape.add(Family.REPLICATION, number(replication, word), word);
        }
        scrape.add(Family.LAG, number(replication, "lagP50Millis") / MILLIS, "50");
        scrape.add(Family.LAG, number(replication, "lagP99Millis") / MILLIS, "99");
        scrape.add(Family.BEHIND, number(replication, "lagMillis") / MILLIS);
        scrape.add(Family.REPLICATION_LOG, number(replication, "logBytes"));
        scrape.add(Family.REPLICATION_BATCHES, number(replication, "logBatches"));
        scrape.add(Family.REPLICATION_WAITING, number(replication, "waiting"));
    }

    static void addTable(Map<?, ?> table, Scrape scrape) {
        String name = String.valueOf(table.get("name"));
        scrape.add(Family.TABLE_EVICTIONS, number(table, "evictions"), name);
        scrape.add(Family.TABLE_REFUSALS, number(table, "refusals"), name);
    }

    private static double number(Map<?, ?> of, String word) {
        return of.get(word) instanceof Number value ? value.doubleValue() : 0;
    }
}
