package proa.node.log;

import proa.node.line.Beginning;
import proa.node.line.Line;
import proa.node.line.LineFormat;
import proa.node.record.AccessLog;
import proa.node.record.Ending;
import proa.node.record.TrafficRecord;

import java.util.List;

/** The access log of one frontend on one event loop: writes lines into the loop's ring. */
final class LoopLog implements AccessLog {

    private static final int SERVER_ERRORS = 500;

    private final LineFormat format;
    private final Beginning beginning;
    private final LineRing ring;
    private final LogCounters counters;
    private final Choosing choosing;
    private final String[] fields;
    private final Line line = new Line();
    private int passed;

    /**
     * Which lines there are.
     *
     * @param every of so many requests one; those that failed always
     * @param empty those of connections that never sent a byte
     */
    record Choosing(int every, boolean empty) {}

    LoopLog(
            LineFormat format,
            Beginning beginning,
            LineRing ring,
            LogCounters counters,
            Choosing choosing,
            List<String> fields) {
        this.format = format;
        this.beginning = beginning;
        this.ring = ring;
        this.counters = counters;
        this.choosing = choosing;
        this.fields = fields.toArray(String[]::new);
    }

    @Override
    public void write(TrafficRecord record) {
        boolean turn = ++passed >= choosing.every;
        if (turn) {
            passed = 0;
        } else if (!failed(record)) {
            return;
        }
        beginning.begin(record.wallMillis() + Math.max(0, record.totalMillis()), line);
        format.add(record, line);
        if (!ring.offer(line.bytes(), line.length())) {
            counters.drop();
        }
    }

    private static boolean failed(TrafficRecord record) {
        return record.status() >= SERVER_ERRORS
                || record.how() != Ending.NORMAL
                        && record.how() != Ending.LOCAL
                        && record.how() != Ending.REFUSED;
    }

    @Override
    public boolean takesEmpty() {
        return choosing.empty;
    }

    @Override
    public String[] fields() {
        return fields;
    }
}
