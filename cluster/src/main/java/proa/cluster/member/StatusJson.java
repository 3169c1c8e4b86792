package proa.cluster.member;

import org.jspecify.annotations.Nullable;

import proa.cluster.replication.Statistics;
import proa.cluster.tables.Origin;
import proa.cluster.transport.Group;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code proa status} shows of the cluster, as one JSON object. */
final class StatusJson {

    private static final double NANOS_PER_MILLI = 1e6;

    private StatusJson() {}

    static String of(
            String node,
            Origin self,
            Member.View view,
            boolean synchronised,
            long lagNanos,
            Statistics statistics,
            Inbox inbox,
            @Nullable Group group,
            String loans,
            List<GuardedTable> tables) {
        return "{\"node\":"
                + quoted(node)
                + ",\"incarnation\":"
                + self.incarnation()
                + ",\"synchronised\":"
                + synchronised
                + ",\"view\":"
                + view(view)
                + ",\"replication\":"
                + replication(lagNanos, statistics, inbox, group)
                + ",\"loans\":"
                + loans
                + ",\"tables\":["
                + tables.stream().map(StatusJson::table).collect(Collectors.joining(","))
                + "]}";
    }

    private static String view(Member.View view) {
        return "{\"number\":%d,\"members\":[%s],\"quorum\":%b}"
                .formatted(
                        view.number(),
                        view.members().stream()
                                .map(StatusJson::quoted)
                                .collect(Collectors.joining(",")),
                        view.quorum());
    }

    private static String replication(
            long lagNanos, Statistics statistics, Inbox inbox, @Nullable Group group) {
        return "{\"lagMillis\":"
                + millis(lagNanos)
                + ",\"lagP50Millis\":"
                + millis(statistics.lagP50Nanos())
                + ",\"lagP99Millis\":"
                + millis(statistics.lagP99Nanos())
                + ",\"batchesSent\":"
                + statistics.batchesSent()
                + ",\"entriesSent\":"
                + statistics.entriesSent()
                + ",\"batchesReceived\":"
                + statistics.batchesReceived()
                + ",\"entriesReceived\":"
                + statistics.entriesReceived()
                + ",\"duplicates\":"
                + statistics.duplicates()
                + ",\"pulls\":"
                + statistics.pulls()
                + ",\"resyncs\":"
                + statistics.resyncs()
                + ",\"tooNew\":"
                + statistics.tooNew()
                + ",\"broken\":"
                + statistics.broken()
                + ",\"foreignTables\":"
                + statistics.foreignTables()
                + ",\"clocksAhead\":"
                + statistics.clocksAhead()
                + ",\"logBytes\":"
                + statistics.logBytes()
                + ",\"logBatches\":"
                + statistics.logBatches()
                + ",\"waiting\":"
                + inbox.waiting()
                + ",\"dropped\":"
                + inbox.dropped()
                + ",\"unreached\":"
                + (group == null ? 0 : group.dropped())
                + "}";
    }

    private static String table(GuardedTable table) {
        return "{\"name\":%s,\"entries\":%d,\"entriesMax\":%d,\"evictions\":%d,\"refusals\":%d}"
                .formatted(
                        quoted(table.shape().name()),
                        table.size(),
                        table.shape().entriesMax(),
                        table.evictions(),
                        table.refusals());
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / NANOS_PER_MILLI);
    }

    /** Names come from a checked configuration, but a quote in one must not break the object. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
