package proa.vip.linux;

import proa.config.service.ServiceManager;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Datagrams to the service manager. A lost one is no harm: the next says more, so that nothing here
 * blocks or fails. Thread-safe.
 */
public final class NotifySocket implements AutoCloseable {

    private static final int FAMILY_BYTES = 2;

    private final int descriptor;
    private final MemorySegment manager;

    private NotifySocket(int descriptor, MemorySegment manager) {
        this.descriptor = descriptor;
        this.manager = manager;
    }

    /**
     * Opens the sending side.
     *
     * @throws KernelException when the process has no descriptor left
     */
    public static NotifySocket open(ServiceManager manager) throws KernelException {
        byte[] path = manager.address();
        byte[] address =
                ByteBuffer.allocate(FAMILY_BYTES + path.length)
                        .order(ByteOrder.nativeOrder())
                        .putShort((short) Libc.AF_UNIX)
                        .put(path)
                        .array();
        int descriptor = Libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        return new NotifySocket(descriptor, Libc.structure(address));
    }

    /** Sends one notice. */
    public void send(String notice) {
        byte[] bytes = notice.getBytes(StandardCharsets.UTF_8);
        long _ = Libc.send(descriptor, Libc.structure(bytes), manager);
    }

    @Override
    public void close() {
        Libc.close(descriptor);
    }
}
