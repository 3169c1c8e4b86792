package proa.node.http2;

/**
 * How many bytes of DATA may be sent on a stream or a connection (RFC 9113 §6.9). It can be
 * negative after the other side made it smaller (§6.9.2). One thread.
 */
public final class SendWindow {

    /** Before anybody has said anything else. */
    public static final int BYTES_FIRST = 65_535;

    private long bytes;

    /** A window of so many bytes. */
    public SendWindow(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes that may be sent now; not negative. */
    public int available() {
        return (int) Math.max(0, bytes);
    }

    /** So many bytes, at most {@link #available()}, were sent. */
    public void sent(int count) {
        bytes -= count;
    }

    /** Takes a WINDOW_UPDATE or a change of the initial size; false: it becomes too large. */
    public boolean grow(long by) {
        bytes += by;
        return bytes <= Integer.MAX_VALUE;
    }
}
