package proa.node.record;

import java.util.concurrent.atomic.LongAdder;

/** Answers by the first digit of their status, and bytes both ways. Any thread. */
public class Responses {

    /** Statuses 100 to 599. */
    public static final int CLASSES = 5;

    private static final int HUNDRED = 100;

    private final LongAdder[] byClass = new LongAdder[CLASSES];
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();

    Responses() {
        for (int at = 0; at < CLASSES; at++) {
            byClass[at] = new LongAdder();
        }
    }

    void answered(int status) {
        int first = status / HUNDRED;
        if (first >= 1 && first <= CLASSES) {
            byClass[first - 1].increment();
        }
    }

    void moved(long fromClient, long toClient) {
        received.add(fromClient);
        sent.add(toClient);
    }

    /** Answers with a status that begins with this digit, 1 to 5. */
    public final long answers(int first) {
        return byClass[first - 1].sum();
    }

    /** Bytes that came from clients. */
    public final long received() {
        return received.sum();
    }

    /** Bytes that went to clients. */
    public final long sent() {
        return sent.sum();
    }
}
