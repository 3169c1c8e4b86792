package proa.cluster.replication;

import proa.cluster.tables.Buckets;
import proa.cluster.tables.CounterShape;
import proa.cluster.tables.Counts;
import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sections ↔ bytes: {@code count { table:text length:4 { schema names { text } entries { kind:1 key
 * … } } }}, where v is a variable-length number. Version 1 has {@code bucketNanos:v} between table
 * and length, and no schema.
 *
 * <p>Servers are numbers into the section's own list of names. An entry's times are ages against
 * the message's {@link OriginTime}s.
 */
final class SectionCodec {

    private static final int SLOT = 1;
    private static final int SHORT_KEY = 2;
    private static final int REMOVED = 4;
    private static final int TAG = 8;

    /** The key was cleared: the stamp of that follows a slot's birth. */
    private static final int CLEARED = 16;

    /** The version that knew one counter only. */
    private static final int ONE_COUNTER = 1;

    /** Entries of a page; for more of them room is made when they have been read. */
    private static final int ROOM_MAX = 8_000;

    private static final int AGE_SHIFT = 20;

    /**
     * Ages and distances on an origin's clock, in its steps: 146 years, so that no sum of two of
     * them overflows. An age beyond counts as that; a distance beyond is nobody's.
     */
    private static final long STEPS_MAX = 1L << 42;

    /** Stamps end in the year 4199: what goes on from the last one never reaches the last bit. */
    private static final long STAMP_MAX = 1L << 62;

    /** A sum of as many as a key has places for stays positive. */
    private static final long SUM_MAX = 1L << 58;

    private static final long BUCKET_MAX = 1L << 54;

    private static final long MAPPED_PREFIX = 0xffff_0000_0000L;
    private static final long LOW_HALF = 0xffff_ffffL;

    private final List<OriginTime> origins;
    private final Map<Origin, Integer> places = new HashMap<>();

    SectionCodec(List<OriginTime> origins) {
        this.origins = origins;
        for (int place = 0; place < origins.size(); place++) {
            places.put(origins.get(place).origin(), place);
        }
    }

    void write(List<Section> sections, ByteWriter to) {
        to.variable(sections.size());
        for (Section section : sections) {
            to.text(section.table());
            int length = to.position();
            to.int32(0);
            SchemaCodec.write(section.schema(), to);
            writeEntries(section, to);
            to.setInt32(length, to.position() - length - Integer.BYTES);
        }
    }

    List<Section> read(int version, ByteReader from) {
        List<Section> sections = new ArrayList<>();
        for (int left = from.count(); left > 0 && !from.broken(); left--) {
            String table = from.text();
            boolean old = version == ONE_COUNTER;
            long bucketNanos = old ? from.variable() : 0;
            ByteReader part = from.part(from.int32());
            TableSchema schema =
                    old ? SchemaCodec.ofBucketWidth(bucketNanos, part) : SchemaCodec.read(part);
            sections.add(new Section(table, schema, readEntries(part, schema, old)));
            if (part.broken()) {
                from.breakOff();
            }
        }
        return sections;
    }

    private void writeEntries(Section section, ByteWriter to) {
        Map<String, Integer> names = new LinkedHashMap<>();
        for (Entry entry : section.entries()) {
            if (entry instanceof Entry.Sticky sticky && sticky.server() != null) {
                names.putIfAbsent(sticky.server(), names.size());
            }
        }
        to.variable(names.size());
        names.keySet().forEach(to::text);
        to.variable(section.entries().size());
        for (Entry entry : section.entries()) {
            switch (entry) {
                case Entry.Sticky sticky -> writeSticky(sticky, names, to);
                case Entry.Slot slot -> writeSlot(slot, section.schema(), to);
                case Entry.Tag tag -> writeTag(tag, to);
            }
        }
    }

    private static void writeSticky(
            Entry.Sticky sticky, Map<String, Integer> names, ByteWriter to) {
        Integer name = sticky.server() == null ? null : names.get(sticky.server());
        writeKey(name == null ? REMOVED : 0, sticky.key(), to);
        to.int64(sticky.written()).int8(sticky.writer());
        to.signed(sticky.touched() - sticky.written());
        to.variable(Math.max(0, sticky.ageNanos()) >> AGE_SHIFT);
        if (name != null) {
            to.variable(name);
        }
    }

    private void writeSlot(Entry.Slot slot, TableSchema schema, ByteWriter to) {
        writeKey(slot.since() == 0 ? SLOT : SLOT | CLEARED, slot.key(), to);
        Integer place = places.get(slot.origin());
        if (place == null) {
            throw new IllegalStateException("no time of " + slot.origin() + " in this message");
        }
        long nowNanos = origins.get(place).nowNanos();
        Counts counts = slot.counts();
        to.variable(place).variable(slot.birth());
        if (slot.since() != 0) {
            to.int64(slot.since());
        }
        to.signed((nowNanos >> Counts.TICK_SHIFT) - counts.activeTick());
        for (int at = 0; at < counts.size(); at++) {
            CounterShape counter = schema.counters().get(at);
            if (counter.rated()) {
                writeRate(counts.rate(at), counter.bucketNanos(), nowNanos, to);
            }
            if (counter.summed()) {
                to.variable(counts.added(at));
            }
            if (counter.current()) {
                to.variable(counts.taken(at));
            }
        }
    }

    private static void writeRate(Buckets buckets, long bucketNanos, long nowNanos, ByteWriter to) {
        int used = buckets.used();
        to.int8(used);
        if (used > 0) {
            to.signed(Math.floorDiv(nowNanos, bucketNanos) - buckets.newest());
        }
        for (int back = 0; back < used; back++) {
            to.variable(buckets.count(back));
        }
    }

    private static void writeTag(Entry.Tag tag, ByteWriter to) {
        writeKey(TAG, tag.key(), to);
        to.int8(tag.tag()).int64(tag.written()).int8(tag.writer());
        to.variable(Math.max(0, tag.ageNanos()) >> AGE_SHIFT).variable(tag.value());
    }

    private static void writeKey(int kind, TableKey key, ByteWriter to) {
        boolean isShort = key.high() == 0 && (key.low() & ~LOW_HALF) == MAPPED_PREFIX;
        to.int8(isShort ? kind | SHORT_KEY : kind);
        if (isShort) {
            to.int32((int) key.low());
        } else {
            to.int64(key.high()).int64(key.low());
        }
    }

    private List<Entry> readEntries(ByteReader from, TableSchema schema, boolean old) {
        List<String> names = new ArrayList<>();
        for (int left = from.count(); left > 0 && !from.broken(); left--) {
            names.add(from.text());
        }
        int count = from.count();
        List<Entry> entries = new ArrayList<>(Math.min(count, ROOM_MAX));
        for (int left = count; left > 0; left--) {
            int kind = from.int8();
            TableKey key = readKey(kind, from);
            Entry entry;
            if ((kind & TAG) != 0) {
                entry = readTag(key, schema, from);
            } else if ((kind & SLOT) == 0) {
                entry = readSticky(kind, key, names, from);
            } else {
                entry = old ? readOldSlot(key, schema, from) : readSlot(kind, key, schema, from);
            }
            if (from.broken()) {
                return List.of();
            }
            entries.add(entry);
        }
        return entries;
    }

    private static TableKey readKey(int kind, ByteReader from) {
        return (kind & SHORT_KEY) != 0
                ? new TableKey(0, MAPPED_PREFIX | (from.int32() & LOW_HALF))
                : new TableKey(from.int64(), from.int64());
    }

    private static Entry readSticky(int kind, TableKey key, List<String> names, ByteReader from) {
        long written = from.int64();
        int writer = from.int8();
        long touched = written + from.signed();
        long ageNanos = readAge(from);
        boolean removed = (kind & REMOVED) != 0;
        long name = removed ? 0 : from.variable();
        if (!isStamp(written) || !isStamp(touched)) {
            from.breakOff();
        }
        if (removed) {
            return new Entry.Sticky(key, written, writer, touched, ageNanos, null);
        }
        if (name < 0 || name >= names.size()) {
            from.breakOff();
            return new Entry.Sticky(key, written, writer, touched, ageNanos, null);
        }
        return new Entry.Sticky(key, written, writer, touched, ageNanos, names.get((int) name));
    }

    private static Entry readTag(TableKey key, TableSchema schema, ByteReader from) {
        int tag = from.int8();
        long written = from.int64();
        int writer = from.int8();
        long ageNanos = readAge(from);
        long value = from.variable();
        boolean usable = tag < schema.tags().size() && isStamp(written);
        if (!usable || value < 0 || value > Entry.TAG_MAX) {
            from.breakOff();
        }
        return new Entry.Tag(key, tag, written, writer, ageNanos, value);
    }

    private static boolean isStamp(long stamp) {
        return stamp >= 0 && stamp < STAMP_MAX;
    }

    private static long readAge(ByteReader from) {
        long steps = from.variable();
        if (steps < 0) {
            from.breakOff();
        }
        return Math.min(steps, STEPS_MAX) << AGE_SHIFT;
    }

    /** How far something lies before an origin's time, or behind it. */
    private static long readDistance(ByteReader from) {
        long steps = from.signed();
        if (Math.clamp(steps, -STEPS_MAX, STEPS_MAX) != steps) {
            from.breakOff();
            return 0;
        }
        return steps;
    }

    private Entry readSlot(int kind, TableKey key, TableSchema schema, ByteReader from) {
        OriginTime time = origin(from);
        long birth = from.variable();
        long since = (kind & CLEARED) != 0 ? from.int64() : 0;
        if (!isStamp(since)) {
            from.breakOff();
        }
        long activeTick = (time.nowNanos() >> Counts.TICK_SHIFT) - readDistance(from);
        int size = schema.counters().size();
        List<Buckets> rates = new ArrayList<>(size);
        long[] added = new long[size];
        long[] taken = new long[size];
        for (int at = 0; at < size && !from.broken(); at++) {
            CounterShape counter = schema.counters().get(at);
            rates.add(
                    counter.rated()
                            ? readRate(counter.bucketNanos(), time.nowNanos(), from)
                            : Buckets.NONE);
            added[at] = counter.summed() ? Math.min(from.variable(), SUM_MAX) : 0;
            taken[at] = counter.current() ? Math.min(from.variable(), SUM_MAX) : 0;
        }
        return slot(key, time, birth, since, activeTick, rates, added, taken, from);
    }

    private static Entry slot(
            TableKey key,
            OriginTime time,
            long birth,
            long since,
            long activeTick,
            List<Buckets> rates,
            long[] added,
            long[] taken,
            ByteReader from) {
        boolean counted = Arrays.stream(added).allMatch(sum -> sum >= 0);
        if (birth < 0 || from.broken() || !counted || Arrays.stream(taken).anyMatch(t -> t < 0)) {
            from.breakOff();
            Counts nothing = new Counts(0, List.of(), new long[0], new long[0]);
            return new Entry.Slot(key, time.origin(), 0, nothing);
        }
        Counts counts = new Counts(activeTick, rates, added, taken);
        return new Entry.Slot(key, time.origin(), birth, since, counts);
    }

    private static Buckets readRate(long bucketNanos, long nowNanos, ByteReader from) {
        int used = from.int8();
        if (used == 0) {
            return Buckets.NONE;
        }
        long newest = Math.floorDiv(nowNanos, bucketNanos) - readDistance(from);
        return buckets(newest, used, from);
    }

    private static Buckets buckets(long newest, int used, ByteReader from) {
        if (used > Buckets.KEPT) {
            from.breakOff();
            return Buckets.NONE;
        }
        long[] counts = new long[used];
        for (int at = 0; at < used; at++) {
            counts[at] = Math.clamp(from.variable(), 0, BUCKET_MAX);
        }
        // Nothing counted is written in one way only.
        return Arrays.stream(counts).allMatch(count -> count == 0)
                ? Buckets.NONE
                : Buckets.of(newest, counts);
    }

    private Entry readOldSlot(TableKey key, TableSchema schema, ByteReader from) {
        OriginTime time = origin(from);
        long birth = from.variable();
        long back = readDistance(from);
        int used = from.int8();
        if (schema.counters().isEmpty()) {
            from.breakOff();
            return slot(key, time, 0, 0, 0, List.of(), new long[0], new long[0], from);
        }
        long bucketNanos = schema.counters().getFirst().bucketNanos();
        long newest = Math.floorDiv(time.nowNanos(), bucketNanos) - back;
        Buckets buckets = buckets(newest, used, from);
        long activeTick = newest * bucketNanos >> Counts.TICK_SHIFT;
        return slot(
                key, time, birth, 0, activeTick, List.of(buckets), new long[1], new long[1], from);
    }

    private OriginTime origin(ByteReader from) {
        long place = from.variable();
        if (place < 0 || place >= origins.size()) {
            from.breakOff();
            return new OriginTime(new Origin(1, 0), 0);
        }
        return origins.get((int) place);
    }
}
