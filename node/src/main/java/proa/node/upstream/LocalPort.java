package proa.node.upstream;

import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.IntegerUnixChannelOption;

import java.net.BindException;

/**
 * The local end of connections to servers. Tells those that failed for want of a local port or
 * address (EADDRNOTAVAIL) from others. Netty knows no type for it, so it is known by the text of
 * the C library, in whatever language that speaks. Stateless.
 */
final class LocalPort {

    private static final int EADDRNOTAVAIL = 99;
    private static final String IN_ENGLISH = "Cannot assign requested address";
    private static final String TEXT = text();

    /** {@code IPPROTO_IP}, {@code IP_BIND_ADDRESS_NO_PORT} of ip(7); for sockets of IPv6 too. */
    private static final IntegerUnixChannelOption NO_PORT =
            new IntegerUnixChannelOption("IP_BIND_ADDRESS_NO_PORT", 0, 24);

    private LocalPort() {}

    private static String text() {
        try {
            String message = String.valueOf(Errors.newIOException("", -EADDRNOTAVAIL).getMessage());
            int colon = message.lastIndexOf(": ");
            return colon < 0 ? IN_ENGLISH : message.substring(colon + 2);
        } catch (LinkageError _) {
            return IN_ENGLISH; // no native transport
        }
    }

    /**
     * Of a socket that is bound to an address the kernel chooses the port when it connects, so that
     * one port can be used towards many servers; else each is used once.
     */
    static void chosenLate(SocketChannel channel) {
        channel.config().setOption(NO_PORT, 1);
    }

    static boolean isLacking(Throwable failure) {
        String message = failure.getMessage();
        return message != null && (message.contains(TEXT) || message.contains(IN_ENGLISH));
    }

    /** Whether it failed before it began to connect. The JDK's sockets choose ports by binding. */
    static boolean isOfBinding(Throwable failure) {
        String message = failure.getMessage();
        return failure.getCause() instanceof BindException // Netty adds the server's address
                || message != null && message.startsWith("bind(");
    }
}
