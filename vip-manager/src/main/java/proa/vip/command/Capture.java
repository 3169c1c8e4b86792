package proa.vip.command;

import org.jspecify.annotations.Nullable;

import proa.vip.linux.CaptureSocket;
import proa.vip.linux.CaptureSocket.Frame;
import proa.vip.linux.Poller;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Packets from the kernel into a file until a limit is reached. One thread. */
final class Capture {

    /** A reader of the file sees what is this old, and so long it takes to end when asked. */
    private static final long LOOK_NANOS = 200_000_000;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final CaptureSocket socket;
    private final CaptureFile file;
    private final CaptureLimits limits;
    private final Interrupted interrupted;
    private long deadlineNanos;

    Capture(CaptureSocket socket, CaptureFile file, CaptureLimits limits, Interrupted interrupted) {
        this.socket = socket;
        this.file = file;
        this.limits = limits;
        this.interrupted = interrupted;
    }

    /**
     * Until a limit is reached.
     *
     * @return why it has ended
     * @throws IOException when the file takes no more, or the interface is gone
     */
    String run() throws IOException {
        Poller poller = new Poller(List.of(socket));
        deadlineNanos = System.nanoTime() + limits.seconds() * NANOS_PER_SECOND;
        long flushed = System.nanoTime();
        String why = null;
        while (why == null) {
            long now = System.nanoTime();
            if (now - flushed >= LOOK_NANOS) {
                file.flush();
                flushed = now;
            }
            poller.await(Math.min(LOOK_NANOS, deadlineNanos - now));
            why = read();
        }
        socket.count();
        Instant end = Instant.now();
        file.end(
                end.getEpochSecond() * NANOS_PER_SECOND + end.getNano(),
                socket.passed(),
                socket.dropped());
        return why;
    }

    /** What waits; why that is enough, or null. */
    private @Nullable String read() throws IOException {
        for (Frame frame = socket.receive(); frame != null; frame = socket.receive()) {
            file.add(frame);
            String full = full();
            if (full != null) {
                return full;
            }
        }
        return full();
    }

    private @Nullable String full() {
        if (interrupted.asked()) {
            return "interrupted";
        }
        if (file.packets() >= limits.packets()) {
            return "the number of packets is reached";
        }
        if (file.bytes() >= limits.bytes()) {
            return "the size is reached";
        }
        return System.nanoTime() - deadlineNanos >= 0 ? "the time is up" : null;
    }
}
