package proa.chaos.load;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One long TCP connection through the proxy, with a byte there and back many times a second. When
 * its owner dies it ends, as the guide says of proxied connections; this says when and how.
 */
final class LongEcho {

    private static final double ECHOES_PER_SECOND = 50;

    private final LoadPlan plan;
    private final Pace pace;
    private @Nullable Socket socket;
    private final AtomicLong echoes = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private volatile long endedNanos;
    private volatile String how = "";

    /** Whether something came back on the connection that there is. */
    private volatile boolean open;

    private volatile long latestNanos;

    LongEcho(LoadPlan plan, Pace pace) {
        this.plan = plan;
        this.pace = pace;
    }

    void start() {
        if (plan.ports().echo() > 0) {
            pace.run("long-echo", ECHOES_PER_SECOND, 0, this::echo);
        }
    }

    private void echo() {
        try {
            Socket current = socket;
            if (current == null) {
                current = open();
                socket = current;
            }
            byte[] said = ByteBuffer.allocate(Long.BYTES).putLong(echoes.get()).array();
            current.getOutputStream().write(said);
            byte[] heard = current.getInputStream().readNBytes(said.length);
            if (heard.length < said.length) {
                throw new IOException("closed by the other side");
            }
            if (!Arrays.equals(said, heard)) {
                wrong.incrementAndGet();
                throw new IOException(
                        "said " + echoes.get() + ", heard " + ByteBuffer.wrap(heard).getLong());
            }
            echoes.incrementAndGet();
            latestNanos = System.nanoTime();
            open = true; // last: whoever sees it sees when
        } catch (IOException e) {
            end(e);
        }
    }

    private Socket open() throws IOException {
        InetAddress source = new Sources(plan.sources().limited(), 1).at(0);
        Socket opened = HttpConnection.connect(source, plan.vip(plan.ports().echo()));
        try {
            skipName(opened.getInputStream());
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private static void skipName(InputStream in) throws IOException {
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("closed before the server's name");
            }
        }
    }

    private void end(IOException e) {
        Socket current = socket;
        if (current != null) {
            open = false;
            ended.incrementAndGet();
            endedNanos = System.nanoTime();
            how = Pace.why(e);
            try {
                current.close();
            } catch (IOException _) {
                // It is gone either way.
            }
            socket = null;
        }
    }

    LoadReport.LongEcho report(long faultNanos) {
        return new LoadReport.LongEcho(
                echoes.get(),
                ended.get(),
                wrong.get(),
                how,
                ended.get() == 0 ? 0 : (endedNanos - faultNanos) / 1e6,
                open,
                open ? (System.nanoTime() - latestNanos) / 1e6 : 0);
    }
}
