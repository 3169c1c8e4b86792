package proa.node.http2;

/**
 * How many bytes of DATA the other side may still send on a stream or a connection, and when it is
 * allowed more (RFC 9113 §6.9). It is told once half of the window can be given back, so that small
 * frames do not cost a WINDOW_UPDATE each. One thread.
 */
public final class ReceiveWindow {

    private final int size;
    private long left;
    private int owed;

    /** A window of so many bytes, which the other side knows. */
    public ReceiveWindow(int size) {
        this.size = size;
        this.left = size;
    }

    /** So many bytes have come; false: that was more than allowed. */
    public boolean received(int count) {
        left -= count;
        return left >= 0;
    }

    /** So many bytes have been dealt with; how many to allow anew now, 0 for not yet. */
    public int consumed(int count) {
        owed += count;
        if (owed * 2L < size) {
            return 0;
        }
        int more = owed;
        owed = 0;
        left += more;
        return more;
    }
}
