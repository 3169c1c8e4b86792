package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.vip.packet.MacAddress;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tells what this host has said itself from what strangers say: its own words come back from a
 * switch that reflects, and on another interface in the same network, and are no claim (RFC 5227
 * §2.4). Used by the loop's thread.
 *
 * <p>An interface's own MAC address is nobody else's. A virtual one is that of every router with
 * this VRID: what is said with it is this host's own only as long as it may be under way, an
 * announcement after it was made, an answer after the question has come back, which this host
 * answers then.
 */
final class Echoes {

    /** They are back within milliseconds, and are read later by a loop that was held up. */
    static final long ECHO_NANOS = 1_000_000_000;

    private final Set<MacAddress> own;
    private final Map<MacAddress, Long> announcedNanos = new HashMap<>();
    private @Nullable Long echoNanos;

    /**
     * Before anything was said.
     *
     * @param own of the interfaces themselves
     */
    Echoes(Set<MacAddress> own) {
        this.own = own;
    }

    /** Whether the frame goes to more than one host. */
    static boolean toAll(ByteBuffer frame) {
        return (frame.get(frame.position()) & 1) != 0;
    }

    /** An announcement from there goes out now. */
    void announced(MacAddress mac, long nowNanos) {
        announcedNanos.put(mac, nowNanos);
    }

    /**
     * Whether this host has said that.
     *
     * @param mac who is said to have an address
     * @param toAll it is said to more than one host
     */
    boolean isOwn(MacAddress mac, boolean toAll, long nowNanos) {
        if (own.contains(mac)) {
            echoNanos = nowNanos;
            return true;
        }
        Long announced = announcedNanos.get(mac);
        if (announced == null) {
            return false;
        }
        return toAll ? isRecent(announced, nowNanos) : isRecent(echoNanos, nowNanos);
    }

    private static boolean isRecent(@Nullable Long thenNanos, long nowNanos) {
        return thenNanos != null && nowNanos - thenNanos < ECHO_NANOS;
    }
}
