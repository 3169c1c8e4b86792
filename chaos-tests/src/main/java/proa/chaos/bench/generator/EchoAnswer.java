package proa.chaos.bench.generator;

import io.netty.buffer.ByteBuf;

/** So many bytes, whatever they are. */
final class EchoAnswer implements Answer {

    private final int length;
    private int missing;

    EchoAnswer(int length) {
        this.length = length;
        this.missing = length;
    }

    @Override
    public State feed(ByteBuf bytes) {
        missing -= bytes.readableBytes();
        bytes.skipBytes(bytes.readableBytes());
        if (missing > 0) {
            return State.INCOMPLETE;
        }
        State state = missing == 0 ? State.COMPLETE : State.WRONG;
        missing = length;
        return state;
    }
}
