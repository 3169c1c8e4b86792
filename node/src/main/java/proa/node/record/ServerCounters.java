package proa.node.record;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** What a server has had since the start of the node. Any thread. */
public final class ServerCounters extends Responses {

    /** Of servers that nobody counts. */
    public static final ServerCounters NOBODYS = new ServerCounters(() -> 0);

    private final IntSupplier current;
    private final LongAdder opened = new LongAdder();
    private final LongAdder again = new LongAdder();
    private final LongAdder elsewhere = new LongAdder();
    private final LongAdder checksFailed = new LongAdder();
    private final Timing timing = new Timing();
    private final Availability availability = new Availability();
    private final Changes changes = new Changes();
    private volatile @Nullable Checked checked;

    /**
     * Nothing yet.
     *
     * @param current requests or connections it has now
     */
    public ServerCounters(IntSupplier current) {
        this.current = current;
    }

    /** A connection to it is there that was not there before. */
    public void opens() {
        opened.increment();
    }

    /** Connections to it that were made; what else it was given used one of them again. */
    public long opened() {
        return opened.sum();
    }

    /** It was tried in vain; the request tries it again, or another one. */
    void leftFor(ServerCounters next) {
        (next == this ? again : elsewhere).increment();
    }

    /** Requests that tried it again at once. */
    public long again() {
        return again.sum();
    }

    /** Requests that tried it in vain and went to another server. */
    public long elsewhere() {
        return elsewhere.sum();
    }

    /**
     * Its check has found something out.
     *
     * @param counts whether that is a failure while it was up
     */
    public void checked(Checked found, boolean counts) {
        checked = found;
        if (counts) {
            checksFailed.increment();
        }
    }

    /** What its check found last; empty: there was none. */
    public Optional<Checked> checked() {
        return Optional.ofNullable(checked);
    }

    /** Checks that failed while it was up. */
    public long checksFailed() {
        return checksFailed.sum();
    }

    /** Where the time goes, of what was logged. */
    public Timing timing() {
        return timing;
    }

    /** Since when it has been up, or down. */
    public Availability availability() {
        return availability;
    }

    /** How its state has changed lately. */
    public Changes changes() {
        return changes;
    }

    int current() {
        return current.getAsInt();
    }
}
