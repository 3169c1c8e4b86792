package proa.cluster.tables;

import java.util.Arrays;

/**
 * Where walks through an order of records go on. They are numbered from 1; the last {@value #KEPT}
 * are kept, and the number of a later one is larger. Not thread-safe.
 */
final class Bookmarks {

    /** Of those that four members need which take a table at once, and have not lost a page. */
    static final int KEPT = 256;

    private final int[] records = new int[KEPT];
    private final int[] rests = new int[KEPT];
    private long last;

    Bookmarks() {
        Arrays.fill(records, KeyedRecords.NONE);
    }

    /**
     * Adds one; its number.
     *
     * @param record which comes next, or none
     * @param rest most records to come
     */
    long add(int record, int rest) {
        last++;
        records[at(last)] = record;
        rests[at(last)] = rest;
        return last;
    }

    boolean kept(long number) {
        return number > Math.max(0, last - KEPT) && number <= last;
    }

    /** The record that comes next, or none. */
    int record(long number) {
        return records[at(number)];
    }

    int rest(long number) {
        return rests[at(number)];
    }

    /** A record leaves its place: whoever would go on there goes on with its successor. */
    void replace(int record, int successor) {
        for (int at = 0; at < KEPT; at++) {
            if (records[at] == record) {
                records[at] = successor;
            }
        }
    }

    private static int at(long number) {
        return (int) (number % KEPT);
    }
}
