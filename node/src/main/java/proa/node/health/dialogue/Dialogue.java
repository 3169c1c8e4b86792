package proa.node.health.dialogue;

/**
 * The conversation of one probe with a server. The carrier connects, does what each turn says, and
 * keeps the time. One probe, one thread.
 */
public interface Dialogue {

    /** Nothing to send. */
    byte[] NOTHING = {};

    /** The first turn, when the connection is there. */
    Turn begin();

    /**
     * The next turn, after bytes have come or been sent, or when the server has ended. It takes the
     * bytes it has understood, so that only those that are not whole yet are kept.
     */
    Turn next(Received received);

    /** Bytes that may wait to be understood; a server that sends more has failed. */
    default int bytesMax() {
        return 64 << 10;
    }

    /** The status of an answer in HTTP; 0: there has been none. */
    default int status() {
        return 0;
    }

    /** What the carrier does next. */
    sealed interface Turn {

        /** More bytes are needed; a server that ends now has failed. */
        record More() implements Turn {}

        /** Sends these bytes, then asks for the next turn at once. */
        record Say(byte[] bytes) implements Turn {}

        /** The server is well; the farewell is sent, and no answer to it awaited. */
        record Passed(byte[] farewell) implements Turn {}

        /** It is not, for this reason. */
        record Failed(String why) implements Turn {}
    }

    /** The turn without content. */
    Turn MORE = new Turn.More();

    /** A pass without a farewell. */
    Turn PASSED = new Turn.Passed(NOTHING);
}
