package proa.node.protocol.http1;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Exchange.Event;
import proa.node.exchange.Exchange.Event.RequestRefused;
import proa.node.exchange.Exchange.Event.Signal;
import proa.node.exchange.Traffic.Decision;

/**
 * Carries out what rules decide about a request that is not forwarded.
 *
 * <p>A client may be held for a while before it is refused. Held clients cost a connection each, so
 * only so many are held on one event loop; a flood of them is refused at once. On one event loop.
 */
final class Answering {

    /** A flood beyond it is refused at once. */
    static final int HELD_MAX = 1_000;

    private final HttpLoop shared;
    private final HttpClientConnection client;
    private final ClientOutput output;
    private final ClientDeadline deadline;
    private Decision.@Nullable Reply held;

    Answering(
            HttpLoop shared,
            HttpClientConnection client,
            ClientOutput output,
            ClientDeadline deadline) {
        this.shared = shared;
        this.client = client;
        this.output = output;
        this.deadline = deadline;
    }

    /** The request is known to the exchange and waits for this. */
    void answer(Decision decision) {
        switch (decision) {
            case Decision.Forward _ -> throw new IllegalStateException("not an answer");
            case Decision.Reply reply -> client.on(refused(reply));
            case Decision.Respond respond -> {
                output.prepare(respond);
                client.on(new RequestRefused(respond.status(), ""));
            }
            case Decision.Tarpit(long delayNanos, Decision.Reply then) -> hold(delayNanos, then);
            case Decision.Drop _ -> client.drop();
        }
    }

    private static RequestRefused refused(Decision.Reply reply) {
        return new RequestRefused(reply.status(), reply.explanation());
    }

    private void hold(long delayNanos, Decision.Reply then) {
        if (shared.held() == HELD_MAX) {
            client.on(refused(then));
            return;
        }
        shared.hold(1);
        held = then;
        deadline.in(delayNanos);
    }

    /** Holds the client no longer: how it is refused, or null when it was not held. */
    @Nullable Event release() {
        Decision.Reply then = held;
        if (then == null) {
            return null;
        }
        held = null;
        shared.hold(-1);
        return refused(then);
    }

    /** A held client that ends its direction has most likely left: its place is for another. */
    Event whenHalfClosed() {
        return held == null ? Signal.CLIENT_HALF_CLOSED : Signal.CLIENT_CLOSED;
    }
}
