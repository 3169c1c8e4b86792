package proa.cluster.tables;

/** When records were last used, and their order by it. Not thread-safe. */
final class RecentUse {

    /**
     * Steps back from the newest to find the place of a record used some time ago. Enough for the
     * messages of a few milliseconds; beyond it the record counts as a little younger than it is.
     */
    private static final int PLACE_STEPS_MAX = 64;

    private final KeyedRecords records;
    private final int field;

    /**
     * @param field of the records that holds the time, in nanoseconds
     */
    RecentUse(KeyedRecords records, int field) {
        this.records = records;
        this.field = field;
    }

    long ageNanos(int id, long nowNanos) {
        return nowNanos - records.get(id, field);
    }

    /** It is used now. */
    void now(int id, long nowNanos) {
        records.set(id, field, nowNanos);
        records.renew(id);
    }

    /** It is new, and was used then. */
    void first(int id, long nanos) {
        records.set(id, field, nanos);
        place(id, nanos);
    }

    /** It was used then, perhaps after the last use known. */
    void then(int id, long nanos) {
        if (nanos > records.get(id, field)) {
            records.set(id, field, nanos);
            place(id, nanos);
        }
    }

    private void place(int id, long nanos) {
        records.renew(id);
        int before = records.older(id);
        int steps = 0;
        while (before != KeyedRecords.NONE && records.get(before, field) > nanos) {
            before = records.older(before);
            if (++steps == PLACE_STEPS_MAX) {
                break;
            }
        }
        if (steps > 0) {
            records.moveAfter(id, before);
        }
    }
}
