package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.node.exchange.Destination;
import proa.node.exchange.Server;
import proa.node.exchange.Waiter;
import proa.node.message.Edits;
import proa.node.message.FieldEdit;
import proa.node.message.FormScanner;
import proa.node.record.BackendCounters;

import java.util.List;
import java.util.function.Supplier;

/**
 * The servers of one pool as one request tries them. Used by one event loop; while it is in line,
 * by whoever takes it out.
 */
final class Choice implements Destination, Supplier<@Nullable String> {

    /**
     * A client that waits with its body is answered by who looks into it (RFC 9110 §10.1.1); the
     * server would do so again.
     */
    private static final List<FieldEdit> EXPECTS_NOTHING = List.of(new FieldEdit.Remove("Expect"));

    private final Pool pool;
    private final Stickiness.Client client;
    private final long key;
    private final @Nullable FormScanner form;
    private final Tried tried = new Tried();
    private @Nullable PooledServer wanted;
    private @Nullable PooledServer asked;
    private @Nullable Waiter waiter;
    private long askedNanos;

    /**
     * The choice for one request.
     *
     * @param key what the pool is hashed by, or {@link RequestKey#NONE}
     * @param form what it is hashed by if that is in the body, or null
     */
    Choice(Pool pool, Stickiness.Client client, long key, @Nullable FormScanner form) {
        this.form = form;
        this.pool = pool;
        this.client = client;
        this.key = key;
    }

    @Override
    public BackendConfig backend() {
        return pool.config();
    }

    @Override
    public BackendCounters counters() {
        return pool.counters();
    }

    @Override
    public @Nullable FormScanner form() {
        return form;
    }

    @Override
    public @Nullable Server next() {
        Admission admission = pool.admission();
        PooledServer own = open(client.server());
        wanted = null;
        if (own != null && !admission.take(own)) {
            if (!admission.lineIsFull()) {
                wanted = own;
                return null;
            }
            own = null;
        }
        PooledServer server = own == null ? another() : own;
        if (server != null) {
            given(server);
        }
        return server;
    }

    @Override
    public Line joinLine(Waiter waits) {
        if (wanted == null && !isWorthWaiting()) {
            return Line.NOBODY;
        }
        waiter = waits;
        return pool.admission().join(this) ? Line.JOINED : Line.FULL;
    }

    @Override
    public void leaveLine() {
        pool.admission().leave(this);
    }

    @Override
    public void answered(Server server) {
        PooledServer by = asked;
        if (by != null && by == server) {
            pool.answered(by, askedNanos);
            asked = null;
        }
    }

    @Override
    public @Nullable String hiddenCookie() {
        return pool.hiddenCookie();
    }

    @Override
    public @Nullable Edits edits(@Nullable Edits ofRules) {
        Edits edits = pool.edits(ofRules, this);
        return form == null ? edits : Edits.around(edits, EXPECTS_NOTHING, List.of());
    }

    @Override
    public @Nullable String setCookieFor(Server server) {
        return client.setCookieFor(server.name());
    }

    /** Whether there is a server that lacks only room. */
    boolean isWorthWaiting() {
        PooledServer own = wanted;
        return own == null ? pool.isWorthWaiting(tried) : own.up();
    }

    /** Whether it would go to this server; it is in line. */
    boolean accepts(PooledServer server) {
        PooledServer own = wanted;
        return own == null ? pool.uses(server) && !tried.has(server) : own == server && own.up();
    }

    /** Its turn has come: the server counts it. It has been taken out of line. */
    void granted(PooledServer server) {
        PooledServer agreed = wanted == null ? agreed(server) : server;
        wanted = null;
        given(agreed);
        Waiter told = waiter;
        if (told != null) {
            told.granted(agreed);
        }
    }

    /** It has been taken out of line to look for itself. */
    void askAgain() {
        Waiter told = waiter;
        if (told != null) {
            told.askAgain();
        }
    }

    /** The name of the server that was given last, or null. */
    @Override
    public @Nullable String get() {
        PooledServer server = tried.last();
        return server == null ? null : server.name();
    }

    private void given(PooledServer server) {
        tried.add(server);
        if (pool.measures()) {
            asked = server;
            askedNanos = pool.nanoTime();
            server.responseTime().asked(askedNanos);
        }
    }

    /** A server for a client that belongs to none, or whose own cannot be used. */
    private @Nullable PooledServer another() {
        Admission admission = pool.admission();
        tried.begin();
        long by = form == null ? key : RequestKey.ofText(form.value());
        PooledServer chosen = pool.choose(tried, client.hash(), by);
        while (chosen != null && !admission.take(chosen)) {
            tried.refuse(chosen); // so that this ends, whatever it says of its room
            chosen = admission.full() ? null : pool.choose(tried, client.hash(), by);
        }
        return chosen == null ? null : agreed(chosen);
    }

    /** The server this client is stuck to from now on: another one when a peer node was first. */
    private PooledServer agreed(PooledServer chosen) {
        PooledServer agreed = open(client.stick(chosen));
        if (agreed == null || agreed == chosen || !pool.admission().take(agreed)) {
            return chosen;
        }
        chosen.giveBack();
        return agreed;
    }

    /** The server of that name if it is there, up, and has not been tried. */
    private @Nullable PooledServer open(@Nullable String name) {
        PooledServer server = pool.named(name);
        return server != null && server.up() && !tried.has(server) ? server : null;
    }
}
