package proa.cluster.tables;

import java.util.Arrays;

/**
 * Records of a fixed number of longs in pages, addressed by small numbers: no object per record, no
 * copying as it grows, freed records are reused. Not thread-safe.
 */
final class Records {

    /** No record. */
    static final int NONE = (1 << 28) - 1;

    private static final int PAGE_SHIFT = 9;
    private static final int PAGE_RECORDS = 1 << PAGE_SHIFT;

    private final int fields;
    private long[][] pages = new long[4][];
    private int end;
    private int free = NONE;

    Records(int fields) {
        this.fields = fields;
    }

    /** A record whose fields are all zero. */
    int allocate() {
        if (free != NONE) {
            int id = free;
            free = (int) get(id, 0);
            set(id, 0, 0);
            return id;
        }
        int page = end >>> PAGE_SHIFT;
        if (page == pages.length) {
            pages = Arrays.copyOf(pages, page * 2);
        }
        if (pages[page] == null) {
            pages[page] = new long[PAGE_RECORDS * fields];
        }
        return end++;
    }

    void release(int id) {
        int at = offset(id);
        Arrays.fill(pages[id >>> PAGE_SHIFT], at, at + fields, 0);
        set(id, 0, free);
        free = id;
    }

    long get(int id, int field) {
        return pages[id >>> PAGE_SHIFT][offset(id) + field];
    }

    void set(int id, int field, long value) {
        pages[id >>> PAGE_SHIFT][offset(id) + field] = value;
    }

    /** Every record's number is below this. */
    int end() {
        return end;
    }

    private int offset(int id) {
        return (id & (PAGE_RECORDS - 1)) * fields;
    }
}
