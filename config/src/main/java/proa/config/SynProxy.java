package proa.config;

/**
 * Connections that the kernel forwards are answered by itself until a client has shown that it is
 * there: SYN cookies (RFC 4987 §3.6), so that a flood of beginnings costs no memory and reaches no
 * server. What a server would have offered in its answer is said here, for all of them.
 *
 * @param mss largest segment that servers take, in bytes; {@link #MSS_MIN} to {@link #MSS_MAX}
 * @param windowScale factor of windows that servers offer, as a power of two; 0 to {@link
 *     #WINDOW_SCALE_MAX} (RFC 7323 §2.3)
 */
public record SynProxy(int mss, int windowScale) {

    /** Every host takes so much (RFC 9293 §3.7.1). */
    public static final int MSS_MIN = 536;

    /** Of jumbo frames of 9,000 bytes. */
    public static final int MSS_MAX = 8_960;

    public static final int WINDOW_SCALE_MAX = 14;

    /** Of Ethernet with IPv6, which IPv4 fits, too, and of Linux servers. */
    public static final SynProxy DEFAULTS = new SynProxy(1_440, 7);

    public SynProxy {
        if (mss < MSS_MIN || mss > MSS_MAX || windowScale < 0 || windowScale > WINDOW_SCALE_MAX) {
            throw new IllegalArgumentException(mss + ", " + windowScale);
        }
    }
}
