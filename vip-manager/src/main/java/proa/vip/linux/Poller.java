package proa.vip.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Waits for a fixed list of descriptors or a deadline, with nanosecond timeouts: {@code ppoll}.
 * Used by one thread.
 */
public final class Poller {

    private static final int ENTRY_BYTES = 8;
    private static final int EVENTS_OFFSET = 4;
    private static final int RETURNED_OFFSET = 6;
    private static final short POLLIN = 1;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final int count;
    private final MemorySegment entries;
    private final MemorySegment timeout = Arena.ofAuto().allocate(16, 8);

    /**
     * @param descriptors what to wait for, all for reading; they must stay open
     */
    public Poller(List<? extends Descriptor> descriptors) {
        count = descriptors.size();
        entries = Arena.ofAuto().allocate((long) ENTRY_BYTES * Math.max(1, count), 8);
        for (int at = 0; at < count; at++) {
            entries.set(
                    ValueLayout.JAVA_INT, (long) at * ENTRY_BYTES, descriptors.get(at).number());
            entries.set(ValueLayout.JAVA_SHORT, (long) at * ENTRY_BYTES + EVENTS_OFFSET, POLLIN);
        }
    }

    /**
     * Returns when a descriptor is readable (or broken), a signal came, or the time is up.
     *
     * @param nanos at most this long; 0 or less returns at once
     */
    public void await(long nanos) throws KernelException {
        long bounded = Math.max(0, nanos);
        timeout.set(ValueLayout.JAVA_LONG, 0, bounded / NANOS_PER_SECOND);
        timeout.set(ValueLayout.JAVA_LONG, 8, bounded % NANOS_PER_SECOND);
        int ready = Libc.poll(entries, count, timeout);
        if (ready == -KernelException.EINTR) {
            forget();
            return;
        }
        Libc.check("ppoll", ready);
    }

    /** Whether the descriptor at that place of the list had something at the last wait. */
    public boolean ready(int at) {
        long returned = (long) at * ENTRY_BYTES + RETURNED_OFFSET;
        return entries.get(ValueLayout.JAVA_SHORT, returned) != 0;
    }

    private void forget() {
        for (int at = 0; at < count; at++) {
            entries.set(
                    ValueLayout.JAVA_SHORT, (long) at * ENTRY_BYTES + RETURNED_OFFSET, (short) 0);
        }
    }
}
