package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.FrontendConfig.Mode;
import proa.config.ProaConfig;
import proa.node.balance.Pool;
import proa.node.listener.Listener;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Some thousand requests of our own at start, through proxies like the configured ones, so that a
 * standby's code is compiled when it suddenly gets all the load. In the background; bounded in
 * time.
 */
final class WarmUp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /**
     * For each mode. A busy machine warms up with its users; until then it serves, but takes no
     * address of its own accord.
     */
    private static final long TIME_NANOS_MAX = 6_000_000_000L;

    private static final long LOOK_NANOS = 1_000_000;
    private static final int CONNECTIONS = 300;
    private static final int REQUESTS_PER_CONNECTION = 10;
    private static final int TIMEOUT_MILLIS = 1_000;

    private static final byte[] REQUEST =
            String.join(
                            "\r\n",
                            "GET /warm/up?of=this+node HTTP/1.1",
                            "Host: self.example",
                            "User-Agent: proa-warm-up",
                            "Accept: */*",
                            "Cookie: a=1; SERVERID=none",
                            "X-Version: 1",
                            "",
                            "")
                    .getBytes(StandardCharsets.ISO_8859_1);

    private final OwnTraffic own;
    private final Pool backend;
    private final List<Mode> modes;
    private final BooleanSupplier serving;
    private final Thread thread;
    private volatile boolean done;

    private WarmUp(OwnTraffic own, Pool backend, ProaConfig config, BooleanSupplier serving) {
        this.serving = serving;
        this.own = own;
        this.backend = backend;
        modes =
                Stream.of(Mode.HTTP, Mode.TCP)
                        .filter(mode -> config.frontends().stream().anyMatch(f -> f.mode() == mode))
                        .toList();
        thread = Thread.ofPlatform().name("warm-up").daemon().unstarted(this::run);
    }

    /**
     * Starts warming every mode that the configuration uses.
     *
     * @param serving begins only then: the first answer comes before all others
     */
    static WarmUp start(OwnTraffic own, Pool backend, ProaConfig config, BooleanSupplier serving) {
        WarmUp warmUp = new WarmUp(own, backend, config, serving);
        warmUp.thread.start();
        return warmUp;
    }

    /** Whether it is over. */
    boolean done() {
        return done;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        while (!serving.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        long started = System.nanoTime();
        int answered = 0;
        try {
            for (Mode mode : modes) {
                Listener proxy = own.proxy(mode, backend);
                answered += requests(proxy.address(), System.nanoTime());
                proxy.stop();
            }
        } catch (IOException e) {
            LOG.warn("the warm-up ended early: {}", e.getMessage());
        }
        done = true;
        long tookMillis = (System.nanoTime() - started) / 1_000_000;
        LOG.info("warmed up by {} requests in {} ms", answered, tookMillis);
    }

    private static int requests(InetSocketAddress proxy, long started) throws IOException {
        int answered = 0;
        for (int connection = 0; connection < CONNECTIONS; connection++) {
            if (Thread.currentThread().isInterrupted()
                    || System.nanoTime() - started > TIME_NANOS_MAX) {
                break;
            }
            try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.connect(proxy, TIMEOUT_MILLIS);
                socket.setSoTimeout(TIMEOUT_MILLIS);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                for (int request = 0; request < REQUESTS_PER_CONNECTION; request++) {
                    socket.getOutputStream().write(REQUEST);
                    readAnswer(in);
                    answered++;
                }
            }
        }
        return answered;
    }

    /** An answer of ours is a head, an empty line, and a body of one line. */
    private static void readAnswer(InputStream in) throws IOException {
        while (!line(in).isEmpty()) {
            // the head
        }
        line(in);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the connection ended");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
