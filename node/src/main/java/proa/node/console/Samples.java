package proa.node.console;

import proa.node.admin.Answer;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last hour, second by second: a ring of fixed size. What only grows is kept as what it grew
 * by. Safe from any thread.
 */
public final class Samples {

    /** Seconds kept. */
    public static final int SECONDS = 3_600;

    private final Map<Column, long[]> ring = new EnumMap<>(Column.class); // guarded by this
    private final long[] seconds = new long[SECONDS]; // guarded by this
    private Map<Column, Long> before = Map.of(); // guarded by this
    private int next; // guarded by this
    private int count; // guarded by this

    /** What is kept. */
    public enum Column {
        /** Requests, or connections in mode tcp, that ended. */
        REQUESTS(true),
        /** Answers with a status of 500 to 599. */
        ERRORS(true),
        /** Bytes from clients. */
        RECEIVED(true),
        /** Bytes to clients. */
        SENT(true),
        /** Nanoseconds that requests took, summed. */
        NANOS(true),
        /** Connections of clients that are open. */
        OPEN(false),
        /** Requests that wait for a server. */
        WAITING(false),
        /** Servers that take traffic. */
        UP(false);

        private final boolean grows;

        Column(boolean grows) {
            this.grows = grows;
        }

        String word() {
            return Accounts.lower(this);
        }
    }

    /** Nothing yet. */
    public Samples() {
        for (Column column : Column.values()) {
            ring.put(column, new long[SECONDS]);
        }
    }

    /**
     * Takes the values of a second in. The first ones only say what growth is counted from.
     *
     * @param epochSecond of now
     * @param values of all columns
     */
    public synchronized void add(long epochSecond, Map<Column, Long> values) {
        Map<Column, Long> was = before;
        before = Map.copyOf(values);
        if (was.isEmpty()) {
            return;
        }
        ring.forEach(
                (column, kept) -> {
                    long value = values.getOrDefault(column, 0L);
                    kept[next] =
                            column.grows
                                    ? Math.max(0, value - was.getOrDefault(column, 0L))
                                    : value;
                });
        seconds[next] = epochSecond;
        next = (next + 1) % SECONDS;
        count = Math.min(SECONDS, count + 1);
    }

    /** All of them, oldest first. */
    public synchronized Map<String, Object> document() {
        return document(count);
    }

    /** The newest of them. */
    public synchronized Map<String, Object> newest() {
        return document(Math.min(1, count));
    }

    private Map<String, Object> document(int last) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("seconds", Answer.ordered("kept", SECONDS));
        document.put("time", list(seconds, last));
        ring.forEach((column, kept) -> document.put(column.word(), list(kept, last)));
        return document;
    }

    private List<Long> list(long[] values, int last) {
        List<Long> list = new ArrayList<>(last);
        for (int back = last; back > 0; back--) {
            list.add(values[Math.floorMod(next - back, SECONDS)]);
        }
        return list;
    }
}
