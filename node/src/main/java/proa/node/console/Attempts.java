package proa.node.console;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Logins that failed, by where they came from: after some the next ones are refused unseen. Of IPv6
 * the first half of an address counts, which is one network. Safe from any thread.
 */
final class Attempts {

    /** So many may fail within {@link #WINDOW_NANOS}. */
    static final int FAILED_MAX = 5;

    /** In nanoseconds. */
    static final long WINDOW_NANOS = 60_000_000_000L;

    private static final int SOURCES_MAX = 4_096;
    private static final int NETWORK_BYTES = 8;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Map<String, Deque<Long>> failed = new LinkedHashMap<>(); // guarded by this

    /**
     * How long somebody has to wait.
     *
     * @return seconds, rounded up; 0: may try
     */
    synchronized long waitSeconds(InetAddress from, long nowNanos) {
        Deque<Long> times = failed.get(source(from));
        if (times == null) {
            return 0;
        }
        forgetOld(times, nowNanos);
        Long first = times.peekFirst();
        if (first == null || times.size() < FAILED_MAX) {
            return 0;
        }
        return Math.ceilDiv(first + WINDOW_NANOS - nowNanos, NANOS_PER_SECOND);
    }

    /** One has failed. */
    synchronized void failed(InetAddress from, long nowNanos) {
        String source = source(from);
        Deque<Long> times = failed.remove(source);
        if (times == null) {
            times = new ArrayDeque<>();
        }
        forgetOld(times, nowNanos);
        times.addLast(nowNanos);
        failed.put(source, times);
        if (failed.size() > SOURCES_MAX) {
            failed.remove(failed.keySet().iterator().next());
        }
    }

    private static void forgetOld(Deque<Long> times, long nowNanos) {
        while (!times.isEmpty() && nowNanos - times.getFirst() >= WINDOW_NANOS) {
            times.removeFirst();
        }
    }

    private static String source(InetAddress from) {
        return from instanceof Inet4Address
                ? from.getHostAddress()
                : Arrays.toString(Arrays.copyOf(from.getAddress(), NETWORK_BYTES));
    }
}
