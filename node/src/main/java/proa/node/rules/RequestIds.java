package proa.node.rules;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids that no other request of the cluster has: 16 hexadecimal digits of this run of the node, a
 * dash, and 12 of its requests. Nobody can tell others' ids who cannot tell the first part; they
 * are no secrets all the same. Any thread.
 */
public final class RequestIds {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int RUN_DIGITS = 16;
    private static final int NUMBER_DIGITS = 12;
    private static final int LENGTH = RUN_DIGITS + 1 + NUMBER_DIGITS;
    private static final int DIGIT_BITS = 4;
    private static final int DIGIT_MASK = 0xf;

    private final byte[] run = new byte[RUN_DIGITS];
    private final AtomicLong number = new AtomicLong();

    /**
     * Ids of one run.
     *
     * @param seed different on each node and in each run, by chance
     */
    public RequestIds(long seed) {
        digits(seed, run, 0, RUN_DIGITS);
    }

    /** Another one. */
    public String next() {
        byte[] id = new byte[LENGTH];
        System.arraycopy(run, 0, id, 0, RUN_DIGITS);
        id[RUN_DIGITS] = '-';
        digits(number.incrementAndGet(), id, RUN_DIGITS + 1, NUMBER_DIGITS);
        return new String(id, StandardCharsets.ISO_8859_1);
    }

    private static void digits(long value, byte[] to, int from, int count) {
        long left = value;
        for (int at = from + count - 1; at >= from; at--) {
            to[at] = HEX[(int) (left & DIGIT_MASK)];
            left >>>= DIGIT_BITS;
        }
    }
}
