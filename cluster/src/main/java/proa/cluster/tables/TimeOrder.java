package proa.cluster.tables;

/**
 * The order of records by a field that holds a time, and between equal times by key: the same on
 * every node. Not thread-safe.
 */
final class TimeOrder {

    /**
     * Steps to an arriving record's place. Those of a member's walk come in order, those of batches
     * nearly so, and need few; what they leave is saved for one that begins somewhere else. Beyond
     * that the record counts as a little younger or older than it is: a member of an older version
     * tells everything in no order, and each record's place would be half a table away.
     */
    private static final int STEPS = 64;

    /** Most that is saved: some hundred microseconds. */
    private static final int STEPS_MAX = 8_192;

    private final KeyedRecords records;
    private final int field;
    private int steps = STEPS_MAX;

    /**
     * @param field of the records that holds the time
     */
    TimeOrder(KeyedRecords records, int field) {
        this.records = records;
        this.field = field;
    }

    /** Puts a record where its time belongs, whatever place it has. */
    void place(int id) {
        steps = Math.min(STEPS_MAX, steps + STEPS);
        records.renew(id);
        int newest = records.older(id);
        boolean ofWalk = records.finger() == newest;
        if (newest != KeyedRecords.NONE && later(newest, id)) {
            int start = nearest(newest, id);
            records.moveAfter(id, before(start, id));
            ofWalk |= start != newest;
        }
        if (ofWalk) {
            records.finger(id);
        }
    }

    /** An arrival changes nothing; what comes next belongs beside it. */
    void met(int id) {
        records.finger(id);
    }

    /** Of the newest, the oldest and the last one placed elsewhere, the nearest in time. */
    private int nearest(int newest, int id) {
        return nearer(nearer(newest, records.finger(), id), records.oldest(), id);
    }

    private int nearer(int one, int other, int id) {
        return other == KeyedRecords.NONE || distance(one, id) <= distance(other, id) ? one : other;
    }

    private long distance(int other, int id) {
        return Math.abs(records.get(other, field) - records.get(id, field));
    }

    /** Which record comes right before one that is the newest by its place, or none. */
    private int before(int start, int id) {
        int before = start;
        while (before != KeyedRecords.NONE && later(before, id) && steps > 0) {
            before = records.older(before);
            steps--;
        }
        return before == start ? after(start, id) : before;
    }

    private int after(int start, int id) {
        int before = start;
        int next = records.newer(before);
        while (next != id && !later(next, id) && steps > 0) {
            before = next;
            next = records.newer(before);
            steps--;
        }
        return before;
    }

    private boolean later(int other, int id) {
        long time = records.get(id, field);
        long otherTime = records.get(other, field);
        return otherTime != time
                ? otherTime > time
                : records.key(other).compareTo(records.key(id)) > 0;
    }
}
