package proa.node.log;

import java.util.concurrent.atomic.LongAdder;

/** What became of the lines of one destination. Any thread. */
public final class LogCounters {

    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder failed = new LongAdder();

    void wrote(int lines) {
        written.add(lines);
    }

    void drop() {
        dropped.increment();
    }

    void fail(int lines) {
        failed.add(lines);
    }

    /** Lines that were written or sent. */
    public long written() {
        return written.sum();
    }

    /** Lines that had no place to wait for the writer. */
    public long dropped() {
        return dropped.sum();
    }

    /** Lines that could not be written. */
    public long failed() {
        return failed.sum();
    }
}
