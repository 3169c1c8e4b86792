package proa.cluster.replication;

import proa.cluster.tables.Buckets;
import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sections ↔ bytes: {@code count { table:text bucketNanos:v length:4 { names { text } entries {
 * kind:1 key … } } }}, where v is a variable-length number.
 *
 * <p>Servers are numbers into the section's own list of names. An entry's times are ages against
 * the message's {@link OriginTime}s.
 */
final class SectionCodec {

    private static final int SLOT = 1;
    private static final int SHORT_KEY = 2;
    private static final int REMOVED = 4;

    private static final int AGE_SHIFT = 20;
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
            to.text(section.table()).variable(section.bucketNanos());
            int length = to.position();
            to.int32(0);
            writeEntries(section, to);
            to.setInt32(length, to.position() - length - Integer.BYTES);
        }
    }

    List<Section> read(ByteReader from) {
        List<Section> sections = new ArrayList<>();
        for (int left = from.count(); left > 0 && !from.broken(); left--) {
            String table = from.text();
            long bucketNanos = from.variable();
            ByteReader part = from.part(from.int32());
            sections.add(new Section(table, bucketNanos, readEntries(part, bucketNanos)));
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
                case Entry.Slot slot -> writeSlot(slot, section.bucketNanos(), to);
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

    private void writeSlot(Entry.Slot slot, long bucketNanos, ByteWriter to) {
        writeKey(SLOT, slot.key(), to);
        Integer place = places.get(slot.origin());
        if (place == null) {
            throw new IllegalStateException("no time of " + slot.origin() + " in this message");
        }
        Buckets buckets = slot.buckets();
        long current = Math.floorDiv(origins.get(place).nowNanos(), bucketNanos);
        to.variable(place).variable(slot.birth()).signed(current - buckets.newest());
        int used = buckets.used();
        to.int8(used);
        for (int back = 0; back < used; back++) {
            to.variable(buckets.count(back));
        }
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

    private List<Entry> readEntries(ByteReader from, long bucketNanos) {
        List<String> names = new ArrayList<>();
        for (int left = from.count(); left > 0 && !from.broken(); left--) {
            names.add(from.text());
        }
        List<Entry> entries = new ArrayList<>();
        for (int left = from.count(); left > 0; left--) {
            int kind = from.int8();
            TableKey key = readKey(kind, from);
            boolean slot = (kind & SLOT) != 0;
            Entry entry =
                    slot ? readSlot(key, bucketNanos, from) : readSticky(kind, key, names, from);
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
        long ageNanos = from.variable() << AGE_SHIFT;
        boolean removed = (kind & REMOVED) != 0;
        long name = removed ? 0 : from.variable();
        if (written < 0 || touched < 0 || ageNanos < 0) {
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

    private Entry readSlot(TableKey key, long bucketNanos, ByteReader from) {
        long place = from.variable();
        long birth = from.variable();
        long back = from.signed();
        int used = from.int8();
        boolean usable = place >= 0 && place < origins.size() && birth >= 0 && bucketNanos > 0;
        if (!usable || used > Buckets.KEPT) {
            from.breakOff();
            return new Entry.Slot(key, new Origin(1, 0), 0, Buckets.of(0));
        }
        int[] counts = new int[used];
        for (int at = 0; at < used; at++) {
            counts[at] = Math.clamp(from.variable(), 0, Integer.MAX_VALUE);
        }
        OriginTime time = origins.get((int) place);
        long newest = Math.floorDiv(time.nowNanos(), bucketNanos) - back;
        return new Entry.Slot(key, time.origin(), birth, Buckets.of(newest, counts));
    }
}
