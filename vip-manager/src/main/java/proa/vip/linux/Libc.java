package proa.vip.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's functions that vipd uses, one thin method each. A negative result is the kernel's
 * error number, negated, as inside the kernel; {@link #check} turns it into an exception.
 *
 * <p>Thread-safe: error numbers are captured in a segment of the calling thread. None of the calls
 * is {@code critical}, because several of them block.
 */
@SuppressWarnings("restricted")
final class Libc {

    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int AF_PACKET = 17;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOCK_NONBLOCK = 0x800;
    static final int MSG_DONTWAIT = 0x40;
    static final int SOL_SOCKET = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE =
            CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURED));

    private static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = function("bind", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SETSOCKOPT =
            function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SENDTO =
            sized("sendto", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle RECVFROM =
            sized("recvfrom", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle RECVMSG = sized("recvmsg", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle READ = sized("read", JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle WRITE = sized("write", JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle CLOSE = function("close", JAVA_INT);
    private static final MethodHandle EVENTFD = function("eventfd", JAVA_INT, JAVA_INT);
    private static final MethodHandle PPOLL =
            function("ppoll", ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle OPEN = variadic("open", ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle IOCTL = variadic("ioctl", JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle IF_NAMETOINDEX = function("if_nametoindex", ADDRESS);
    private static final int PRIO_PROCESS = 0;
    private static final MethodHandle SETPRIORITY =
            function("setpriority", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle SCHED_SETSCHEDULER =
            function("sched_setscheduler", JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle KILL = function("kill", JAVA_INT, JAVA_INT);
    private static final MethodHandle MLOCKALL = function("mlockall", JAVA_INT);
    private static final MethodHandle STRERROR =
            LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("strerror"),
                    FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private static final int ERROR_TEXT_BYTES_MAX = 256;

    private Libc() {}

    static int socket(int family, int type, int protocol) throws KernelException {
        return check(
                "socket", call(state -> (int) SOCKET.invokeExact(state, family, type, protocol)));
    }

    static void bind(int descriptor, MemorySegment address) throws KernelException {
        int bytes = (int) address.byteSize();
        check("bind", call(state -> (int) BIND.invokeExact(state, descriptor, address, bytes)));
    }

    static void setOption(int descriptor, int level, int option, MemorySegment value)
            throws KernelException {
        int bytes = (int) value.byteSize();
        check(
                "setsockopt " + level + "/" + option,
                call(
                        state ->
                                (int)
                                        SETSOCKOPT.invokeExact(
                                                state, descriptor, level, option, value, bytes)));
    }

    static void setOption(int descriptor, int level, int option, int value) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            setOption(descriptor, level, option, arena.allocateFrom(JAVA_INT, value));
        }
    }

    /** Reads an option that has that many bytes. */
    static void option(int descriptor, int level, int option, MemorySegment into)
            throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(JAVA_INT, (int) into.byteSize());
            check(
                    "getsockopt " + level + "/" + option,
                    call(
                            state ->
                                    (int)
                                            GETSOCKOPT.invokeExact(
                                                    state,
                                                    descriptor,
                                                    level,
                                                    option,
                                                    into,
                                                    bytes)));
        }
    }

    /** Sends without blocking; the number of bytes, or a negated error number. */
    static long send(int descriptor, MemorySegment bytes, MemorySegment to) {
        long count = bytes.byteSize();
        int addressBytes = (int) to.byteSize();
        return callSized(
                state ->
                        (long)
                                SENDTO.invokeExact(
                                        state,
                                        descriptor,
                                        bytes,
                                        count,
                                        MSG_DONTWAIT,
                                        to,
                                        addressBytes));
    }

    /** Receives without blocking; the number of bytes, or a negated error number. */
    static long receive(int descriptor, MemorySegment into) {
        long count = into.byteSize();
        return callSized(
                state ->
                        (long)
                                RECVFROM.invokeExact(
                                        state,
                                        descriptor,
                                        into,
                                        count,
                                        MSG_DONTWAIT,
                                        MemorySegment.NULL,
                                        MemorySegment.NULL));
    }

    /** Receives with ancillary data, without blocking: the bytes, or a negated error number. */
    static long receiveMessage(int descriptor, MemorySegment header) {
        return callSized(
                state -> (long) RECVMSG.invokeExact(state, descriptor, header, MSG_DONTWAIT));
    }

    static long read(int descriptor, MemorySegment into) {
        long count = into.byteSize();
        return callSized(state -> (long) READ.invokeExact(state, descriptor, into, count));
    }

    static long write(int descriptor, MemorySegment bytes) {
        long count = bytes.byteSize();
        return callSized(state -> (long) WRITE.invokeExact(state, descriptor, bytes, count));
    }

    /** An error while closing changes nothing: the descriptor is gone either way. */
    static void close(int descriptor) {
        int _ = call(state -> (int) CLOSE.invokeExact(state, descriptor));
    }

    static int eventDescriptor() throws KernelException {
        return check(
                "eventfd",
                call(state -> (int) EVENTFD.invokeExact(state, 0, SOCK_CLOEXEC | SOCK_NONBLOCK)));
    }

    /** Waits; the number of ready descriptors, or a negated error number. */
    static int poll(MemorySegment descriptors, long count, MemorySegment timeout) {
        return call(
                state ->
                        (int)
                                PPOLL.invokeExact(
                                        state, descriptors, count, timeout, MemorySegment.NULL));
    }

    static int open(String path, int flags) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            return check(
                    "open " + path, call(state -> (int) OPEN.invokeExact(state, name, flags, 0)));
        }
    }

    static void control(String what, int descriptor, long request, MemorySegment argument)
            throws KernelException {
        check(
                "ioctl " + what,
                call(state -> (int) IOCTL.invokeExact(state, descriptor, request, argument)));
    }

    /** The kernel's number of an interface, also of one without an address. */
    static int interfaceIndex(String name) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(name);
            int index = call(state -> (int) IF_NAMETOINDEX.invokeExact(state, text));
            return check("interface " + name, index == 0 ? -KernelException.ENODEV : index);
        }
    }

    static int setScheduler(int thread, int policy, MemorySegment priority) {
        return call(state -> (int) SCHED_SETSCHEDULER.invokeExact(state, thread, policy, priority));
    }

    /** Sets the nice value of one thread. */
    static int setNice(int thread, int nice) {
        return call(state -> (int) SETPRIORITY.invokeExact(state, PRIO_PROCESS, thread, nice));
    }

    /** Sends a signal; a negative process means its group. */
    static int kill(int process, int signal) {
        return call(state -> (int) KILL.invokeExact(state, process, signal));
    }

    static int lockMemory(int flags) {
        return call(state -> (int) MLOCKALL.invokeExact(state, flags));
    }

    /** The C library's text for an error number. */
    static String errorText(int errno) {
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(ERROR_TEXT_BYTES_MAX).getString(0);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static int check(String call, long result) throws KernelException {
        if (result < 0) {
            throw new KernelException(call, (int) -result);
        }
        return (int) result;
    }

    @FunctionalInterface
    private interface Call {
        int invoke(MemorySegment state) throws Throwable;
    }

    @FunctionalInterface
    private interface SizedCall {
        long invoke(MemorySegment state) throws Throwable;
    }

    private static int call(Call call) {
        return (int) callSized(call::invoke);
    }

    private static long callSized(SizedCall call) {
        MemorySegment state = STATE.get();
        try {
            long result = call.invoke(state);
            return result >= 0 ? result : -(int) ERRNO_VALUE.get(state, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        return bound(name, FunctionDescriptor.of(JAVA_INT, arguments), ERRNO);
    }

    private static MethodHandle sized(String name, MemoryLayout... arguments) {
        return bound(name, FunctionDescriptor.of(JAVA_LONG, arguments), ERRNO);
    }

    private static MethodHandle variadic(String name, MemoryLayout... arguments) {
        FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_INT, arguments);
        return bound(name, descriptor, ERRNO, Linker.Option.firstVariadicArg(2));
    }

    private static MethodHandle bound(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }

    /** A C structure of the given bytes in memory that lives as long as it is reachable. */
    static MemorySegment structure(byte[] content) {
        return Arena.ofAuto().allocateFrom(JAVA_BYTE, content);
    }
}
