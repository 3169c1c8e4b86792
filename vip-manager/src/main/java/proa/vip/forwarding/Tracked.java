package proa.vip.forwarding;

import proa.vip.message.Endpoint;

/**
 * A connection as the kernel's tracking has it: what its first packet said, and what an answer to
 * that says. They differ by what the kernel translates.
 *
 * @param udp datagrams, else TCP
 * @param state of TCP as the kernel counts it: 3 is established; 0 with UDP
 * @param source who sent the first packet
 * @param destination where that was sent to
 * @param answerSource who answers
 * @param answerDestination where the answer is sent to
 */
public record Tracked(
        boolean udp,
        int state,
        Endpoint source,
        Endpoint destination,
        Endpoint answerSource,
        Endpoint answerDestination) {

    private static final int ESTABLISHED = 3;

    /** {@code CLOSE_WAIT}; what follows is the end of both directions. */
    private static final int HALF_CLOSED_LAST = 5;

    /** Whether a connection of TCP may have something to say yet: established, or half closed. */
    static boolean speaks(int state) {
        return state >= ESTABLISHED && state <= HALF_CLOSED_LAST;
    }

    /** Whether the kernel keeps it for days though nobody speaks. */
    static boolean lasts(int state) {
        return state == ESTABLISHED;
    }
}
