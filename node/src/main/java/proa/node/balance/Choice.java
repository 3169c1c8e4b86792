package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.node.exchange.Destination;
import proa.node.exchange.Server;

/** The servers of one pool as one request tries them. Used by one event loop. */
final class Choice implements Destination {

    private final Pool pool;
    private final Stickiness.Client client;
    private final Tried tried = new Tried();

    Choice(Pool pool, Stickiness.Client client) {
        this.pool = pool;
        this.client = client;
    }

    @Override
    public BackendConfig backend() {
        return pool.config();
    }

    @Override
    public @Nullable Server next() {
        PooledServer server = open(client.server());
        if (server == null) {
            server = another();
        }
        if (server != null) {
            tried.add(server);
        }
        return server;
    }

    @Override
    public @Nullable String hiddenCookie() {
        return pool.hiddenCookie();
    }

    @Override
    public @Nullable String setCookieFor(Server server) {
        return client.setCookieFor(server.name());
    }

    /** A server for a client that belongs to none, or whose own cannot be used. */
    private @Nullable PooledServer another() {
        PooledServer chosen = client.firstChoice(tried);
        if (chosen == null) {
            chosen = pool.choose(tried);
        }
        if (chosen == null) {
            return null;
        }
        PooledServer agreed = open(client.stick(chosen));
        return agreed == null ? chosen : agreed;
    }

    /** The server of that name if it is there, up, and has not been tried. */
    private @Nullable PooledServer open(@Nullable String name) {
        PooledServer server = pool.named(name);
        return server != null && server.up() && !tried.has(server) ? server : null;
    }
}
