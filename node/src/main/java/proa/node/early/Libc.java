package proa.node.early;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The six calls this package makes. One thread at a time uses an instance: errno is kept here. */
final class Libc {

    static final int AF_UNIX = 1;
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int SO_RCVTIMEO = 20;
    static final int EINTR = 4;
    static final int EAGAIN = 11;

    /** {@code close_range(2)}: the same number on every architecture. */
    private static final long SYS_CLOSE_RANGE = 436;

    private static final int CLOSE_RANGE_UNSHARE = 2;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_FIELD =
            CALL_STATE.varHandle(PathElement.groupElement("errno"));

    private final MethodHandle socket = bind("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private final MethodHandle connect = bind("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private final MethodHandle setsockopt =
            bind("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private final MethodHandle write = bind("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private final MethodHandle read = bind("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private final MethodHandle close = bind("close", JAVA_INT, JAVA_INT);

    @SuppressWarnings("restricted") // what this package is for
    private final MethodHandle syscall =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT),
                    ERRNO,
                    Linker.Option.firstVariadicArg(1));

    private final MemorySegment callState;

    Libc(Arena arena) {
        callState = arena.allocate(CALL_STATE);
    }

    int socket(int family, int type) {
        try {
            return (int) socket.invokeExact(callState, family, type, 0);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int connect(int descriptor, MemorySegment address) {
        try {
            return (int)
                    connect.invokeExact(callState, descriptor, address, (int) address.byteSize());
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    int setsockopt(int descriptor, int level, int option, MemorySegment value) {
        try {
            return (int)
                    setsockopt.invokeExact(
                            callState, descriptor, level, option, value, (int) value.byteSize());
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    long write(int descriptor, MemorySegment bytes) {
        try {
            return (long) write.invokeExact(callState, descriptor, bytes, bytes.byteSize());
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    long read(int descriptor, MemorySegment bytes) {
        try {
            return (long) read.invokeExact(callState, descriptor, bytes, bytes.byteSize());
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    void close(int descriptor) {
        try {
            int _ = (int) close.invokeExact(callState, descriptor);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** Gives the calling thread a descriptor table of its own that holds only those below. */
    long keepDescriptorsBelow(int first) {
        try {
            return (long)
                    syscall.invokeExact(callState, SYS_CLOSE_RANGE, first, -1, CLOSE_RANGE_UNSHARE);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** The error of the last call that failed. */
    int errno() {
        return (int) ERRNO_FIELD.get(callState, 0L);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                ERRNO);
    }

    private static IllegalStateException broken(Throwable e) {
        return new IllegalStateException("a call into the C library could not be made", e);
    }
}
