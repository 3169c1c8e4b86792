package proa.cluster.replication;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableShape;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The way of received entries into the tables: clocks of origins, ages brought up to now, tables
 * that are not here skipped.
 */
final class Inflow {

    /** Lives of nodes whose clocks are remembered, as many as the tables do. */
    static final int ORIGINS_MAX = 255;

    /** Some hundred microseconds. */
    private static final int LOOKED_AT_ONCE = 1_000;

    /** A page with more is refused by who gets it, and asked for again for ever. */
    private static final int PAGE_BYTES = MessageCodec.MESSAGE_BYTES_MAX / 2;

    /** What one look may add to a page that is nearly full. */
    private static final int LOOK_BYTES = MessageCodec.MESSAGE_BYTES_MAX / 4;

    /** Entries of one key at most: as many slots and tags as there are. */
    private static final int KEY_ENTRIES = 32;

    /** Of an entry at most, without its counters; names of servers are told once. */
    private static final int ENTRY_BYTES = 48;

    /** Of a counter at most: sixteen buckets of eight bytes, two sums, a place in time. */
    private static final int COUNTER_BYTES = 160;

    private final Origin self;
    private final Store store;
    private final Tally tally;
    private final Map<String, Integer> places = new HashMap<>();

    /** What {@link #places} was made of. */
    private List<TableShape> placed = List.of();

    /** The one heard of longest ago comes first. */
    private final Map<Origin, ClockOffset> offsets = new LinkedHashMap<>();

    Inflow(Origin self, Store store, Tally tally) {
        this.self = self;
        this.store = store;
        this.tally = tally;
    }

    /**
     * Learns what time it was at an origin when a message that arrives now was sent.
     *
     * @param firstHand the origin itself says so. What another node thinks counts only until then:
     *     its picture of a clock that stood for a while may be old, and would be kept here as the
     *     one with the shortest way.
     */
    void clock(OriginTime time, boolean firstHand, long nowNanos) {
        if (time.origin().equals(self)) {
            return;
        }
        long difference = nowNanos - time.nowNanos();
        ClockOffset known = offsets.remove(time.origin());
        if (known == null || firstHand && !known.firstHand()) {
            remember(time.origin(), new ClockOffset(difference, firstHand, nowNanos));
            store.clock(time.origin(), difference);
            return;
        }
        offsets.put(time.origin(), known);
        if (firstHand || !known.firstHand()) {
            known.observe(difference, nowNanos);
        }
        if (known.tell(nowNanos)) {
            store.clock(time.origin(), known.nanos());
        }
    }

    private void remember(Origin origin, ClockOffset offset) {
        if (offsets.size() >= ORIGINS_MAX) {
            offsets.remove(offsets.keySet().iterator().next());
        }
        offsets.put(origin, offset);
    }

    /** Tells tables that have begun what is known of every origin's time. */
    void tellClocks() {
        offsets.forEach((origin, offset) -> store.clock(origin, offset.nanos()));
    }

    @SuppressWarnings("ReferenceEquality") // Another list, not one with other tables, is the sign.
    private @Nullable Integer place(String table) {
        List<TableShape> shapes = store.shapes();
        if (!shapes.equals(placed)) { // the same list, nearly always
            places.clear();
            shapes.forEach(shape -> places.put(shape.name(), places.size()));
            placed = shapes;
        }
        return places.get(table);
    }

    /** What time it is at an origin that has been heard of. */
    long nowAt(Origin origin, long nowNanos) {
        ClockOffset offset = offsets.get(origin);
        return offset == null ? nowNanos : nowNanos - offset.nanos();
    }

    /** Every origin heard of, and this node, with the time there. */
    List<OriginTime> times(long nowNanos) {
        List<OriginTime> times = new ArrayList<>(List.of(new OriginTime(self, nowNanos)));
        for (Origin origin : offsets.keySet()) {
            times.add(new OriginTime(origin, nowAt(origin, nowNanos)));
        }
        return times;
    }

    /**
     * Takes a part of a table out, a little at a time, so that nobody waits for the table for long.
     * It ends early where its entries might be too large for one message.
     *
     * @param max records looked at
     * @return where to go on, or -1 at the end
     */
    long page(int table, long cursor, int max, long nowNanos, List<Entry> to) {
        int counters = store.shapes().get(table).schema().counters().size();
        int bytes = ENTRY_BYTES + counters * COUNTER_BYTES;
        int most = Math.min(LOOKED_AT_ONCE, LOOK_BYTES / (KEY_ENTRIES * bytes));
        long next = cursor;
        int looked = 0;
        while (looked < max && next >= 0 && to.size() < PAGE_BYTES / bytes) {
            int some = Math.min(most, max - looked);
            next = store.page(table, next, some, nowNanos, entry -> addIfTimed(entry, to));
            looked += some;
        }
        return next;
    }

    /** Adds an entry unless it counts in the time of an origin that is forgotten. */
    private void addIfTimed(Entry entry, List<Entry> to) {
        boolean timed =
                !(entry instanceof Entry.Slot slot)
                        || slot.origin().equals(self)
                        || offsets.containsKey(slot.origin());
        if (timed) {
            to.add(entry);
        }
    }

    /**
     * Puts entries into the tables; {@code olderNanos} has passed since their ages were written.
     */
    void merge(List<Section> sections, long olderNanos, long nowNanos) {
        merge(sections, 0, olderNanos, nowNanos);
    }

    /** The same of a page, for whose table room is made. */
    void merge(Message.Page page, long nowNanos) {
        merge(page.sections(), (int) page.expected(), olderNanos(page, nowNanos), nowNanos);
    }

    private void merge(List<Section> sections, int expected, long olderNanos, long nowNanos) {
        for (Section section : sections) {
            Integer place = place(section.table());
            if (place == null || !fits(store.shapes().get(place), section)) {
                tally.foreignTables++;
                continue;
            }
            store.expect(place, expected);
            store.merge(place, section.entries(), Math.max(0, olderNanos), nowNanos);
        }
    }

    /**
     * Learns from a page what time it is everywhere, and how long ago the page was made. Its sender
     * comes last: it may tell of as many others as are remembered here, who must not displace it,
     * for what it sends would then count as old as two clocks are apart.
     */
    long olderNanos(Message.Page page, long nowNanos) {
        ClockOffset known = offsets.remove(page.origin());
        OriginTime sender = null;
        for (OriginTime time : page.times()) {
            if (time.origin().equals(page.origin())) {
                sender = time;
            } else {
                clock(time, false, nowNanos);
            }
        }
        if (known != null) {
            remember(page.origin(), known);
        }
        if (sender == null) {
            return 0;
        }
        clock(sender, true, nowNanos);
        return nowAt(sender.origin(), nowNanos) - sender.nowNanos();
    }

    private static boolean fits(TableShape shape, Section section) {
        return shape.schema().equals(section.schema());
    }
}
