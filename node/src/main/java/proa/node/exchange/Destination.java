package proa.node.exchange;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;

/** The choice of servers for one request or connection. Used by one event loop. */
public interface Destination {

    /** The backend: timeouts, retries, pool sizes. */
    BackendConfig backend();

    /**
     * The server to try now: first the sticky or balanced one, on later calls another that has not
     * been tried; null when none is left.
     */
    @Nullable Server next();

    /**
     * Name of the cookie that is ours and is removed from the request towards the server, or null.
     */
    @Nullable String hiddenCookie();

    /**
     * Value of a {@code Set-Cookie} field to add to the response of this server, or null when the
     * client has it already.
     */
    @Nullable String setCookieFor(Server server);
}
