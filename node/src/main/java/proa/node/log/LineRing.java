package proa.node.log;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lines on their way from one event loop to the writer: bytes in a circle, each line behind its
 * length. No locks; one thread puts, one takes.
 */
final class LineRing {

    private static final int LENGTH_BYTES = 4;
    private static final int BYTE_BITS = 8;

    private final byte[] bytes;
    private final int mask;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong put = new AtomicLong();

    /** What the putting thread last saw of {@link #taken}. */
    private long takenSeen;

    /**
     * An empty one.
     *
     * @param capacity in bytes, a power of two
     */
    LineRing(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(capacity + " is not a power of two");
        }
        bytes = new byte[capacity];
        mask = capacity - 1;
    }

    /** Puts a line in; false when there is no room for it. */
    boolean offer(byte[] line, int length) {
        long at = put.getPlain();
        long end = at + LENGTH_BYTES + length;
        if (end - takenSeen > bytes.length) {
            takenSeen = taken.getAcquire();
            if (end - takenSeen > bytes.length) {
                return false;
            }
        }
        for (int digit = 0; digit < LENGTH_BYTES; digit++) {
            bytes[(int) (at + digit) & mask] = (byte) (length >> digit * BYTE_BITS);
        }
        int from = (int) (at + LENGTH_BYTES) & mask;
        int first = Math.min(length, bytes.length - from);
        System.arraycopy(line, 0, bytes, from, first);
        System.arraycopy(line, first, bytes, 0, length - first);
        put.setRelease(end);
        return true;
    }

    /**
     * Takes the next line out.
     *
     * @param to has room for the longest
     * @return its length, or −1 when there is none
     */
    int poll(byte[] to) {
        long at = taken.getPlain();
        if (at == put.getAcquire()) {
            return -1;
        }
        int length = 0;
        for (int digit = 0; digit < LENGTH_BYTES; digit++) {
            length |= (bytes[(int) (at + digit) & mask] & 0xff) << digit * BYTE_BITS;
        }
        int from = (int) (at + LENGTH_BYTES) & mask;
        int first = Math.min(length, bytes.length - from);
        System.arraycopy(bytes, from, to, 0, first);
        System.arraycopy(bytes, 0, to, first, length - first);
        taken.setRelease(at + LENGTH_BYTES + length);
        return length;
    }
}
