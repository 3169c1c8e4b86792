package proa.node.exchange;

/**
 * Decides, for one frontend, what happens to a request or connection. Called on event loops: it
 * never blocks.
 */
public interface Traffic {

    /** Applies rules and routes. Table counters are bumped here, once for each request. */
    Decision decide(Facts facts);

    /** What happens to a request. */
    sealed interface Decision {
        /** It goes to a server of this destination. */
        record Forward(Destination destination) implements Decision {}

        /** It is answered here. */
        record Reply(int status, String explanation) implements Decision {}
    }
}
