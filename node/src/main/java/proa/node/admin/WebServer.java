package proa.node.admin;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.AdminConfig;
import proa.config.Network;
import proa.node.admin.WebRequest.Reading;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import javax.net.ssl.SSLSocket;

/**
 * Listens for monitoring and operators: HTTP/1.1, in clear or by TLS. One request and one virtual
 * thread for each connection. It is apart from the event loops, so that it answers when they do
 * not.
 */
public final class WebServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

    /**
     * Those of {@link #STREAMS_MAX}, and several scrapers and health checks. When all are taken the
     * one gives way that has been idle for longest.
     */
    private static final int CONNECTIONS_MAX = 64;

    /** Dashboards that are open at once. */
    public static final int STREAMS_MAX = 16;

    /** So long a connection that is closed may take to give its place up, before another is. */
    private static final Duration MAKING_ROOM = Duration.ofMillis(100);

    private static final int BACKLOG = 64;

    /** What still comes after a request is read up to this, or closing would reset the answer. */
    private static final int DRAINED_BYTES_MAX = 64 << 10;

    /** Who is silent for longer has lost its place. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(5);

    /** A request has come by then, its handshake included, however slowly its bytes drip. */
    private static final Duration REQUEST_MAX = Duration.ofSeconds(15);

    /** An answer is taken by then, and what still comes has come. */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    /** A stream goes on for as long as its reader takes each piece by then. */
    private static final Duration PIECE_MAX = Duration.ofSeconds(10);

    private final ServerSocket server;
    private final List<Network> allow;
    private final @Nullable WebTls tls;
    private final Function<WebRequest, WebAnswer> site;
    private final Alarm alarm;
    private final Semaphore places = new Semaphore(CONNECTIONS_MAX);
    private final IdleConnections idle = new IdleConnections();

    private WebServer(
            ServerSocket server,
            List<Network> allow,
            @Nullable WebTls tls,
            Function<WebRequest, WebAnswer> site,
            Alarm alarm) {
        this.server = server;
        this.allow = allow;
        this.tls = tls;
        this.site = site;
        this.alarm = alarm;
    }

    /**
     * Listens.
     *
     * @param site answers; on virtual threads, and may block
     * @throws IOException when the address or the certificate cannot be had, in an operator's words
     */
    public static WebServer open(AdminConfig config, Function<WebRequest, WebAnswer> site)
            throws IOException {
        return open(config, site, Alarm.REAL);
    }

    static WebServer open(AdminConfig config, Function<WebRequest, WebAnswer> site, Alarm alarm)
            throws IOException {
        InetSocketAddress address = config.address();
        @Nullable WebTls tls = WebTls.of(config.tls());
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(address, BACKLOG);
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    "admin cannot listen on %s port %d: %s"
                            .formatted(
                                    address.getAddress().getHostAddress(),
                                    address.getPort(),
                                    e.getMessage()),
                    e);
        }
        WebServer made = new WebServer(server, config.allow(), tls, site, alarm);
        Thread.ofVirtual().name("admin").start(made::acceptAll);
        return made;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void acceptAll() {
        try {
            while (!server.isClosed()) {
                if (!accept()) {
                    Thread.sleep(Duration.ofMillis(100));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean accept() throws InterruptedException {
        try {
            Socket client = server.accept();
            boolean placed = places.tryAcquire();
            while (!placed) {
                idle.closeOldest();
                placed = places.tryAcquire(MAKING_ROOM.toMillis(), TimeUnit.MILLISECONDS);
            }
            idle.add(client);
            Thread.ofVirtual().name("admin-client").start(() -> serve(client));
            return true;
        } catch (IOException e) {
            if (!server.isClosed()) {
                LOG.warn("admin: {}", e.getMessage());
            }
            return false;
        }
    }

    private void serve(Socket client) {
        try (client;
                Watch watch = new Watch(client, alarm)) {
            watch.within(REQUEST_MAX);
            client.setSoTimeout((int) SILENCE_MAX.toMillis());
            if (allows(client.getInetAddress())) {
                WebTls secured = tls;
                if (secured == null) {
                    serve(client, client, watch);
                } else {
                    try (Socket inside = secured.around(client)) {
                        serve(client, inside, watch);
                    }
                }
            }
        } catch (IOException e) {
            LOG.debug("admin: a client went away: {}", e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            idle.remove(client);
            places.release();
        }
    }

    private void serve(Socket connection, Socket client, Watch watch)
            throws IOException, InterruptedException {
        InputStream in = new BufferedInputStream(client.getInputStream());
        boolean secure = client instanceof SSLSocket;
        Reading reading = WebRequest.read(in, client.getInetAddress(), secure);
        idle.remove(connection);
        watch.rest();
        boolean withBody =
                !(reading instanceof Reading.Good(WebRequest request)
                        && request.method().equals("HEAD"));
        WebAnswer answer = answer(reading);
        if (answer.stream() == null) {
            watch.within(ANSWER_MAX);
            answer.writeTo(new BufferedOutputStream(client.getOutputStream()), withBody);
        } else {
            OutputStream out = watch.each(client.getOutputStream(), PIECE_MAX);
            answer.writeTo(new BufferedOutputStream(out), withBody);
            watch.within(ANSWER_MAX);
        }
        client.shutdownOutput();
        idle.add(connection);
        drain(in);
    }

    private WebAnswer answer(Reading reading) {
        return switch (reading) {
            case Reading.Bad(Answer answer) -> WebAnswer.of(answer);
            case Reading.Good(WebRequest request) -> {
                try {
                    yield site.apply(request);
                } catch (RuntimeException defect) {
                    LOG.error("{} {} failed", request.method(), request.path(), defect);
                    yield WebAnswer.of(Answer.error(Answer.FAILED, "a defect: " + defect));
                }
            }
        };
    }

    private boolean allows(InetAddress client) {
        return allow.isEmpty() || allow.stream().anyMatch(network -> network.contains(client));
    }

    /** What still comes is read, or closing would reset the answer away (RFC 9112 §9.6). */
    private static void drain(InputStream in) throws IOException {
        int left = DRAINED_BYTES_MAX;
        byte[] bytes = new byte[1 << 10];
        for (int count = in.read(bytes); count >= 0 && left > 0; count = in.read(bytes)) {
            left -= count;
        }
    }
}
