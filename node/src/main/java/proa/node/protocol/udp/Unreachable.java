package proa.node.protocol.udp;

import io.netty.channel.unix.Errors.NativeIoException;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.util.Set;

/**
 * Whether a failed send or receive says that nobody is there, by an ICMP message or for want of a
 * way. Other failures are of one datagram: too large for the way, or no room in the kernel.
 */
final class Unreachable {

    /** ENETUNREACH, ECONNREFUSED, EHOSTDOWN, EHOSTUNREACH of Linux, as system calls return them. */
    private static final Set<Integer> ERRORS = Set.of(-101, -111, -112, -113);

    private Unreachable() {}

    static boolean isSaidBy(Throwable failure) {
        return switch (failure) {
            case PortUnreachableException _, ConnectException _, NoRouteToHostException _ -> true;
            case NativeIoException error -> ERRORS.contains(error.expectedErr());
            default -> false;
        };
    }
}
