package proa.cluster.replication;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.Origin;

import java.util.Map;

/** Taking everything from one member, page by page. */
final class Transfer {

    private final long number;
    private final Pursuit pursuit;
    private Map<Origin, Long> reached = Map.of();
    private @Nullable Origin provider;
    private long cursor;

    Transfer(long number, int peer, long nowNanos) {
        this.number = number;
        this.pursuit = new Pursuit(peer, 0, nowNanos);
    }

    long number() {
        return number;
    }

    Pursuit pursuit() {
        return pursuit;
    }

    /** The page wanted now. */
    long cursor() {
        return cursor;
    }

    boolean wants(int from, Message.Page page) {
        return pursuit.peer() == from && page.transfer() == number && page.cursor() == cursor;
    }

    /** A member that has been restarted since the first page has to be asked from the beginning. */
    boolean sameLife(Message.Page page) {
        return cursor == 0 || page.origin().equals(provider);
    }

    /** Goes on after a page; whether it was the last. */
    boolean advance(Message.Page page, long nowNanos) {
        if (cursor == 0) {
            // What the member gets later is not surely in its later pages, so its first word
            // counts.
            reached = page.reached();
            provider = page.origin();
        }
        cursor = page.next();
        pursuit.answered(nowNanos);
        return cursor < 0;
    }

    /** What is surely here when the last page has arrived. */
    Map<Origin, Long> reached() {
        return reached;
    }
}
