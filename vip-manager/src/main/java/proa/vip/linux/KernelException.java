package proa.vip.linux;

import java.io.IOException;

/** A system call failed. The message names the call, the reason and, if known, the remedy. */
public final class KernelException extends IOException {

    /** Operation not permitted. */
    public static final int EPERM = 1;

    /** No such file, table or element. */
    public static final int ENOENT = 2;

    static final int EINTR = 4;
    static final int EAGAIN = 11;

    /** Permission denied. */
    public static final int EACCES = 13;

    static final int EEXIST = 17;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int EOPNOTSUPP = 95;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;

    static final int ENETDOWN = 100;

    /** Messages were lost because the reader was slow. */
    static final int ENOBUFS = 105;

    private final int errno;

    KernelException(String call, int errno) {
        super(call + ": " + Libc.errorText(errno));
        this.errno = errno;
    }

    private KernelException(KernelException cause, String advice) {
        super(cause.getMessage() + " (" + advice + ")", cause);
        this.errno = cause.errno;
    }

    /** The kernel's error number. */
    public int errno() {
        return errno;
    }

    /**
     * The same failure with what the operator can do about missing rights, if that is the reason.
     */
    KernelException needing(String capability) {
        return errno == EPERM || errno == EACCES
                ? new KernelException(
                        this, capability + " is missing: run as root or grant it to the unit")
                : this;
    }

    /** The same failure with what the operator can do about it. */
    KernelException advising(String advice) {
        return new KernelException(this, advice);
    }
}
