package proa.node.early;

import proa.config.service.ServiceManager;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Datagrams to the service manager; the JDK has no such sockets. Each is sent over a socket of its
 * own, for there is one every few seconds. A lost one is no harm: nothing here fails. Thread-safe;
 * the kernel makes a sender wait only while the manager's queue is full.
 */
public final class NotifySocket {

    private static final int FAMILY_BYTES = 2;

    private final Libc libc = new Libc(Arena.ofAuto());
    private final MemorySegment manager;

    /** Opens nothing yet. */
    public NotifySocket(ServiceManager manager) {
        byte[] path = manager.address();
        this.manager = Arena.ofAuto().allocate(FAMILY_BYTES + path.length, Short.BYTES);
        this.manager.set(ValueLayout.JAVA_SHORT, 0, (short) Libc.AF_UNIX);
        MemorySegment.copy(path, 0, this.manager, ValueLayout.JAVA_BYTE, FAMILY_BYTES, path.length);
    }

    /** Sends one notice. */
    public synchronized void send(String notice) {
        int descriptor = libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC);
        if (descriptor < 0) {
            return; // no descriptor left: the next notice may have one
        }
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = notice.getBytes(StandardCharsets.UTF_8);
            if (libc.connect(descriptor, manager) == 0) {
                long _ = libc.write(descriptor, arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes));
            }
        } finally {
            libc.close(descriptor);
        }
    }
}
