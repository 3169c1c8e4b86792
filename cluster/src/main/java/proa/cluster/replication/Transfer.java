package proa.cluster.replication;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.Origin;
import proa.cluster.tables.TableSchema;
import proa.cluster.tables.TableShape;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Taking everything from one member. Some pages are under way at any time, so that neither member
 * waits for the other; each that arrives makes room for one more.
 */
final class Transfer {

    /** Of 8,000 sticky entries each a megabyte and a quarter: less than one may send unread. */
    static final int PAGES_AHEAD = 8;

    /**
     * So much longer than for a batch is waited for a page. Nothing is lost on the way but what a
     * member has no room for, and that shows by the next page.
     */
    private static final int PATIENCE = 5;

    private final long number;
    private final Pursuit pursuit;
    private Map<Origin, Long> reached = Map.of();
    private @Nullable Origin provider;
    private final Map<String, TableSchema> tables = new HashMap<>();
    private long cursor;

    /** Where it was last asked for again, because a later page came first. */
    private long askedAgainAt = -1;

    Transfer(long number, int peer, long nowNanos) {
        this.number = number;
        this.pursuit = new Pursuit(peer, 0, nowNanos);
    }

    Pursuit pursuit() {
        return pursuit;
    }

    /** Asks from the page wanted now on, whatever was asked for before. */
    Message.PageRequest request(Origin self, long nowNanos, long retryNanos) {
        pursuit.asked(cursor, nowNanos, PATIENCE * retryNanos);
        return new Message.PageRequest(self, number, cursor, PAGES_AHEAD, false);
    }

    /** Asks for one more, since one has arrived. */
    Message.PageRequest more(Origin self) {
        return new Message.PageRequest(self, number, cursor, 1, true);
    }

    /** Whether a page has been taken in. */
    boolean begun() {
        return cursor > 0;
    }

    /** Whether a page belongs to this transfer, wanted now or not. */
    boolean concerns(int from, Message.Page page) {
        return pursuit.peer() == from && page.transfer() == number;
    }

    /** Whether it is the next one. */
    boolean wants(Message.Page page) {
        return page.cursor() == cursor;
    }

    /** Whether a page shows for the first time that the one wanted now is lost. */
    boolean misses(Message.Page page) {
        boolean lost = page.cursor() > cursor && askedAgainAt != cursor;
        if (lost) {
            askedAgainAt = cursor;
        }
        return lost;
    }

    /** A member that has been restarted since the first page has to be asked from the beginning. */
    boolean sameLife(Message.Page page) {
        return cursor == 0 || page.origin().equals(provider);
    }

    /** Goes on after a page; whether it was the last. */
    boolean advance(Message.Page page, long nowNanos, long retryNanos) {
        if (cursor == 0) {
            // What the member gets later is not surely in its later pages, so its first word
            // counts.
            reached = page.reached();
            provider = page.origin();
        }
        page.sections().forEach(section -> tables.put(section.table(), section.schema()));
        cursor = page.next();
        pursuit.asked(cursor, nowNanos, PATIENCE * retryNanos);
        return cursor < 0;
    }

    /**
     * Whether the member had all of these, so that nobody else need be asked. One of an earlier
     * version says nothing of tables without entries.
     */
    boolean had(List<TableShape> shapes) {
        return shapes.stream()
                .filter(shape -> !shape.isGone())
                .allMatch(shape -> shape.schema().equals(tables.get(shape.name())));
    }

    /** What is surely here when the last page has arrived. */
    Map<Origin, Long> reached() {
        return reached;
    }
}
