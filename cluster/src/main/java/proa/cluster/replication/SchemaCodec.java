package proa.cluster.replication;

import proa.cluster.tables.Buckets;
import proa.cluster.tables.CounterShape;
import proa.cluster.tables.TableSchema;

import java.util.ArrayList;
import java.util.List;

/**
 * Schemas ↔ bytes: {@code counters { name:text flags:1 window:v } tags { text }}, each list with
 * its count in front. Version 1 had the bucket width of the one counter it knew.
 */
final class SchemaCodec {

    private static final int TOTAL = 1;
    private static final int CURRENT = 2;
    private static final int WIDE = 4;

    private SchemaCodec() {}

    static void write(TableSchema schema, ByteWriter to) {
        to.variable(schema.counters().size());
        for (CounterShape counter : schema.counters()) {
            int flags =
                    (counter.total() ? TOTAL : 0)
                            | (counter.current() ? CURRENT : 0)
                            | (counter.wide() ? WIDE : 0);
            to.text(counter.name()).int8(flags).variable(counter.windowNanos());
        }
        to.variable(schema.tags().size());
        schema.tags().forEach(to::text);
    }

    static TableSchema read(ByteReader from) {
        List<CounterShape> counters = new ArrayList<>();
        for (int left = from.count(); left > 0 && !from.broken(); left--) {
            String name = from.text();
            int flags = from.int8();
            long window = from.variable();
            boolean keepsSomething = window > 0 || (flags & (TOTAL | CURRENT)) != 0;
            if (window < 0 || !keepsSomething || counters.size() == TableSchema.COUNTERS_MAX) {
                from.breakOff();
                break;
            }
            counters.add(
                    new CounterShape(
                            name,
                            window,
                            (flags & TOTAL) != 0,
                            (flags & CURRENT) != 0,
                            (flags & WIDE) != 0));
        }
        List<String> tags = new ArrayList<>();
        for (int left = from.count(); left > 0 && !from.broken(); left--) {
            tags.add(from.text());
        }
        if (from.broken() || tags.size() > TableSchema.TAGS_MAX || narrow(counters)) {
            from.breakOff();
            return TableSchema.STICKS;
        }
        return new TableSchema(counters, tags);
    }

    /** The schema that version 1 means by a bucket width. */
    static TableSchema ofBucketWidth(long bucketNanos, ByteReader from) {
        if (bucketNanos < 0 || bucketNanos > Long.MAX_VALUE / Buckets.PER_WINDOW) {
            from.breakOff();
            return TableSchema.STICKS;
        }
        return TableSchema.requestsOver(bucketNanos * Buckets.PER_WINDOW);
    }

    /** A window that has no whole nanosecond for a bucket. */
    private static boolean narrow(List<CounterShape> counters) {
        return counters.stream().anyMatch(c -> c.rated() && c.bucketNanos() == 0);
    }
}
