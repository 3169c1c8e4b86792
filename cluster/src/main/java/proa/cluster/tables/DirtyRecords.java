package proa.cluster.tables;

/**
 * Records that changed here and wait to be told, in the order of their first change since they were
 * told last; each is told once for any number of changes. Bounded by the records there are, however
 * long nobody takes any. Not thread-safe.
 */
final class DirtyRecords {

    /** So many numbers may wait in the smallest table. */
    private static final int WAITING_MIN = 1_024;

    private final KeyedRecords records;
    private final NumberQueue waiting = new NumberQueue();

    DirtyRecords(KeyedRecords records) {
        this.records = records;
    }

    /** A record has changed. */
    void add(int id) {
        if (waiting.size() >= Math.max(WAITING_MIN, 2 * records.end())) {
            forgetGone();
        }
        if (records.mark(id)) {
            waiting.add(id);
        }
    }

    /**
     * Numbers that wait; some of them may be of records that have gone, and are skipped by {@link
     * #take}.
     */
    int size() {
        return waiting.size();
    }

    /** The next one that is still there, or {@link KeyedRecords#NONE}. */
    int take() {
        while (waiting.size() > 0) {
            int id = waiting.take();
            if (records.unmark(id)) {
                return id;
            }
        }
        return KeyedRecords.NONE;
    }

    /**
     * In a full table each new key takes an old one's place, whose number stays behind here: nobody
     * would notice how many they are while nobody takes any.
     */
    private void forgetGone() {
        int all = waiting.size();
        int kept = 0;
        for (int n = 0; n < all; n++) {
            int id = waiting.take();
            if (records.unmark(id)) {
                waiting.add(id);
                kept++;
            }
        }
        for (int n = 0; n < kept; n++) {
            int id = waiting.take();
            records.mark(id);
            waiting.add(id);
        }
    }
}
