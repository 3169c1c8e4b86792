package proa.cluster.transport;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Somebody who writes to a peer that reads no more, until every buffer is full. */
public final class BlockedWriter {

    private static final int CHUNK_BYTES = 16 << 10;
    private static final int LOOKS = 50;
    private static final int LOOK_MILLIS = 10;

    private BlockedWriter() {}

    /** Returns when the writer is stuck; its result is what it wrote until the connection ended. */
    public static FutureTask<Long> on(Socket socket) throws InterruptedException {
        FutureTask<Long> writer = new FutureTask<>(() -> writeUntilItEnds(socket));
        Thread thread = Thread.ofPlatform().daemon().start(writer);
        for (int same = 0; same < LOOKS; ) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            StackTraceElement[] stack = thread.getStackTrace();
            same = stack.length > 0 && stack[0].isNativeMethod() ? same + 1 : 0;
        }
        return writer;
    }

    private static long writeUntilItEnds(Socket socket) {
        long written = 0;
        try {
            while (true) {
                socket.getOutputStream().write(new byte[CHUNK_BYTES]);
                written += CHUNK_BYTES;
            }
        } catch (IOException cut) {
            return written;
        }
    }
}
