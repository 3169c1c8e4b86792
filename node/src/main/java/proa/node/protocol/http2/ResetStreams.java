package proa.node.protocol.http2;

/**
 * The client's streams that we reset last. It may not know yet: what still comes for them is
 * ignored, while for any other stream that is closed it is an error (RFC 9113 §5.1). On one event
 * loop.
 *
 * <p>A client that has not seen our settings may begin any number of streams, all of whose heads
 * come before the first body: of those that lie further back than we remember, none is called an
 * error.
 */
final class ResetStreams {

    /** How many streams back we know which were reset. */
    private static final int KEPT = 256;

    /** The streams of a client have odd numbers (RFC 9113 §5.1.1). */
    private static final int STEP = 2;

    private int[] numbers = new int[0];
    private int lowest = Integer.MAX_VALUE;

    void add(int number) {
        if (numbers.length == 0) {
            numbers = new int[KEPT];
        }
        lowest = Math.min(lowest, number);
        // A later one in the same place stays: the earlier one is too long ago anyway.
        numbers[place(number)] = Math.max(numbers[place(number)], number);
    }

    private static int place(int number) {
        return number / STEP % KEPT;
    }

    boolean contains(int number) {
        return numbers.length > 0 && numbers[place(number)] == number;
    }

    /** The client has ended it too: what comes now is an error. */
    void ended(int number) {
        if (contains(number)) {
            numbers[place(number)] = 0;
        }
    }

    /**
     * Whether it is too long ago to know.
     *
     * @param last the highest stream that was begun
     */
    boolean mayHaveHeld(int number, int last) {
        return number >= lowest && last - number >= STEP * KEPT;
    }
}
