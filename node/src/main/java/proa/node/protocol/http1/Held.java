package proa.node.protocol.http1;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Exchange.Event.RequestRefused;
import proa.node.exchange.Traffic.Decision;

/**
 * A request that waits before it is refused. It costs its client's place, so only so many are held
 * on one event loop; a flood of them is refused at once. On one event loop.
 */
public final class Held {

    /** A flood beyond it is refused at once. */
    static final int HELD_MAX = 1_000;

    private final HttpLoop shared;
    private Decision.@Nullable Reply then;

    /** Nothing is held. */
    public Held(HttpLoop shared) {
        this.shared = shared;
    }

    /** How a refusal by the rules is told the exchange. */
    public static RequestRefused refused(Decision.Reply reply) {
        return new RequestRefused(reply.status(), reply.explanation());
    }

    /** Holds a request; false when too many are held already. */
    public boolean hold(Decision.Reply until) {
        if (shared.held() == HELD_MAX) {
            return false;
        }
        shared.hold(1);
        then = until;
        return true;
    }

    /** Holds it no longer: how it is refused, or null when it was not held. */
    public @Nullable RequestRefused release() {
        Decision.Reply until = then;
        if (until == null) {
            return null;
        }
        then = null;
        shared.hold(-1);
        return refused(until);
    }

    /** Whether a request is held. */
    boolean is() {
        return then != null;
    }
}
