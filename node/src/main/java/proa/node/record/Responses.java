package proa.node.record;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * Answers by the first digit of their status, how it ended where it did not end well, and bytes
 * both ways. Any thread.
 */
public class Responses {

    /** Statuses 100 to 599. */
    public static final int CLASSES = 5;

    private static final int HUNDRED = 100;

    private final LongAdder[] byClass = new LongAdder[CLASSES];
    private final LongAdder otherwise = new LongAdder();
    private final Map<Ending, LongAdder> endings = new EnumMap<>(Ending.class);
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();

    Responses() {
        for (int at = 0; at < CLASSES; at++) {
            byClass[at] = new LongAdder();
        }
        for (Ending ending : Ending.values()) {
            endings.put(ending, new LongAdder());
        }
    }

    void answered(int status) {
        int first = status / HUNDRED;
        if (first >= 1 && first <= CLASSES) {
            byClass[first - 1].increment();
        } else {
            otherwise.increment();
        }
    }

    /** It has ended; most end well, which nobody counts. */
    void ended(Ending how) {
        if (how != Ending.NORMAL) {
            counter(how).increment();
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

    /** What ended without an answer. */
    public final long unanswered() {
        return otherwise.sum();
    }

    /** What ended in one of these ways; those that ended well are not counted. */
    public final long endings(Ending... ways) {
        long sum = 0;
        for (Ending how : ways) {
            sum += counter(how).sum();
        }
        return sum;
    }

    private LongAdder counter(Ending how) {
        return Objects.requireNonNull(endings.get(how));
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
