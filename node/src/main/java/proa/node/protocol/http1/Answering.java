package proa.node.protocol.http1;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Exchange.Event;
import proa.node.exchange.Exchange.Event.RequestRefused;
import proa.node.exchange.Exchange.Event.Signal;
import proa.node.exchange.Traffic.Decision;

/**
 * Carries out what rules decide about a request that is not forwarded. A client may be held for a
 * while before it is refused. On one event loop.
 */
final class Answering {

    private final HttpClientConnection client;
    private final ClientOutput output;
    private final ClientDeadline deadline;
    private final Held held;

    Answering(
            HttpLoop shared,
            HttpClientConnection client,
            ClientOutput output,
            ClientDeadline deadline) {
        this.client = client;
        this.output = output;
        this.deadline = deadline;
        this.held = new Held(shared);
    }

    /** The request is known to the exchange and waits for this. */
    void answer(Decision decision) {
        switch (decision) {
            case Decision.Forward _ -> throw new IllegalStateException("not an answer");
            case Decision.Reply reply -> client.on(Held.refused(reply));
            case Decision.Respond respond -> {
                output.prepare(respond);
                client.on(new RequestRefused(respond.status(), ""));
            }
            case Decision.Tarpit(long delayNanos, Decision.Reply then) -> {
                if (held.hold(then)) {
                    deadline.in(delayNanos);
                } else {
                    client.on(Held.refused(then));
                }
            }
            case Decision.Drop _ -> client.drop();
        }
    }

    /** Holds the client no longer: how it is refused, or null when it was not held. */
    @Nullable Event release() {
        return held.release();
    }

    /** Whether the client is held. */
    boolean isHeld() {
        return held.is();
    }

    /** A held client that ends its direction has most likely left: its place is for another. */
    Event whenHalfClosed() {
        return held.is() ? Signal.CLIENT_CLOSED : Signal.CLIENT_HALF_CLOSED;
    }
}
