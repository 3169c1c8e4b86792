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
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /** For everything that only some connections have; what is left then is not warmed. */
    private static final long BESIDES_NANOS_MAX = 2_000_000_000L;

    private static final long LOOK_NANOS = 1_000_000;
    private static final int CONNECTIONS = 300;

    /** Of what differs from the others in a small part. */
    private static final int SOME_CONNECTIONS = 100;

    private static final int REQUESTS_PER_CONNECTION = 10;

    /** Each is two handshakes, ours and the other side's. */
    private static final int HANDSHAKES_PER_CONNECTION = 2;

    private static final int TIMEOUT_MILLIS = 1_000;
    private static final OwnStreams STREAMS = new OwnStreams(TIMEOUT_MILLIS);

    /** Of datagrams, and of the session store. */
    private static final int SESSION_CLIENTS = 100;

    private static final int DATAGRAM_MILLIS = 200;
    private static final int LOST_MAX = 10;

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
    private final boolean datagrams;
    private final Optional<FrontendTls> streamsTls;
    private final Set<PathKind> kinds;
    private final BooleanSupplier serving;
    private final SessionService sessions;
    private final Thread thread;
    private volatile boolean done;
    private volatile boolean sessionsDone;

    private WarmUp(
            OwnPaths paths,
            Pool backend,
            ProaConfig config,
            BooleanSupplier serving,
            SessionService sessions) {
        this.serving = serving;
        this.sessions = sessions;
        datagrams = config.frontends().stream().anyMatch(f -> f.mode() == Mode.UDP);
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
        kinds = PathKind.of(config);
        streamsTls =
                config.frontends().stream()
                        .filter(f -> f.mode() == Mode.TCP)
                        .flatMap(f -> f.tls().stream())
                        .findFirst();
        thread = Thread.ofPlatform().name("warm-up").daemon().unstarted(this::run);
    }

    /**
     * Starts warming everything that clients of the configured frontends may speak.
     *
     * @param backend our own answers, in clear
     * @param serving begins only then: the first answer comes before all others
     * @param sessions are warmed last, when their store is there
     */
    static WarmUp start(
            OwnPaths paths,
            Pool backend,
            ProaConfig config,
            BooleanSupplier serving,
            SessionService sessions) {
        WarmUp warmUp = new WarmUp(paths, backend, config, serving, sessions);
        warmUp.thread.start();
        return warmUp;
    }

    /** Whether it is over, but for the sessions, whose store may come late. */
    boolean done() {
        return done;
    }

    /** Whether it is over for sessions, too, if there are any. */
    boolean sessionsDone() {
        return sessionsDone;
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

    /** Whatever happens: a node that warms up for ever would never take an address. */
    private void run() {
        try {
            await(serving);
            warm();
        } catch (RuntimeException defect) {
            LOG.error("the warm-up ended early: a defect", defect);
        } finally {
            done = true;
        }
        try {
            if (sessions.enabled()) {
                await(sessions::open);
                warmSessions();
            }
        } catch (RuntimeException defect) {
            LOG.error("the warm-up of sessions ended early: a defect", defect);
        } finally {
            sessionsDone = true;
        }
    }

    private void warm() {
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
            if (datagrams) {
                answered +=
                        paths.ofDatagrams(
                                proxy -> datagrams(proxy, DATAGRAM_MILLIS, TIME_NANOS_MAX));
            }
            long besides = System.nanoTime();
            for (PathKind kind : kinds) {
                answered += isOver(besides, BESIDES_NANOS_MAX) ? 0 : warm(kind);
            }
        } catch (IOException | RejectedExecutionException e) {
            LOG.warn("the warm-up ended early: {}", e.getMessage());
        }
        long tookMillis = (System.nanoTime() - started) / 1_000_000;
        LOG.info("warmed up by {} requests in {} ms", answered, tookMillis);
    }

    private int warm(PathKind kind) throws IOException {
        return switch (kind) {
            case RULES -> paths.ruled(WarmUp::someRequests);
            case UPGRADE -> paths.upgraded(STREAMS::upgrades);
            case PROXY_HEADER ->
                    paths.announced(
                            modes.contains(Mode.HTTP) ? Mode.HTTP : Mode.TCP,
                            WarmUp::someHandshakes);
            case TLS_STREAM ->
                    paths.securedStreams(streamsTls.orElseThrow(), backend, WarmUp::someHandshakes);
            case SERVER_NAME -> paths.peeked(STREAMS::hellos);
            case BULK -> paths.bulk(STREAMS::bulk);
        };
    }

    private static void await(BooleanSupplier event) {
        while (!event.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void warmSessions() {
        long started = System.nanoTime();
        try {
            int answered =
                    paths.ofSessions(
                            sessions::protocol,
                            listener -> commands(listener, TIMEOUT_MILLIS, TIME_NANOS_MAX));
            long tookMillis = (System.nanoTime() - started) / 1_000_000;
            LOG.info("warmed up sessions by {} commands in {} ms", answered, tookMillis);
        } catch (IOException | StartException | RejectedExecutionException e) {
            LOG.warn("the warm-up of sessions ended early: {}", e.getMessage());
        }
    }

    private static int requests(InetSocketAddress proxy) throws IOException {
        return send(proxy, CONNECTIONS, REQUESTS_PER_CONNECTION, TIME_NANOS_MAX);
    }

    private static int handshakes(InetSocketAddress proxy) throws IOException {
        return send(proxy, CONNECTIONS, HANDSHAKES_PER_CONNECTION, TIME_NANOS_MAX);
    }

    private static int someRequests(InetSocketAddress proxy) throws IOException {
        return send(proxy, SOME_CONNECTIONS, REQUESTS_PER_CONNECTION, OwnStreams.TIME_NANOS_MAX);
    }

    private static int someHandshakes(InetSocketAddress proxy) throws IOException {
        return send(proxy, SOME_CONNECTIONS, HANDSHAKES_PER_CONNECTION, OwnStreams.TIME_NANOS_MAX);
    }

    private static boolean isOver(long started, long nanosMax) {
        return Thread.currentThread().isInterrupted() || System.nanoTime() - started > nanosMax;
    }

    /** Questions to the session store, none of which changes it: nobody has such keys. */
    static int commands(InetSocketAddress listener, int timeoutMillis, long nanosMax)
            throws IOException {
        long started = System.nanoTime();
        int answered = 0;
        for (int client = 0; client < SESSION_CLIENTS && !isOver(started, nanosMax); client++) {
            try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.connect(listener, timeoutMillis);
                socket.setSoTimeout(timeoutMillis);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                for (int command = 0; command < REQUESTS_PER_CONNECTION; command++) {
                    String key = OwnTraffic.KEYS + client + "-" + command;
                    socket.getOutputStream().write(ping());
                    line(in);
                    socket.getOutputStream().write(get(key));
                    line(in);
                    answered += 2;
                }
            }
        }
        return answered;
    }

    private static byte[] ping() {
        return "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] get(String key) {
        return ("*2\r\n$3\r\nGET\r\n$" + key.length() + "\r\n" + key + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Each client is a session. One that is lost is no reason to end, many are. */
    static int datagrams(InetSocketAddress proxy, int timeoutMillis, long nanosMax)
            throws IOException {
        long started = System.nanoTime();
        int answered = 0;
        int lost = 0;
        for (int client = 0; client < SESSION_CLIENTS && !isOver(started, nanosMax); client++) {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.connect(proxy);
                socket.setSoTimeout(timeoutMillis);
                for (int request = 0; request < REQUESTS_PER_CONNECTION; request++) {
                    socket.send(new DatagramPacket(REQUEST, REQUEST.length));
                    socket.receive(new DatagramPacket(new byte[REQUEST.length], REQUEST.length));
                    answered++;
                }
            } catch (SocketTimeoutException e) {
                if (++lost > LOST_MAX) {
                    throw e;
                }
            }
        }
        return answered;
    }

    private static int send(
            InetSocketAddress proxy, int connections, int requestsEach, long nanosMax)
            throws IOException {
        long started = System.nanoTime();
        int answered = 0;
        for (int client = 0; client < connections && !isOver(started, nanosMax); client++) {
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
