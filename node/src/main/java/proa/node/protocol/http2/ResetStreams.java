package proa.node.protocol.http2;

import java.util.Arrays;

/**
 * The streams that we reset last. The other side may not know yet: what still comes for them is
 * ignored, while for any other stream that is closed it is an error (RFC 9113 §5.1). On one event
 * loop.
 */
final class ResetStreams {

    /** More than are open at once by default, twice. */
    private static final int KEPT = 256;

    private int[] numbers = new int[0];
    private int next;

    void add(int number) {
        if (numbers.length < KEPT && next == numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.min(KEPT, Math.max(8, 2 * numbers.length)));
        }
        numbers[next] = number;
        next = (next + 1) % KEPT;
    }

    boolean contains(int number) {
        for (int each : numbers) {
            if (each == number) {
                return true;
            }
        }
        return false;
    }
}
