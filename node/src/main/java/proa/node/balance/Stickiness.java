package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Facts;
import proa.node.message.Edits;

import java.util.function.Supplier;

/** What keeps clients of one pool on their server. Safe from any event loop. */
sealed interface Stickiness
        permits CookieStickiness,
                ServerCookieStickiness,
                TableStickiness,
                LearnedStickiness,
                RouteStickiness,
                Stickiness.Off {

    /** A client that belongs to no server and will to none. */
    Client NOBODY = () -> null;

    /** What this client brought. The facts are read now and not kept. */
    Client client(Facts facts);

    /** The cookie that servers do not see, or null. */
    default @Nullable String hiddenCookie() {
        return null;
    }

    /**
     * What changes in a request and its response on the way.
     *
     * @param ofRules what rules change, or null for nothing
     * @param server the name of the server that was asked last, or null
     */
    default @Nullable Edits edits(@Nullable Edits ofRules, Supplier<@Nullable String> server) {
        return ofRules;
    }

    /** What cookies say, or null where they say nothing. */
    default @Nullable Marks marks() {
        return null;
    }

    /** One client's stickiness during one request. Used by one event loop. */
    interface Client {

        /** The name of the server this client belongs to, or null. */
        @Nullable String server();

        /**
         * The hash that chooses for a client that belongs to none, or {@link RequestKey#NONE} to
         * leave it to the algorithm.
         */
        default long hash() {
            return RequestKey.NONE;
        }

        /**
         * Remembers that the client belongs to this server from now on.
         *
         * @return the name of the server to use: another one when a peer node was first
         */
        default String stick(PooledServer server) {
            return server.name();
        }

        /** The cookie to set when this server answers, or null. */
        default @Nullable String setCookieFor(String server) {
            return null;
        }
    }

    /** Nothing sticks. */
    final class Off implements Stickiness {
        @Override
        public Client client(Facts facts) {
            return NOBODY;
        }
    }
}
