package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.FrontendConfig.Mode;
import proa.config.FrontendTls;
import proa.config.HttpOptions.Version;
import proa.config.ProaConfig;
import proa.node.balance.Pool;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
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
     * For each kind of request. A busy machine warms up with its users; until then it serves, but
     * takes no address of its own accord.
     */
    private static final long TIME_NANOS_MAX = 6_000_000_000L;

    private static final long LOOK_NANOS = 1_000_000;
    private static final int CONNECTIONS = 300;
    private static final int REQUESTS_PER_CONNECTION = 10;

    /** Each is two handshakes, ours and the other side's. */
    private static final int HANDSHAKES_PER_CONNECTION = 2;

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

    private final OwnPaths paths;
    private final Pool backend;
    private final List<Mode> modes;
    private final Optional<FrontendTls> tls;
    private final boolean second;
    private final BooleanSupplier serving;
    private final Thread thread;
    private volatile boolean done;

    private WarmUp(OwnPaths paths, Pool backend, ProaConfig config, BooleanSupplier serving) {
        this.serving = serving;
        this.paths = paths;
        this.backend = backend;
        modes =
                Stream.of(Mode.HTTP, Mode.TCP)
                        .filter(mode -> config.frontends().stream().anyMatch(f -> f.mode() == mode))
                        .toList();
        tls = config.frontends().stream().flatMap(f -> f.tls().stream()).findFirst();
        second =
                config.frontends().stream()
                        .anyMatch(
                                f ->
                                        f.mode() == Mode.HTTP
                                                && f.http().versions().contains(Version.HTTP_2));
        thread = Thread.ofPlatform().name("warm-up").daemon().unstarted(this::run);
    }

    /**
     * Starts warming everything that clients of the configured frontends may speak over TCP.
     *
     * @param backend our own answers, in clear
     * @param serving begins only then: the first answer comes before all others
     */
    static WarmUp start(OwnPaths paths, Pool backend, ProaConfig config, BooleanSupplier serving) {
        WarmUp warmUp = new WarmUp(paths, backend, config, serving);
        warmUp.thread.start();
        return warmUp;
    }

    /** Whether it is over. */
    boolean done() {
        return done;
    }

    /** Listeners are there until it has ended. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(Duration.ofMillis(TIMEOUT_MILLIS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!serving.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        long started = System.nanoTime();
        int answered = 0;
        try {
            for (Mode mode : modes) {
                answered += paths.clear(mode, backend, WarmUp::requests);
            }
            if (tls.isPresent()) {
                answered += paths.secured(tls.get(), WarmUp::handshakes, WarmUp::requests);
            }
            if (second) {
                answered += paths.ofHttp2(WarmUp::requests);
            }
        } catch (IOException | RejectedExecutionException e) {
            LOG.warn("the warm-up ended early: {}", e.getMessage());
        }
        done = true;
        long tookMillis = (System.nanoTime() - started) / 1_000_000;
        LOG.info("warmed up by {} requests in {} ms", answered, tookMillis);
    }

    private static int requests(InetSocketAddress proxy) throws IOException {
        return send(proxy, REQUESTS_PER_CONNECTION);
    }

    private static int handshakes(InetSocketAddress proxy) throws IOException {
        return send(proxy, HANDSHAKES_PER_CONNECTION);
    }

    private static int send(InetSocketAddress proxy, int requestsEach) throws IOException {
        long started = System.nanoTime();
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
                for (int request = 0; request < requestsEach; request++) {
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
