package proa.node.upstream;

import io.netty.channel.unix.Errors;

/**
 * Tells a connection that failed for want of a local port (EADDRNOTAVAIL) from others. Netty knows
 * no type for it, so it is known by the text of the C library, in whatever language that speaks.
 * Stateless.
 */
final class PortShortage {

    private static final int EADDRNOTAVAIL = 99;
    private static final String IN_ENGLISH = "Cannot assign requested address";
    private static final String TEXT = text();

    private PortShortage() {}

    private static String text() {
        try {
            String message = String.valueOf(Errors.newIOException("", -EADDRNOTAVAIL).getMessage());
            int colon = message.lastIndexOf(": ");
            return colon < 0 ? IN_ENGLISH : message.substring(colon + 2);
        } catch (LinkageError _) {
            return IN_ENGLISH; // no native transport
        }
    }

    static boolean is(Throwable failure) {
        String message = failure.getMessage();
        return message != null && (message.contains(TEXT) || message.contains(IN_ENGLISH));
    }
}
