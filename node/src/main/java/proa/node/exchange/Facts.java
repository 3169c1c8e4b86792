package proa.node.exchange;

import org.jspecify.annotations.Nullable;

import proa.config.NormalPath;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/**
 * What rules and balancing may know about a request or connection. A view over bytes that is valid
 * only during the call it is passed to; nothing is decoded before it is asked for. A plain TCP
 * connection has a source, a destination and empty strings.
 */
public interface Facts {

    /** The client's resolved address. */
    InetAddress source();

    /** The other end of the connection: the client itself, or a proxy that speaks for it. */
    default InetAddress sender() {
        return source();
    }

    /** The address and port the client connected to. */
    InetSocketAddress destination();

    /** {@code http} or {@code https}: what the client speaks to us. */
    default String scheme() {
        return "http";
    }

    /** The server name that a TLS client asked for, lower case, or empty. */
    default String serverName() {
        return "";
    }

    /** What TLS has told of the client; null: it came in clear, or TLS does not end here. */
    default @Nullable Handshake handshake() {
        return null;
    }

    /** What follows the connection, or null when nobody wants to be told of it. */
    default @Nullable Trail trail() {
        return null;
    }

    /**
     * The request has that id from now on: its log says so.
     *
     * @param field in which answers of our own have it too; empty: none
     */
    default void identified(String id, String field) {}

    /** The method, as sent. */
    String method();

    /** The path without query, as sent. */
    String path();

    /** The path without query, in the form in which conditions compare it. */
    default String normalPath() {
        return NormalPath.of(path());
    }

    /** What follows the question mark, as sent; empty when nothing does. */
    String query();

    /** Host without port, lower case, or empty. */
    String host();

    /** The value of the first field line of that name (any case), trimmed, or null. */
    @Nullable String header(String name);

    /**
     * Whether some field line of that name (any case) has that value, compared without regard to
     * case.
     */
    boolean headerIs(String name, String value);

    /** Whether the value of some field line of that name (any case), trimmed, passes the test. */
    boolean anyHeader(String name, Predicate<String> test);

    /** The value of the first cookie of that name, or null. */
    @Nullable String cookie(String name);
}
