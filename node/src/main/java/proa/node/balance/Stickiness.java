package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.BackendConfig.FirstChoice;
import proa.config.BackendConfig.Sticky;
import proa.config.StickyCookie;
import proa.node.exchange.Facts;
import proa.node.message.Edits;

import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
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

    /**
     * That of a backend.
     *
     * @param tables the table of a name
     * @param time the clock of cookies whose life is limited
     * @param elsewhere names of servers that only other backends have that share its table
     */
    static Stickiness of(
            BackendConfig config,
            Function<String, StickyEntries> tables,
            InstantSource time,
            Set<String> elsewhere) {
        return switch (config.sticky()) {
            case Sticky.Off() -> new Off();
            case Sticky.Cookie(StickyCookie cookie) -> {
                List<String> names =
                        config.servers().stream().map(BackendConfig.Server::name).toList();
                Marks marks = new Marks(cookie, config.name(), names, time);
                yield cookie.mode() == StickyCookie.Mode.INSERT
                        ? new CookieStickiness(cookie, marks, time)
                        : new ServerCookieStickiness(cookie, marks);
            }
            case Sticky.Table(var table, var by, var firstChoice) ->
                    new TableStickiness(
                            tables.apply(table), by, firstChoice == FirstChoice.HASH, elsewhere);
            case Sticky.Learn learn ->
                    new LearnedStickiness(tables.apply(learn.table()), learn, elsewhere);
            case Sticky.Route route -> new RouteStickiness(route);
        };
    }

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
