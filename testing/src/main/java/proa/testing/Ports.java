package proa.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Port numbers for listeners that have to know theirs before they listen.
 *
 * <p>Who takes one from the kernel and lets it go again may find it taken a moment later: from the
 * same range (32768 to 60999 unless the machine is set otherwise, {@code
 * net.ipv4.ip_local_port_range}) come the ports of all connections and of all listeners on port 0,
 * and the tests of several modules run at once. These come from below that range. Each process has
 * blocks of its own, and claims one by listening on its first port until the process ends.
 *
 * <p>Thread-safe.
 */
public final class Ports {

    private static final int FIRST = 10_000;
    private static final int BLOCK = 200;
    private static final int BLOCKS = 110;

    /** All of this process, the newest last: one that nothing refers to is closed. */
    private static final List<ServerSocket> CLAIMS = new ArrayList<>();

    private static int given = BLOCK - 1;

    private Ports() {}

    /**
     * A port nobody listens on, at whatever address of this machine; the same is never given twice
     * to a process.
     *
     * @throws IllegalStateException when other processes have claimed every block
     */
    public static synchronized int free() {
        while (true) {
            if (++given >= BLOCK) {
                CLAIMS.add(claim());
                given = 1;
            }
            int port = CLAIMS.getLast().getLocalPort() + given;
            try (ServerSocket probe = new ServerSocket(port, 1)) {
                return probe.getLocalPort();
            } catch (IOException _) {
                // Something of this machine has it; the next one.
            }
        }
    }

    private static ServerSocket claim() {
        int start = ThreadLocalRandom.current().nextInt(BLOCKS);
        for (int tried = 0; tried < BLOCKS; tried++) {
            int first = FIRST + (start + tried) % BLOCKS * BLOCK;
            try {
                return new ServerSocket(first, 1, InetAddress.getLoopbackAddress());
            } catch (IOException _) {
                // Another process has this block.
            }
        }
        throw new IllegalStateException(
                "no free block of ports from "
                        + FIRST
                        + " to "
                        + (FIRST + BLOCKS * BLOCK - 1)
                        + ": "
                        + BLOCKS
                        + " others have claimed one");
    }
}
