package proa.vip.linux;

import proa.vip.packet.CaptureFilter.Step;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Has the kernel hand a socket only what a program of classic BPF lets pass. Stateless. */
final class SocketFilter {

    private static final int SO_ATTACH_FILTER = 26;
    private static final int STEP_BYTES = 8;

    /** struct sock_fprog: the number of steps, and where they are. */
    private static final int PROGRAM_BYTES = 16;

    private SocketFilter() {}

    static void attach(Descriptor socket, List<Step> program) throws KernelException {
        ByteBuffer code =
                ByteBuffer.allocate(STEP_BYTES * program.size()).order(ByteOrder.nativeOrder());
        for (Step step : program) {
            code.putShort((short) step.code())
                    .put((byte) step.ifTrue())
                    .put((byte) step.ifFalse())
                    .putInt(step.operand());
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment steps = arena.allocate(code.capacity(), STEP_BYTES);
            steps.copyFrom(MemorySegment.ofArray(code.array()));
            MemorySegment header = arena.allocate(PROGRAM_BYTES, 8);
            header.set(ValueLayout.JAVA_SHORT, 0, (short) program.size());
            header.set(ValueLayout.ADDRESS, 8, steps);
            Libc.setOption(socket.number(), Libc.SOL_SOCKET, SO_ATTACH_FILTER, header);
        }
    }
}
