package proa.chaos.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The C library's functions that the lab uses, one thin method each. Any thread. */
@SuppressWarnings("restricted")
final class Kernel {

    static final int AF_PACKET = 17;
    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int MSG_DONTWAIT = 0x40;

    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int POLLIN = 1;
    private static final int ENTRY_BYTES = 8;
    private static final int PTRACE_SEIZE = 0x4206;
    private static final int PTRACE_INTERRUPT = 0x4207;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURED));

    private static final MethodHandle SOCKET =
            function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SETSOCKOPT =
            function(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECV =
            function(
                    "recv",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SEND =
            function(
                    "send",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle POLL =
            function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle IF_NAMETOINDEX =
            function("if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle PTRACE =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("ptrace"),
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
                    Linker.Option.firstVariadicArg(1),
                    Linker.Option.captureCallState("errno"));

    private Kernel() {}

    private static MethodHandle function(String name, FunctionDescriptor shape) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                shape,
                Linker.Option.captureCallState("errno"));
    }

    static int socket(int domain, int type, int protocol) throws IOException {
        try {
            return (int) check("socket", (int) SOCKET.invokeExact(state(), domain, type, protocol));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    static void bind(int socket, MemorySegment address) throws IOException {
        try {
            check(
                    "bind",
                    (int) BIND.invokeExact(state(), socket, address, (int) address.byteSize()));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    static void option(int socket, int level, int option, int value) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocateFrom(JAVA_INT, value);
            check(
                    "setsockopt " + option,
                    (int)
                            SETSOCKOPT.invokeExact(
                                    state(), socket, level, option, number, Integer.BYTES));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** Bytes of the next datagram; -1 when there is none now. */
    static int receive(int socket, MemorySegment into) throws IOException {
        try {
            long count =
                    (long) RECV.invokeExact(state(), socket, into, into.byteSize(), MSG_DONTWAIT);
            if (count < 0 && errno() == EAGAIN) {
                return -1;
            }
            return (int) check("recv", count);
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** Whether the kernel has taken it; a full queue or a cable that is out takes nothing. */
    static boolean send(int socket, MemorySegment bytes) throws IOException {
        try {
            return (long) SEND.invokeExact(state(), socket, bytes, bytes.byteSize(), MSG_DONTWAIT)
                    >= 0;
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** Memory for {@link #poll} of these descriptors. */
    static MemorySegment pollList(int... descriptors) {
        MemorySegment list =
                Arena.ofAuto().allocate((long) ENTRY_BYTES * descriptors.length, ENTRY_BYTES);
        for (int at = 0; at < descriptors.length; at++) {
            list.set(JAVA_INT, (long) at * ENTRY_BYTES, descriptors[at]);
            list.set(JAVA_SHORT, (long) at * ENTRY_BYTES + Integer.BYTES, (short) POLLIN);
        }
        return list;
    }

    /** Waits until one of them can be read or the time is up. */
    static void poll(MemorySegment list, int millis) throws IOException {
        try {
            int ready =
                    (int) POLL.invokeExact(state(), list, list.byteSize() / ENTRY_BYTES, millis);
            if (ready < 0 && errno() != EINTR) {
                check("poll", ready);
            }
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /** The number of an interface of this namespace. */
    static int interfaceIndex(String name) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int index = (int) IF_NAMETOINDEX.invokeExact(state(), arena.allocateFrom(name));
            if (index == 0) {
                throw new IOException("no interface " + name);
            }
            return index;
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    /**
     * A thread stands still until the calling thread ends; ptrace(2). Both must be of one thread.
     */
    static void stopThread(int thread) throws IOException {
        try {
            check("ptrace seize", (long) PTRACE.invokeExact(state(), PTRACE_SEIZE, thread, 0L, 0L));
            check(
                    "ptrace interrupt",
                    (long) PTRACE.invokeExact(state(), PTRACE_INTERRUPT, thread, 0L, 0L));
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private static MemorySegment state() {
        return STATE.get();
    }

    private static int errno() {
        return (int) ERRNO.get(STATE.get(), 0L);
    }

    private static long check(String what, long result) throws IOException {
        if (result < 0) {
            throw new IOException(what + " failed with error " + errno());
        }
        return result;
    }

    private static IOException thrown(Throwable e) throws IOException {
        return switch (e) {
            case IOException known -> known;
            case RuntimeException defect -> throw defect;
            case Error error -> throw error;
            default -> new IOException(e);
        };
    }
}
