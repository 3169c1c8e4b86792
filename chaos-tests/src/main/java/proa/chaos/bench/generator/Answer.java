package proa.chaos.bench.generator;

import io.netty.buffer.ByteBuf;

/** Finds the end of one answer after the other; one of them for each connection. */
interface Answer {

    /** How far an answer has come. */
    enum State {
        INCOMPLETE,
        COMPLETE,
        WRONG
    }

    /** Takes what has arrived of the current answer; after its end, the next one begins. */
    State feed(ByteBuf bytes);
}
