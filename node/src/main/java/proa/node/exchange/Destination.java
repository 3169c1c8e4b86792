package proa.node.exchange;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.node.message.Edits;
import proa.node.message.FormScanner;
import proa.node.record.BackendCounters;

/** The choice of servers for one request or connection. Used by one event loop. */
public interface Destination {

    /** What the backend has had. */
    default BackendCounters counters() {
        return new BackendCounters(backend().name());
    }

    /** The backend: timeouts, retries, pool sizes. */
    BackendConfig backend();

    /**
     * What the choice goes by in a form that is the request's body, to be shown of it before {@link
     * #next()} is asked; null: it goes by nothing there.
     */
    default @Nullable FormScanner form() {
        return null;
    }

    /**
     * The server to try now: first the sticky or balanced one, on later calls another that has not
     * been tried; null when none is left, or none that has room. It counts one more from now on,
     * until {@link Server#ended()}.
     */
    @Nullable Server next();

    /**
     * Waits for a server with room, after {@link #next()} gave none. Returns at once; the waiter is
     * told later, perhaps before this returns.
     */
    default Line joinLine(Waiter waiter) {
        return Line.NOBODY;
    }

    /** Waits no longer. What is granted all the same is to be given back. */
    default void leaveLine() {}

    /** The server has begun to answer (HTTP), or its connection is there (TCP). */
    default void answered(Server server) {}

    /** What became of a wish to wait. */
    enum Line {
        /** There is nobody to wait for. */
        NOBODY,
        /** As many wait as may. */
        FULL,
        /** The waiter is in line. */
        JOINED
    }

    /**
     * What changes in the request and its response on the way: what rules change and what
     * stickiness adds.
     *
     * @param ofRules what rules change, or null for nothing
     */
    default @Nullable Edits edits(@Nullable Edits ofRules) {
        return ofRules;
    }

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
