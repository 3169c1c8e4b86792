package proa.node.exchange;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;
import proa.config.NormalPath;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/**
 * What rules and balancing may know about a request or connection. A view over bytes that is valid
 * only during the call it is passed to; nothing is decoded before it is asked for, and whoever asks
 * only whether something is so gets his answer from the bytes where that can be. A plain TCP
 * connection has a source, a destination and empty strings.
 */
public interface Facts {

    /** The client's resolved address. */
    InetAddress source();

    /** The client's address as a number, such as tables have it. */
    default TableKey sourceKey() {
        return TableKey.ofAddress(source());
    }

    /** The other end of the connection: the client itself, or a proxy that speaks for it. */
    default InetAddress sender() {
        return source();
    }

    /** The address and port the client connected to. */
    InetSocketAddress destination();

    /** The address the client connected to, as a number. */
    default TableKey destinationKey() {
        return TableKey.ofAddress(destination().getAddress());
    }

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

    /** Whether the method is exactly this. */
    default boolean methodIs(String method) {
        return method().equals(method);
    }

    /** The path without query, as sent. */
    String path();

    /** The path without query, in the form in which conditions compare it. */
    default String normalPath() {
        return NormalPath.of(path());
    }

    /** Whether the path in that form is exactly this. */
    default boolean pathIs(String path) {
        return normalPath().equals(path);
    }

    /** Whether the path in that form begins so. */
    default boolean pathBegins(String prefix) {
        return normalPath().startsWith(prefix);
    }

    /** Whether the path in that form ends so. */
    default boolean pathEnds(String suffix) {
        return normalPath().endsWith(suffix);
    }

    /** What follows the question mark, as sent; empty when nothing does. */
    String query();

    /** Host without port, lower case, or empty. */
    String host();

    /** Whether the host without port is this, which is in lower case. */
    default boolean hostIs(String host) {
        return host().equals(host);
    }

    /** Whether the host without port ends so; the end is in lower case. */
    default boolean hostEnds(String suffix) {
        return host().endsWith(suffix);
    }

    /** The value of the first field line of that name (any case), trimmed, or null. */
    @Nullable String header(String name);

    /** Whether there is a field line of that name (any case). */
    default boolean hasHeader(String name) {
        return header(name) != null;
    }

    /**
     * Whether some field line of that name (any case) has that value, compared without regard to
     * case.
     */
    boolean headerIs(String name, String value);

    /** Whether the value of some field line of that name (any case), trimmed, passes the test. */
    boolean anyHeader(String name, Predicate<String> test);

    /** The value of the first cookie of that name, or null. */
    @Nullable String cookie(String name);

    /** Whether there is a cookie of that name. */
    default boolean hasCookie(String name) {
        return cookie(name) != null;
    }

    /** Whether the first cookie of that name has that value. */
    default boolean cookieIs(String name, String value) {
        return value.equals(cookie(name));
    }
}
