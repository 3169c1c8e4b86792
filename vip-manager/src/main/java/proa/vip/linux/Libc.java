package proa.vip.linux;

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
import java.lang.ref.Reference;

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
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOCK_NONBLOCK = 0x800;
    static final int MSG_DONTWAIT = 0x40;
    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;

    private static final int PRIO_PROCESS = 0;

    /** {@code close_range(2)}: the same number on every architecture. */
    private static final long SYS_CLOSE_RANGE = 436;

    private static final long CLOSE_RANGE_UNSHARE = 2;
    private static final long DESCRIPTOR_MAX = 0xffff_ffffL;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURED));

    /**
     * Any function: six words in, one out. The ways Linux calls on x86-64 and AArch64 pass the
     * first six integers or pointers in registers, whatever their sizes and number, also to
     * functions with "…", and return one in a register. A handle for each kind of function would
     * cost the start a third of a second: the JDK makes classes for each.
     */
    private static final MethodHandle CALL =
            LINKER.downcallHandle(
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG),
                    Linker.Option.captureCallState("errno"));

    private static final MemorySegment SOCKET = function("socket");
    private static final MemorySegment BIND = function("bind");
    private static final MemorySegment LISTEN = function("listen");
    private static final MemorySegment ACCEPT4 = function("accept4");
    private static final MemorySegment SETSOCKOPT = function("setsockopt");
    private static final MemorySegment GETSOCKOPT = function("getsockopt");
    private static final MemorySegment SENDTO = function("sendto");
    private static final MemorySegment RECVFROM = function("recvfrom");
    private static final MemorySegment RECVMSG = function("recvmsg");
    private static final MemorySegment READ = function("read");
    private static final MemorySegment WRITE = function("write");
    private static final MemorySegment CLOSE = function("close");
    private static final MemorySegment EVENTFD = function("eventfd");
    private static final MemorySegment PPOLL = function("ppoll");
    private static final MemorySegment OPEN = function("open");
    private static final MemorySegment IOCTL = function("ioctl");
    private static final MemorySegment IF_NAMETOINDEX = function("if_nametoindex");
    private static final MemorySegment SETPRIORITY = function("setpriority");
    private static final MemorySegment GETTID = function("gettid");
    private static final MemorySegment SCHED_SETSCHEDULER = function("sched_setscheduler");
    private static final MemorySegment KILL = function("kill");
    private static final MemorySegment MLOCKALL = function("mlockall");
    private static final MemorySegment SYSCALL = function("syscall");
    private static final MemorySegment STRERROR = function("strerror");

    private static final int ERROR_TEXT_BYTES_MAX = 256;

    private Libc() {}

    static int socket(int family, int type, int protocol) throws KernelException {
        return check("socket", number(SOCKET, family, type, protocol, 0, 0));
    }

    static void bind(int descriptor, MemorySegment address) throws KernelException {
        try {
            check("bind", number(BIND, descriptor, address.address(), address.byteSize(), 0, 0));
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    static void listen(int descriptor, int backlog) throws KernelException {
        check("listen", number(LISTEN, descriptor, backlog, 0, 0, 0));
    }

    /** The next connection that waits, or a negated error number. */
    static int accept(int descriptor) {
        return number(ACCEPT4, descriptor, 0, 0, SOCK_CLOEXEC, 0);
    }

    /** Gives the calling thread a descriptor table of its own, a copy of the one it shared. */
    static void unshareDescriptors() throws KernelException {
        // A range in which nothing is: no function of the C library's does the one alone in a
        // container without CAP_SYS_ADMIN.
        long nothing = Integer.MAX_VALUE;
        int result =
                number(SYSCALL, SYS_CLOSE_RANGE, nothing, DESCRIPTOR_MAX, CLOSE_RANGE_UNSHARE, 0);
        check("close_range", result);
    }

    static void setOption(int descriptor, int level, int option, MemorySegment value)
            throws KernelException {
        long bytes = value.byteSize();
        try {
            check(
                    "setsockopt " + level + "/" + option,
                    number(SETSOCKOPT, descriptor, level, option, value.address(), bytes));
        } finally {
            Reference.reachabilityFence(value);
        }
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
                    number(GETSOCKOPT, descriptor, level, option, into.address(), bytes.address()));
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /** Sends without blocking; the number of bytes, or a negated error number. */
    static long send(int descriptor, MemorySegment bytes, MemorySegment to) {
        try {
            return call(
                    SENDTO,
                    descriptor,
                    bytes.address(),
                    bytes.byteSize(),
                    MSG_DONTWAIT,
                    to.address(),
                    to.byteSize());
        } finally {
            Reference.reachabilityFence(bytes);
            Reference.reachabilityFence(to);
        }
    }

    /** Receives without blocking; the number of bytes, or a negated error number. */
    static long receive(int descriptor, MemorySegment into) {
        return moved(RECVFROM, descriptor, into, into.byteSize(), MSG_DONTWAIT);
    }

    /** Receives with ancillary data, without blocking: the bytes, or a negated error number. */
    static long receiveMessage(int descriptor, MemorySegment header) {
        return moved(RECVMSG, descriptor, header, MSG_DONTWAIT, 0);
    }

    static long read(int descriptor, MemorySegment into) {
        return moved(READ, descriptor, into, into.byteSize(), 0);
    }

    static long write(int descriptor, MemorySegment bytes) {
        return moved(WRITE, descriptor, bytes, bytes.byteSize(), 0);
    }

    private static long moved(
            MemorySegment function, int descriptor, MemorySegment bytes, long third, long fourth) {
        try {
            return call(function, descriptor, bytes.address(), third, fourth, 0, 0);
        } finally {
            Reference.reachabilityFence(bytes);
        }
    }

    /** An error while closing changes nothing: the descriptor is gone either way. */
    static void close(int descriptor) {
        int _ = number(CLOSE, descriptor, 0, 0, 0, 0);
    }

    static int eventDescriptor() throws KernelException {
        return check("eventfd", number(EVENTFD, 0, SOCK_CLOEXEC | SOCK_NONBLOCK, 0, 0, 0));
    }

    /** Waits; the number of ready descriptors, or a negated error number. */
    static int poll(MemorySegment descriptors, long count, MemorySegment timeout) {
        try {
            return number(PPOLL, descriptors.address(), count, timeout.address(), 0, 0);
        } finally {
            Reference.reachabilityFence(descriptors);
            Reference.reachabilityFence(timeout);
        }
    }

    static int open(String path, int flags) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            return check("open " + path, number(OPEN, name.address(), flags, 0, 0, 0));
        }
    }

    static void control(String what, int descriptor, long request, MemorySegment argument)
            throws KernelException {
        try {
            check("ioctl " + what, number(IOCTL, descriptor, request, argument.address(), 0, 0));
        } finally {
            Reference.reachabilityFence(argument);
        }
    }

    /** The kernel's number of an interface, also of one without an address. */
    static int interfaceIndex(String name) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(name);
            int index = number(IF_NAMETOINDEX, text.address(), 0, 0, 0, 0);
            return check("interface " + name, index == 0 ? -KernelException.ENODEV : index);
        }
    }

    /** The kernel's number of the calling thread. */
    static int thread() {
        return number(GETTID, 0, 0, 0, 0, 0);
    }

    static int setScheduler(int thread, int policy, MemorySegment priority) {
        try {
            return number(SCHED_SETSCHEDULER, thread, policy, priority.address(), 0, 0);
        } finally {
            Reference.reachabilityFence(priority);
        }
    }

    /** Sets the nice value of one thread. */
    static int setNice(int thread, int nice) {
        return number(SETPRIORITY, PRIO_PROCESS, thread, nice, 0, 0);
    }

    /** Sends a signal; a negative process means its group. */
    static int kill(int process, int signal) {
        return number(KILL, process, signal, 0, 0, 0);
    }

    static int lockMemory(int flags) {
        return number(MLOCKALL, flags, 0, 0, 0, 0);
    }

    /** The C library's text for an error number. */
    static String errorText(int errno) {
        MemorySegment text =
                MemorySegment.ofAddress(returned(STRERROR, STATE.get(), errno, 0, 0, 0, 0, 0));
        return text.reinterpret(ERROR_TEXT_BYTES_MAX).getString(0);
    }

    static int check(String call, long result) throws KernelException {
        if (result < 0) {
            throw new KernelException(call, (int) -result);
        }
        return (int) result;
    }

    /** A function whose result is of C's type int: the upper half of the word is undefined. */
    private static int number(
            MemorySegment function, long first, long second, long third, long fourth, long fifth) {
        MemorySegment state = STATE.get();
        int result = (int) returned(function, state, first, second, third, fourth, fifth, 0);
        return result >= 0 ? result : -error(state);
    }

    /** A function whose result is of C's type ssize_t. */
    private static long call(
            MemorySegment function,
            long first,
            long second,
            long third,
            long fourth,
            long fifth,
            long sixth) {
        MemorySegment state = STATE.get();
        long result = returned(function, state, first, second, third, fourth, fifth, sixth);
        return result >= 0 ? result : -error(state);
    }

    private static int error(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static long returned(
            MemorySegment function,
            MemorySegment state,
            long first,
            long second,
            long third,
            long fourth,
            long fifth,
            long sixth) {
        try {
            return (long)
                    CALL.invokeExact(function, state, first, second, third, fourth, fifth, sixth);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemorySegment function(String name) {
        return LINKER.defaultLookup().findOrThrow(name);
    }

    /** A C structure of the given bytes in memory that lives as long as it is reachable. */
    static MemorySegment structure(byte[] content) {
        return Arena.ofAuto().allocateFrom(JAVA_BYTE, content);
    }
}
