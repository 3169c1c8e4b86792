package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.vip.linux.KernelException;

import java.util.function.Consumer;

/**
 * Reads what has arrived at a socket, but not for ever: who fills it faster than it is read must
 * not keep the loop from the leases it has to renew. What is left wakes the loop again at once.
 */
final class Arrived {

    /** Read of one socket in a turn at most; a peer sends one packet in an interval. */
    static final int PACKETS_MAX = 64;

    private Arrived() {}

    /** A socket. */
    interface Source<T> {
        /** The next packet, valid until the next call; null when there is none. */
        @Nullable T receive() throws KernelException;
    }

    /** Has {@code reader} read at most {@value #PACKETS_MAX} packets. */
    static <T> void read(Source<T> source, Consumer<T> reader) throws KernelException {
        for (int read = 0; read < PACKETS_MAX; read++) {
            T packet = source.receive();
            if (packet == null) {
                return;
            }
            reader.accept(packet);
        }
    }
}
