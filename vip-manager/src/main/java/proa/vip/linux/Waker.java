package proa.vip.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Ends another thread's {@link Poller#await}: an eventfd. {@link #wake} may be called by any
 * thread.
 */
public final class Waker extends Descriptor {

    private final MemorySegment one = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, 1);
    private final MemorySegment count = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);

    private Waker(int number) {
        super(number);
    }

    /** Opens one. */
    public static Waker open() throws KernelException {
        return new Waker(Libc.eventDescriptor());
    }

    /** Makes the descriptor readable until {@link #clear}. A full counter is readable already. */
    public void wake() {
        long _ = Libc.write(number(), one);
    }

    /** Makes the descriptor unreadable again; called by the thread that waits. */
    public void clear() {
        long _ = Libc.read(number(), count);
    }
}
