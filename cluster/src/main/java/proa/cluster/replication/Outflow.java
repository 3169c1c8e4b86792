package proa.cluster.replication;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.util.ArrayList;
import java.util.List;

/**
 * The way of changed entries out: they wait for company, then leave as numbered batches. A key that
 * changes many times while it waits leaves once.
 */
final class Outflow {

    /** Batches made at one go; then messages that have arrived have their turn. */
    private static final int BATCHES_AT_ONCE = 16;

    private static final long NEVER = Long.MAX_VALUE;

    private final Origin self;
    private final Store store;
    private final Limits limits;

    private WallTime wall;
    private long made;
    private long waitingSince;
    private long dueNanos = NEVER;
    private boolean failing;

    Outflow(Origin self, Store store, Limits limits, WallTime wall) {
        this.self = self;
        this.store = store;
        this.limits = limits;
        this.wall = wall;
    }

    void steer(WallTime steered) {
        wall = steered;
    }

    WallTime wall() {
        return wall;
    }

    /** Number of the last batch. */
    long made() {
        return made;
    }

    /** Leaves a number out: whoever misses it finds it in no log, and takes everything instead. */
    void leaveOut() {
        made++;
    }

    /** Something changed; the waiting begins, or ends earlier if it is urgent. */
    void changed(long sinceNanos, boolean urgent) {
        if (dueNanos == NEVER) {
            waitingSince = sinceNanos;
        }
        long due = sinceNanos + (urgent ? limits.urgentNanos() : limits.flushNanos());
        dueNanos = dueNanos == NEVER ? due : Math.min(dueNanos, due);
    }

    /** When {@link #batches} should be called, or {@link Long#MAX_VALUE}. */
    long dueNanos() {
        return dueNanos;
    }

    /** The batches that are due now. */
    List<Message.Batch> batches(long nowNanos) {
        boolean due = nowNanos >= dueNanos || store.dirty() >= limits.batchEntries();
        return dueNanos != NEVER && due ? drain(nowNanos) : List.of();
    }

    /** Every change up to now, due or not. */
    List<Message.Batch> drain(long nowNanos) {
        long waitedNanos = dueNanos == NEVER ? 0 : Math.max(0, nowNanos - waitingSince);
        List<Message.Batch> batches = new ArrayList<>();
        dueNanos = NEVER;
        boolean failed = true;
        try {
            boolean more = true;
            while (more && batches.size() < BATCHES_AT_ONCE) {
                Message.Batch batch = next(waitedNanos, nowNanos);
                more = batch != null;
                if (batch != null) {
                    batches.add(batch);
                }
            }
            failed = false;
            if (more) {
                changed(nowNanos - limits.flushNanos(), false);
            }
        } finally {
            if (failed) {
                changed(nowNanos, false); // the rest waits, and nobody tells of it again
            } else if (failing) {
                leaveOut(); // what had been handed out when it failed is in no batch
            }
            failing = failed;
        }
        return batches;
    }

    private Message.@Nullable Batch next(long waitedNanos, long nowNanos) {
        List<Section> sections = new ArrayList<>();
        int room = limits.batchEntries();
        List<TableShape> shapes = store.shapes();
        for (int table = 0; table < shapes.size() && room > 0; table++) {
            List<Entry> entries = new ArrayList<>();
            room -= store.drain(table, room, nowNanos, entries::add);
            if (!entries.isEmpty()) {
                TableShape shape = shapes.get(table);
                sections.add(new Section(shape.name(), shape.schema(), entries));
            }
        }
        return sections.isEmpty()
                ? null
                : new Message.Batch(
                        self,
                        ++made,
                        nowNanos,
                        nowNanos,
                        waitedNanos,
                        wall.millis(nowNanos),
                        sections);
    }
}
