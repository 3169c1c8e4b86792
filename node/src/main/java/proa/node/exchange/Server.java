package proa.node.exchange;

import org.jspecify.annotations.Nullable;

import proa.config.HealthConfig.Failure;
import proa.node.record.ServerCounters;

import java.net.InetSocketAddress;

/** A server at run time: its state and its load. Safe from any event loop. */
public interface Server {

    /** Unique within its backend. */
    String name();

    /**
     * Dense index of this server over all backends of a configuration, for per-loop pools in
     * arrays.
     */
    int index();

    InetSocketAddress address();

    /** What it has had. */
    default ServerCounters counters() {
        return ServerCounters.NOBODYS;
    }

    /**
     * Equal for servers that an idle connection may be used for alike: the same one, spoken to in
     * the same way. An index may be given to another server later.
     */
    default Object identity() {
        return address();
    }

    /**
     * A request (HTTP) or connection (TCP, tunnel) that {@link Destination#next} or {@link
     * Waiter#granted} gave to this server ended, however it ended.
     */
    void ended();

    /** What secures connections to it; null: they are in clear. */
    default @Nullable Security security() {
        return null;
    }

    /**
     * A connection could not be established; asks for an immediate probe.
     *
     * @param requestId of the request that wanted it; empty: it has none
     */
    void connectFailed(String requestId);

    /** Where the next connection to it is to come from; null: the kernel chooses. */
    default @Nullable InetSocketAddress source() {
        return null;
    }

    /** A connection to it found no local port that was free; it has failed besides. */
    default void portLacks() {}

    /**
     * This host does not have the address that a connection to it was to come from; it has failed
     * besides.
     *
     * @param nowNanos of a clock that only grows
     * @return whether the operator should be told, which is so once in a while
     */
    default boolean sourceLacks(long nowNanos) {
        return true;
    }

    /** Whether a client that belongs to it may go on with it. */
    default boolean serves() {
        return true;
    }

    /**
     * Traffic failed in another way by the server's fault; nothing where nobody watches.
     *
     * @param requestId of the request that failed; empty: it has none
     */
    default void failed(Failure failure, String requestId) {}
}
