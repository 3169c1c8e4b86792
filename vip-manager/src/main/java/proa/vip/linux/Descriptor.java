package proa.vip.linux;

/**
 * An open file descriptor. Closing twice does nothing. Not thread-safe, except that one thread may
 * close what another no longer uses.
 */
public abstract class Descriptor implements AutoCloseable {

    private static final int CLOSED = -1;

    private int number;

    Descriptor(int number) {
        this.number = number;
    }

    /** The number the kernel knows it by. */
    public final int number() {
        if (number == CLOSED) {
            throw new IllegalStateException("closed");
        }
        return number;
    }

    @Override
    public void close() {
        if (number != CLOSED) {
            Libc.close(number);
            number = CLOSED;
        }
    }
}
