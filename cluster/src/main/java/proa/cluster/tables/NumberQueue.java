package proa.cluster.tables;

import java.util.Arrays;

/** A first-in first-out queue of ints that grows. Not thread-safe. */
final class NumberQueue {

    /** Room that an empty queue keeps; what a burst needed beyond is given back. */
    private static final int KEPT_MAX = 1_024;

    private int[] ring = new int[16];
    private int head;
    private int size;

    void add(int number) {
        if (size == ring.length) {
            ring = Arrays.copyOf(ring, size * 2);
            System.arraycopy(ring, 0, ring, size, head);
        }
        ring[(head + size) & (ring.length - 1)] = number;
        size++;
    }

    int take() {
        int number = ring[head];
        head = (head + 1) & (ring.length - 1);
        size--;
        if (size == 0 && ring.length > KEPT_MAX) {
            ring = new int[KEPT_MAX];
            head = 0;
        }
        return number;
    }

    /** The next one; there is one. */
    int first() {
        return ring[head];
    }

    int size() {
        return size;
    }
}
