package proa.cluster.member;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.WallTime;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/** A part of a table behind its lock, which is held for one short operation at a time. */
final class Stripe {

    private final Table table;
    private final Changes changes;

    Stripe(Table table, Changes changes) {
        this.table = table;
        this.changes = changes;
    }

    @Nullable String server(TableKey key, long nowNanos) {
        String server;
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            server = table.server(key, nowNanos);
            changed = table.dirty() != before;
        }
        note(changed, nowNanos);
        return server;
    }

    String stick(TableKey key, String server, long nowNanos) {
        String stuck;
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            stuck = table.stick(key, server, nowNanos);
            changed = table.dirty() != before;
        }
        note(changed, nowNanos);
        return stuck;
    }

    boolean remove(TableKey key, long nowNanos) {
        boolean removed;
        synchronized (this) {
            removed = table.remove(key, nowNanos);
        }
        note(removed, nowNanos);
        return removed;
    }

    long hit(TableKey key, long nowNanos) {
        long rate;
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            rate = table.hit(key, nowNanos);
            changed = table.dirty() != before;
        }
        note(changed, nowNanos);
        return rate;
    }

    synchronized long rate(TableKey key, long nowNanos) {
        return table.rate(key, nowNanos);
    }

    synchronized int size() {
        return table.size();
    }

    synchronized void servers(ObjIntConsumer<String> to) {
        table.servers(to);
    }

    synchronized long evictions() {
        return table.evictions();
    }

    synchronized int dirty() {
        return table.dirty();
    }

    synchronized int drain(int max, long nowNanos, Consumer<Entry> to) {
        return table.drain(max, nowNanos, to);
    }

    void merge(List<Entry> entries, long nowNanos) {
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            for (Entry entry : entries) {
                table.merge(entry, nowNanos);
            }
            changed = table.dirty() != before;
        }
        note(changed, nowNanos);
    }

    synchronized void clock(Origin origin, long offsetNanos) {
        table.clock(origin, offsetNanos);
    }

    synchronized long page(long cursor, int max, long nowNanos, Consumer<Entry> to) {
        return table.page(cursor, max, nowNanos, to);
    }

    synchronized void expire(int max, long nowNanos) {
        table.expire(max, nowNanos);
    }

    synchronized void steer(WallTime wall) {
        table.steer(wall);
    }

    private void note(boolean changed, long nowNanos) {
        if (changed) {
            changes.note(nowNanos);
        }
    }
}
