package proa.cluster.member;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.util.List;
import java.util.Set;
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

    boolean clear(TableKey key, long nowNanos) {
        boolean known;
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            known = table.clear(key, nowNanos);
            changed = table.dirty() != before;
        }
        note(known || changed, nowNanos);
        return known;
    }

    synchronized void entries(TableKey key, long nowNanos, Consumer<Entry> to) {
        table.entries(key, nowNanos, to);
    }

    synchronized long idleNanos(TableKey key, long nowNanos) {
        return table.idleNanos(key, nowNanos);
    }

    long add(TableKey key, int counter, long amount, long nowNanos) {
        long rate;
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            rate = table.add(key, counter, amount, nowNanos);
            changed = table.dirty() != before;
        }
        note(changed, nowNanos);
        return rate;
    }

    void take(TableKey key, int counter, long amount, long nowNanos) {
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            table.take(key, counter, amount, nowNanos);
            changed = table.dirty() != before;
        }
        note(changed, nowNanos);
    }

    long admit(TableKey key, int counter, long limit, long nowNanos) {
        long left;
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            left = table.admit(key, counter, limit, 1, nowNanos);
            changed = table.dirty() != before;
        }
        note(changed, nowNanos);
        return left;
    }

    long claim(TableKey key, int counter, long share, long amount, long nowNanos) {
        long left;
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            left = table.claim(key, counter, share, amount, nowNanos);
            changed = table.dirty() != before;
        }
        note(changed, nowNanos);
        return left;
    }

    long lend(TableKey key, int counter, long share, long wanted, int buckets, long nowNanos) {
        long given;
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            given = table.lend(key, counter, share, wanted, buckets, nowNanos);
            changed = table.dirty() != before;
        }
        note(changed, nowNanos);
        return given;
    }

    void tag(TableKey key, int tag, long value, long nowNanos) {
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            table.tag(key, tag, value, nowNanos);
            changed = table.dirty() != before;
        }
        note(changed, nowNanos);
    }

    synchronized long rate(TableKey key, int counter, long nowNanos) {
        return table.rate(key, counter, nowNanos);
    }

    synchronized long ceiling(TableKey key, int counter, long nowNanos) {
        return table.ceiling(key, counter, nowNanos);
    }

    synchronized long total(TableKey key, int counter) {
        return table.total(key, counter);
    }

    synchronized long current(TableKey key, int counter, long nowNanos) {
        return table.current(key, counter, nowNanos);
    }

    synchronized long tag(TableKey key, int tag) {
        return table.tag(key, tag);
    }

    synchronized void present(Set<Origin> others) {
        table.present(others);
    }

    synchronized long refusals() {
        return table.refusals();
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

    void merge(List<Entry> entries, long olderNanos, long nowNanos) {
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            for (Entry entry : entries) {
                table.merge(entry, olderNanos, nowNanos);
            }
            changed = table.dirty() != before;
        }
        note(changed, nowNanos);
    }

    synchronized int kept() {
        return table.kept();
    }

    synchronized void expect(int entries) {
        table.expect(entries);
    }

    synchronized void clock(Origin origin, long offsetNanos) {
        table.clock(origin, offsetNanos);
    }

    synchronized long page(long cursor, int max, long nowNanos, Consumer<Entry> to) {
        return table.page(cursor, max, nowNanos, to);
    }

    void expire(int max, long nowNanos) {
        boolean changed;
        synchronized (this) {
            int before = table.dirty();
            table.expire(max, nowNanos);
            changed = table.dirty() != before;
        }
        note(changed, nowNanos);
    }

    synchronized boolean shrink(int entries, int max, long nowNanos) {
        return table.shrink(entries, max, nowNanos);
    }

    synchronized void follow(TableShape shape, int entriesMax) {
        table.follow(shape, entriesMax);
    }

    synchronized void bornAfter(long birth) {
        table.bornAfter(birth);
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
