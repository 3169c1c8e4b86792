package proa.cluster.tables;

import java.util.Arrays;

/** A first-in first-out queue of ints that grows. Not thread-safe. */
final class NumberQueue {

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
        return number;
    }

    int size() {
        return size;
    }
}
