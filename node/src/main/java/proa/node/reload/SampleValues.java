package proa.node.reload;

import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.console.Samples.Column;
import proa.node.record.FrontendCounters;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** What of a running node is sampled each second. Any thread. */
final class SampleValues implements Supplier<Map<Column, Long>> {

    private static final int SERVER_ERRORS = 5;

    private final StatusReport.Running running;
    private final Recorders recorders;

    SampleValues(StatusReport.Running running, Recorders recorders) {
        this.running = running;
        this.recorders = recorders;
    }

    @Override
    public Map<Column, Long> get() {
        Map<Column, Long> values = new EnumMap<>(Column.class);
        Generation now = running.generations().current();
        for (FrontendCounters counters : recorders.all()) { // not only of now: they would jump
            values.merge(Column.REQUESTS, counters.requests(), Long::sum);
            values.merge(Column.ERRORS, counters.answers(SERVER_ERRORS), Long::sum);
            values.merge(Column.RECEIVED, counters.received(), Long::sum);
            values.merge(Column.SENT, counters.sent(), Long::sum);
        }
        values.put(Column.OPEN, (long) running.frontends().connections());
        for (Pool pool : now.pools().all()) {
            if (!pool.name().equals(OwnTraffic.NAME)) {
                values.merge(Column.NANOS, pool.counters().latency().sumNanos(), Long::sum);
                values.merge(Column.WAITING, (long) pool.waiting(), Long::sum);
                long up = pool.servers().stream().filter(PooledServer::up).count();
                values.merge(Column.UP, up, Long::sum);
            }
        }
        return values;
    }
}
