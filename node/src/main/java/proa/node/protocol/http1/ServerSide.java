package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.HealthConfig.Failure;
import proa.config.HttpOptions.Version;
import proa.node.exchange.BodyPace;
import proa.node.exchange.Destination;
import proa.node.exchange.Exchange;
import proa.node.exchange.Exchange.Action.Reply;
import proa.node.exchange.Exchange.Event;
import proa.node.exchange.Exchange.Event.RequestRefused;
import proa.node.exchange.Exchange.Event.ResponseRefused;
import proa.node.exchange.Exchange.Event.Signal;
import proa.node.exchange.Server;
import proa.node.exchange.Waiter;
import proa.node.message.Refusal;
import proa.node.protocol.http2.Http2Servers;
import proa.node.record.TrafficRecord;

import java.time.Duration;
import java.util.Objects;

/**
 * The server's side of a client's current request: who was chosen, the connection, and what can be
 * sent again.
 */
public final class ServerSide {

    /**
     * A server may be about to close a connection that waited longer; what cannot be repeated is
     * not sent there.
     */
    private static final long TRUSTED_IDLE_NANOS = Duration.ofSeconds(1).toNanos();

    /** Repeatable requests take any connection. */
    private static final long ANY_IDLE_NANOS = Duration.ofDays(1).toNanos();

    private final HttpLoop shared;
    private final Downstream client;
    private final TrafficRecord record;
    private final BodyPace pace;
    private final OwnConnection own;
    private @Nullable Destination destination;
    private @Nullable Server chosen;
    private @Nullable ServerConnection connection;
    private @Nullable ByteBuf message;
    private byte[] preface = {};
    private boolean repeatable;
    private boolean once;
    private boolean becomesOwn;
    private @Nullable Place inLine;
    private @Nullable BodyLook look;
    private long waitsUntilNanos;

    /**
     * The server's side of that client's requests.
     *
     * @param record told of the current one; it ends with {@link #clear}
     * @param pace how fast bodies have to come
     * @param own the connection that stands for this client
     */
    ServerSide(
            HttpLoop shared,
            Downstream client,
            TrafficRecord record,
            BodyPace pace,
            OwnConnection own) {
        this.own = own;
        this.pace = pace;
        this.shared = shared;
        this.client = client;
        this.record = record;
    }

    /** Bytes have come from the client. */
    public void received(int count) {
        shared.loop().progress();
        record.received(count);
        if (pace.counts()) {
            pace.received(count, shared.loop().nowNanos());
        }
    }

    /** How long the client may take to go on with the body. */
    public long clientPatienceNanos() {
        long now = shared.loop().nowNanos();
        if (!isWritable()) {
            pace.begin(now); // it is not allowed to go on
        }
        return pace.leftNanos(now);
    }

    /** What is known of the current request. */
    public TrafficRecord record() {
        return record;
    }

    /**
     * Notes that a request is refused for its form, and says how.
     *
     * @param at the byte that is wrong; −1: not a single one
     * @param length bytes that were there; 0: not known
     */
    Reply malformed(Refusal why, int at, int length) {
        record.malformed(why.explanation(), at, length);
        return new Reply(why.status(), why.explanation(), false);
    }

    /** Likewise of a request that the exchange knows. */
    public RequestRefused refused(Refusal why) {
        record.malformed(why.explanation(), -1, 0);
        return new RequestRefused(why.status(), why.explanation());
    }

    /** Notes that an answer is refused for its form, if it is that. */
    public Event noted(Event event) {
        if (event instanceof ResponseRefused(String why)) {
            record.malformedAnswer(why);
        }
        return event;
    }

    /**
     * A request is to be forwarded.
     *
     * @param head its head, perhaps with its body; taken over
     * @param whole whether its body is in it
     * @param idempotent whether it may be sent again when a reused connection turns out to be
     *     closed; when a server has not looked at it, any may
     * @param last whether its connection carries no request behind it
     */
    public void begin(
            Destination to, ByteBuf head, boolean whole, boolean idempotent, boolean last) {
        destination = to;
        record.forwarded(to.counters());
        message = head;
        repeatable = whole && (idempotent || isMultiplexed());
        once = last;
        becomesOwn = false;
        waitsUntilNanos = 0;
        pace.begin(shared.loop().nowNanos());
    }

    /** The request says who its connection is: no other client's may go there afterwards. */
    void becomesOwn() {
        becomesOwn = true;
    }

    /** New connections of the next request begin with these bytes. */
    public void beginWith(byte[] first) {
        preface = first;
    }

    /** The choice of a server for the next request waits for a look at its body. */
    public void waitFor(BodyLook first) {
        look = first;
    }

    /** What the choice of a server waits for, or null. */
    public @Nullable BodyLook look() {
        return look;
    }

    /**
     * Turns to the next server; what has happened at once, or null when a connection is being made,
     * a server with room waited for, or a body looked at.
     */
    public @Nullable Event connectNext() {
        if (look != null && !look.isOver()) {
            return null;
        }
        leave(false);
        Destination to = Objects.requireNonNull(destination);
        Server next = to.next();
        return next == null ? joinLine(to) : connect(next);
    }

    private @Nullable Event joinLine(Destination to) {
        Place place = new Place();
        return switch (to.joinLine(place)) {
            case NOBODY -> Signal.NO_SERVER;
            case FULL -> Signal.LINE_FULL;
            case JOINED -> {
                inLine = place;
                record.queued();
                if (waitsUntilNanos == 0) {
                    long timeout = to.backend().spreading().limits().queueTimeout().toNanos();
                    waitsUntilNanos = shared.loop().nowNanos() + timeout;
                }
                yield null;
            }
        };
    }

    private @Nullable Event connect(Server next) {
        chosen = next;
        record.chosen(next.name(), next.counters());
        if (isMultiplexed()) {
            return connectFresh();
        }
        long trusted = repeatable ? ANY_IDLE_NANOS : TRUSTED_IDLE_NANOS;
        HttpServerConnection idle = own.take(next);
        if (idle == null) {
            idle = shared.idle().take(next, shared.loop().nowNanos() - trusted);
        }
        if (idle == null) {
            return connectFresh();
        }
        connection = idle;
        idle.attach(client);
        return Exchange.connected(true);
    }

    /** Opens a new connection to the chosen server; like {@link #connectNext}. */
    public @Nullable Event connectFresh() {
        release(false); // what was begun there would stay on a connection that others share
        Server to = Objects.requireNonNull(chosen);
        ServerConnection made =
                isMultiplexed()
                        ? Http2Servers.of(shared).open(to, client)
                        : HttpServerConnection.connect(shared, to, client, preface);
        connection = made;
        if (made == null) {
            to.connectFailed(record.requestId());
            return Signal.CONNECT_FAILED;
        }
        return made.isConnected() ? Exchange.connected(true) : null;
    }

    /** Whether requests share connections to these servers. */
    private boolean isMultiplexed() {
        Destination to = destination;
        return to != null && to.backend().protocol() == Version.HTTP_2;
    }

    /** Sends the head and what has come of the body. */
    public void send(boolean toHead) {
        record.connected();
        if (pace.counts()) {
            pace.begin(shared.loop().nowNanos()); // until now it was not allowed to go on
        }
        ByteBuf bytes = Objects.requireNonNull(message);
        ServerConnection to = Objects.requireNonNull(connection);
        if (repeatable) {
            to.begin(bytes.readerIndex(0).retain(), toHead);
        } else {
            message = null;
            to.begin(bytes, toHead);
        }
    }

    /** The connection could not be made, or it, the turn in line or the body took too long. */
    public Signal failed() {
        if (look != null) {
            return Signal.CLIENT_STALLED;
        }
        if (inLine != null) {
            leave(false);
            return Signal.NO_ROOM;
        }
        if (chosen != null) {
            chosen.connectFailed(record.requestId());
        }
        ServerConnection slow = connection;
        connection = null;
        if (slow != null) {
            slow.release(false, 0, 0);
        }
        return Signal.CONNECT_FAILED;
    }

    /** The server has begun to answer. */
    public void answered() {
        Destination to = destination;
        Server by = chosen;
        if (to != null && by != null) {
            to.answered(by);
        }
    }

    /** How long to wait, from now on, for the connection, the turn in line or the body. */
    public long patienceNanos() {
        if (look != null) {
            return clientPatienceNanos();
        }
        return inLine != null
                ? waitsUntilNanos - shared.loop().nowNanos()
                : timeouts().connect().toNanos();
    }

    /** How long the server may be silent. */
    public long answerNanos() {
        return timeouts().server().toNanos();
    }

    /**
     * The server's time is up.
     *
     * @param phase before its answer has begun it is the server's fault; later perhaps the client's
     */
    public Signal stalled(Exchange.Phase phase) {
        if (phase == Exchange.Phase.WAITING && chosen != null) {
            chosen.failed(Failure.NO_ANSWER, record.requestId());
        }
        if (connection != null) {
            connection.stalled(answerNanos());
        }
        return Signal.SERVER_STALLED;
    }

    /** Is done with the server; {@code keep}: its connection may serve others. */
    public void leave(boolean keep) {
        look = null;
        if (inLine != null) {
            inLine = null;
            Objects.requireNonNull(destination).leaveLine();
        }
        release(keep && !once);
        Server was = chosen;
        chosen = null;
        if (was != null) {
            was.ended();
        }
    }

    private void release(boolean keep) {
        ServerConnection left = connection;
        connection = null;
        if (left != null) {
            Destination to = destination;
            int idleMax = to == null ? 0 : to.backend().idleConnectionsKept();
            if (left instanceof HttpServerConnection some && (becomesOwn || some.isOwn())) {
                own.keep(some, keep && idleMax > 0);
            } else {
                left.release(keep, idleMax, timeouts().idle().toNanos());
            }
        }
    }

    /** Gives connection and server away; the receiver says {@link Server#ended()}. */
    Server handOver() {
        Server given = Objects.requireNonNull(chosen);
        chosen = null;
        connection = null;
        return given;
    }

    /** Nothing will be sent again. */
    public void dropMessage() {
        if (message != null) {
            message.release();
            message = null;
        }
    }

    /** The request is over. */
    public void clear() {
        dropMessage();
        destination = null;
        record.ended();
    }

    /**
     * Like {@link #clear()}.
     *
     * @param whole whether the client has got the whole answer
     */
    public void clear(boolean whole) {
        if (!whole) {
            record.cut();
        }
        clear();
    }

    /** Sends what was written, if there is a server. */
    void flush() {
        ServerConnection to = connection;
        if (to != null) {
            to.flush();
        }
    }

    /** The client takes bytes again. */
    void resumeReading() {
        ServerConnection from = connection;
        if (from != null) {
            from.resumeReading();
        }
    }

    /** The connection, perhaps not yet there; null: none. */
    public @Nullable ServerConnection connection() {
        return connection;
    }

    /** Value of the Set-Cookie field that tells the client of this server, or null. */
    public @Nullable String setCookie() {
        Destination to = destination;
        Server by = chosen;
        return to == null || by == null ? null : to.setCookieFor(by);
    }

    /** Those of the backend. */
    public BackendConfig.Timeouts timeouts() {
        Destination to = destination;
        return to == null ? BackendConfig.Timeouts.DEFAULTS : to.backend().timeouts();
    }

    /** Whether the server takes what is written; true while there is none. */
    public boolean isWritable() {
        ServerConnection to = connection;
        return to == null || to.isWritable();
    }

    /** A place in line. What comes when the request has ended meanwhile is given back. */
    private final class Place implements Waiter {
        @Override
        public void granted(Server server) {
            shared.loop().executor().execute(() -> go(server));
        }

        @Override
        public void askAgain() {
            shared.loop().executor().execute(this::look);
        }

        private void go(Server server) {
            if (isOver()) {
                server.ended();
            } else {
                inLine = null;
                client.connect(connect(server));
            }
        }

        private void look() {
            if (!isOver()) {
                inLine = null;
                client.connect(connectNext());
            }
        }

        private boolean isOver() {
            return inLine != this;
        }
    }
}
