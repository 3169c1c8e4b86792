package proa.node.exchange;

import org.jspecify.annotations.Nullable;

import proa.node.message.Edits;

/**
 * Decides, for one frontend, what happens to a request or connection. Called on event loops: it
 * never blocks.
 */
public interface Traffic {

    /** Applies rules and routes. Table counters are bumped here, once for each request. */
    Decision decide(Facts facts);

    /** Whether rules want to be told of connections by a {@link Trail}. */
    default boolean follows() {
        return false;
    }

    /** What happens to a request. */
    sealed interface Decision {
        /**
         * It goes to a server of this destination.
         *
         * @param edits what changes on the way, or null for nothing
         */
        record Forward(Destination destination, @Nullable Edits edits) implements Decision {
            /** Nothing changes on the way. */
            public Forward(Destination destination) {
                this(destination, null);
            }
        }

        /** It is answered here. */
        record Reply(int status, String explanation) implements Decision {}

        /**
         * It is answered here with what the operator wrote.
         *
         * @param fields field lines, each with its CRLF
         * @param body bytes of the body; not changed by anybody
         */
        record Respond(int status, String fields, byte[] body) implements Decision {}

        /** It is answered here after a while, or at once when too many wait already. */
        record Tarpit(long delayNanos, Reply then) implements Decision {}

        /** The connection ends without a byte. */
        record Drop() implements Decision {}
    }
}
