package proa.node.exchange;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/**
 * What rules and balancing may know about a request or connection. A view over bytes that is valid
 * only during the call it is passed to; nothing is decoded before it is asked for. A plain TCP
 * connection has a source and empty strings.
 */
public interface Facts {

    /** The client's resolved address. */
    InetAddress source();

    /** The server name that a TLS client asked for, lower case, or empty. */
    default String serverName() {
        return "";
    }

    /** The method, as sent. */
    String method();

    /** The path without query, as sent. */
    String path();

    /** Host without port, lower case, or empty. */
    String host();

    /** The value of the first field line of that name (any case), trimmed, or null. */
    @Nullable String header(String name);

    /**
     * Whether some field line of that name (any case) has that value, compared without regard to
     * case.
     */
    boolean headerIs(String name, String value);

    /** The value of the first cookie of that name, or null. */
    @Nullable String cookie(String name);
}
