package proa.cluster.replication;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableShape;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The way of everything to members that asked for it: one page at a time, in turns, so that batches
 * and messages are not kept waiting. How many pages may be under way to a member, it says itself.
 */
final class Providing {

    /** Whatever a member asks for: twice what one of this version does. */
    static final int PAGES_MAX = 2 * Transfer.PAGES_AHEAD;

    private static final int TABLE_SHIFT = 48;
    private static final long PLACE_MASK = (1L << TABLE_SHIFT) - 1;

    private final Origin self;
    private final Store store;
    private final Inflow inflow;
    private final int pageRecords;

    /** By member, whose turn it is first. One that has had its last page stays. */
    private final Map<Integer, Run> runs = new LinkedHashMap<>();

    /** A page and whom it is for. */
    record Addressed(int to, Message.Page message) {}

    /**
     * What a member is getting.
     *
     * @param cursor of its next page; negative: it has had the last one
     * @param pages that may be sent
     * @param sinceNanos when it asked
     */
    private record Run(long transfer, long cursor, int pages, long sinceNanos) {
        boolean waits() {
            return pages > 0 && cursor >= 0;
        }
    }

    Providing(Origin self, Store store, Inflow inflow, int pageRecords) {
        this.self = self;
        this.store = store;
        this.inflow = inflow;
        this.pageRecords = pageRecords;
    }

    /** A member asks. */
    void asked(int peer, Message.PageRequest request, long nowNanos) {
        long transfer = request.transfer();
        long cursor = request.cursor();
        int pages = request.pages();
        Run known = runs.get(peer);
        if (request.more() && known != null && known.transfer() == transfer) {
            cursor = known.cursor();
            pages += known.pages();
        }
        runs.put(peer, new Run(transfer, cursor, Math.min(pages, PAGES_MAX), nowNanos));
    }

    /** When {@link #next} has something, or {@link Long#MAX_VALUE}. */
    long dueNanos() {
        for (Run run : runs.values()) {
            if (run.waits()) {
                return run.sinceNanos();
            }
        }
        return Long.MAX_VALUE;
    }

    /** Forgets members that are out of sight. */
    void retain(Set<Integer> peers) {
        runs.keySet().retainAll(peers);
    }

    /**
     * The next page of the member whose turn it is.
     *
     * @param reached how far this node has come
     */
    Optional<Addressed> next(Map<Origin, Long> reached, long nowNanos) {
        for (Map.Entry<Integer, Run> each : runs.entrySet()) {
            Run run = each.getValue();
            if (run.waits()) {
                int peer = each.getKey();
                Message.Page page = page(run, reached, nowNanos);
                runs.remove(peer); // its turn comes after the others'
                runs.put(
                        peer,
                        new Run(run.transfer(), page.next(), run.pages() - 1, run.sinceNanos()));
                return Optional.of(new Addressed(peer, page));
            }
        }
        return Optional.empty();
    }

    /** The cursor holds the table above and the place in it below. */
    private Message.Page page(Run run, Map<Origin, Long> reached, long nowNanos) {
        List<TableShape> shapes = store.shapes();
        long table = run.cursor() >>> TABLE_SHIFT;
        long place = run.cursor() & PLACE_MASK;
        List<Section> sections = List.of();
        long next = -1;
        int expected = 0;
        if (table < shapes.size()) {
            List<Entry> entries = new ArrayList<>(pageRecords);
            long rest = inflow.page((int) table, place, pageRecords, nowNanos, entries);
            TableShape shape = shapes.get((int) table);
            expected = store.kept((int) table);
            if (!shape.isGone()) {
                // Also without entries: it says that the table is here.
                sections = List.of(new Section(shape.name(), shape.schema(), entries));
            }
            boolean last = rest < 0 && table + 1 == shapes.size();
            next = last ? -1 : rest < 0 ? (table + 1) << TABLE_SHIFT : table << TABLE_SHIFT | rest;
        }
        return new Message.Page(
                self,
                run.transfer(),
                run.cursor(),
                next,
                reached,
                inflow.times(nowNanos),
                sections,
                expected);
    }
}
