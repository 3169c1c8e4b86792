package proa.chaos.load;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One long TCP connection through the proxy, with a number there and back many times a second. When
 * its owner dies it ends, as the guide says of proxied connections; this says when and how.
 */
final class LongEcho {

    private static final double ECHOES_PER_SECOND = 50;

    /** Without an answer more is said after this. */
    private static final int AGAIN_MILLIS = 300;

    /** After this it is given up. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(6);

    private final LoadPlan plan;
    private final Pace pace;
    private @Nullable Talk talk;
    private final AtomicLong echoes = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private volatile long endedNanos;
    private volatile long endedSilentNanos;
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
            Talk current = talk;
            if (current == null) {
                current = open();
                talk = current;
            }
            current.say();
            long latest = System.nanoTime();
            while (current.isOwed()) {
                if (current.hear()) {
                    latest = System.nanoTime();
                } else if (System.nanoTime() - latest > SILENCE_NANOS) {
                    throw new SocketTimeoutException("nothing came back any more");
                } else {
                    current.say();
                }
            }
        } catch (IOException e) {
            end(e);
        }
    }

    /** One connection, and how far its numbers have come. */
    private final class Talk {
        private final Socket socket;
        private final byte[] heard = new byte[Long.BYTES];
        private int octets;
        private long next = echoes.get();
        private long owed = next;

        Talk(Socket socket) {
            this.socket = socket;
        }

        /**
         * Whoever only waits for an answer never hears that nobody has the connection any more: a
         * process that hangs has what was sent to it, and its address is with another one.
         */
        void say() throws IOException {
            byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(next++).array();
            socket.getOutputStream().write(number);
        }

        boolean isOwed() {
            return owed < next;
        }

        /** Whether anything came back in time. */
        boolean hear() throws IOException {
            int count;
            try {
                count = socket.getInputStream().read(heard, octets, heard.length - octets);
            } catch (SocketTimeoutException _) {
                return false;
            }
            if (count < 0) {
                throw new IOException("closed by the other side");
            }
            octets += count;
            if (octets == heard.length) {
                octets = 0;
                check(ByteBuffer.wrap(heard).getLong());
            }
            return true;
        }

        private void check(long number) throws IOException {
            if (number != owed) {
                wrong.incrementAndGet();
                throw new IOException("said " + owed + ", heard " + number);
            }
            owed++;
            echoes.incrementAndGet();
            latestNanos = System.nanoTime();
            open = true; // last: whoever sees it sees when
        }
    }

    private Talk open() throws IOException {
        InetAddress source = new Sources(plan.sources().limited(), 1).at(0);
        Socket opened = HttpConnection.connect(source, plan.vip(plan.ports().echo()));
        try {
            skipName(opened.getInputStream());
            opened.setSoTimeout(AGAIN_MILLIS);
            return new Talk(opened);
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
        Talk current = talk;
        if (current != null) {
            open = false;
            ended.incrementAndGet();
            long now = System.nanoTime();
            endedNanos = now;
            endedSilentNanos = now - latestNanos;
            how = Pace.why(e);
            try {
                current.socket.close();
            } catch (IOException _) {
                // It is gone either way.
            }
            talk = null;
        }
    }

    LoadReport.LongEcho report(long faultNanos) {
        return new LoadReport.LongEcho(
                echoes.get(),
                ended.get(),
                wrong.get(),
                how,
                ended.get() == 0 ? 0 : (endedNanos - faultNanos) / 1e6,
                endedSilentNanos / 1e6,
                open,
                open ? (System.nanoTime() - latestNanos) / 1e6 : 0);
    }
}
