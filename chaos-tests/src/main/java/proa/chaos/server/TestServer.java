package proa.chaos.server;

import proa.config.drill.Fault;
import proa.config.drill.Fault.Trouble;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One server with a name: HTTP/1.1 with keep-alive on one port, and a TCP port that says its name
 * in a first line and then echoes every byte.
 *
 * <p>HTTP paths: {@code /health} answers {@code ok}; {@code /slow/MILLIS} answers after that time;
 * {@code POST /once/TOKEN} notes a receipt, and {@code /receipts} lists these; {@code
 * /trouble/KIND} makes the server ail, see {@link Trouble}, with {@code none} as its end; every
 * other path answers {@code NAME NUMBER} with the number of the request on this server. The request
 * body is read and its length reported in {@code X-Body-Bytes}, the request's path in {@code
 * X-Path}, and who it came for, as proxies said, in {@code X-Forwarded-For}. One virtual thread for
 * each connection; safe from any thread.
 */
public final class TestServer implements AutoCloseable {

    private static final int BACKLOG = 1_024;

    /** A request head or line beyond this ends the connection. */
    private static final int LINE_BYTES_MAX = 64 << 10;

    /** How soon it is noticed that silence is over. */
    private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final String name;
    private final ServerSocket http;
    private final ServerSocket echo;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private final Receipts receipts = new Receipts();
    private volatile Optional<Trouble> trouble = Optional.empty();

    private TestServer(String name, ServerSocket http, ServerSocket echo) {
        this.name = name;
        this.http = http;
        this.echo = echo;
    }

    /**
     * Listens.
     *
     * @param httpPort 0: any free one
     * @param echoPort 0: any free one
     */
    public static TestServer start(String name, InetAddress address, int httpPort, int echoPort)
            throws IOException {
        ServerSocket http = listen(address, httpPort);
        TestServer server;
        try {
            server = new TestServer(name, http, listen(address, echoPort));
        } catch (IOException e) {
            http.close();
            throw e;
        }
        server.accept(server.http, server::serveHttp);
        server.accept(server.echo, server::serveEcho);
        return server;
    }

    private static ServerSocket listen(InetAddress address, int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(address, port), BACKLOG);
        return socket;
    }

    /** Where it answers HTTP. */
    public InetSocketAddress httpAddress() {
        return (InetSocketAddress) http.getLocalSocketAddress();
    }

    /** Where it echoes. */
    public InetSocketAddress echoAddress() {
        return (InetSocketAddress) echo.getLocalSocketAddress();
    }

    /** HTTP requests received, health checks not counted. */
    public long requests() {
        return requests.get();
    }

    /** Connections accepted on both ports. */
    public long connections() {
        return connections.get();
    }

    /** Closes the listeners and every connection, as a crash would. */
    @Override
    public void close() throws IOException {
        http.close();
        echo.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private interface Service {
        void serve(Socket socket) throws IOException;
    }

    private void accept(ServerSocket listener, Service service) {
        Thread.ofVirtual()
                .name(name + "-accept")
                .start(
                        () -> {
                            while (!listener.isClosed()) {
                                try {
                                    Socket socket = listener.accept();
                                    Thread.ofVirtual().start(() -> run(socket, service));
                                } catch (IOException _) {
                                    // Closed, or out of descriptors: the loop's condition decides.
                                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                                }
                            }
                        });
    }

    private void run(Socket socket, Service service) {
        open.add(socket);
        connections.incrementAndGet();
        try (socket) {
            socket.setTcpNoDelay(true);
            service.serve(socket);
        } catch (IOException _) {
            // The peer went away, which is what these tests are about.
        } finally {
            open.remove(socket);
        }
    }

    private void serveEcho(Socket socket) throws IOException {
        if (isDown()) {
            socket.setSoLinger(true, 0);
            return;
        }
        keepSilent();
        OutputStream out = socket.getOutputStream();
        out.write((name + "\n").getBytes(StandardCharsets.US_ASCII));
        socket.getInputStream().transferTo(out);
        socket.shutdownOutput();
    }

    private void serveHttp(Socket socket) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream(), 8 << 10);
        OutputStream out = socket.getOutputStream();
        while (serveRequest(in, out)) {}
        if (isDown()) {
            socket.setSoLinger(true, 0);
        }
    }

    private boolean isDown() {
        return trouble.filter(kind -> isDown(kind, System.nanoTime())).isPresent();
    }

    private static boolean isDown(Trouble kind, long nowNanos) {
        return switch (kind) {
            case DOWN -> true;
            case FLAP -> nowNanos / (Fault.FLAP_MILLIS * 1_000_000L) % 2 == 0;
            case SLOW, ERRORS, SILENT -> false;
        };
    }

    private void suffer(String kind) throws IOException {
        trouble =
                kind.equals("none")
                        ? Optional.empty()
                        : Optional.of(Trouble.valueOf(kind.toUpperCase(Locale.ROOT)));
        if (isDown()) {
            for (Socket socket : open) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        }
    }

    /** Answers one request; whether another may follow. */
    private boolean serveRequest(InputStream in, OutputStream out) throws IOException {
        String requestLine = readLine(in);
        if (requestLine.isEmpty()) {
            return false;
        }
        long length = 0;
        boolean chunked = false;
        boolean keepAlive = true;
        String client = "";
        for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
            String header = line.toLowerCase(Locale.ROOT);
            if (header.startsWith("content-length:")) {
                length = Long.parseLong(header.substring(15).strip());
            } else if (header.startsWith("transfer-encoding:")) {
                chunked = header.contains("chunked");
            } else if (header.startsWith("connection:")) {
                keepAlive = !header.contains("close");
            } else if (header.startsWith("x-forwarded-for:")) {
                client = header.substring(16).strip();
            } else if (header.startsWith("expect:")) {
                out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        long bodyBytes = chunked ? skipChunks(in) : skip(in, length);
        String[] words = requestLine.split(" ", 3);
        String path = words.length > 1 ? words[1] : "/";
        boolean steered = path.startsWith("/trouble/");
        if (!steered && isDown()) {
            return false;
        }
        if (!steered) {
            keepSilent();
        }
        out.write(response(words[0], path, client, bodyBytes, keepAlive));
        if (steered) {
            suffer(path.substring("/trouble/".length()));
        }
        return keepAlive;
    }

    private byte[] response(
            String method, String path, String client, long bodyBytes, boolean keepAlive) {
        String body;
        if (path.equals("/health")) {
            body = "ok\n";
        } else if (path.equals("/receipts")) {
            body = receipts.list();
        } else {
            body = name + " " + requests.incrementAndGet() + "\n";
            if (path.startsWith("/slow/")) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(slowMillis(path)));
            }
        }
        if (path.startsWith(Receipts.PATH)) {
            receipts.note(path);
        }
        ail(path);
        boolean broken = trouble.filter(kind -> kind == Trouble.ERRORS).isPresent();
        String head =
                (broken ? "HTTP/1.1 500 Oh" : "HTTP/1.1 200 OK")
                        + "\r\nContent-Type: text/plain\r\nX-Server: "
                        + name
                        + "\r\nX-Path: "
                        + path
                        + (client.isEmpty() ? "" : "\r\nX-Forwarded-For: " + client)
                        + "\r\nX-Body-Bytes: "
                        + bodyBytes
                        + "\r\nContent-Length: "
                        + body.length()
                        + (keepAlive ? "" : "\r\nConnection: close")
                        + "\r\n\r\n";
        return (method.equals("HEAD") ? head : head + body).getBytes(StandardCharsets.US_ASCII);
    }

    /** As long as that is its trouble. */
    private void keepSilent() {
        while (trouble.filter(kind -> kind == Trouble.SILENT).isPresent()) {
            LockSupport.parkNanos(SILENCE_NANOS);
        }
    }

    private void ail(String path) {
        if (!path.equals("/receipts") && trouble.filter(kind -> kind == Trouble.SLOW).isPresent()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Fault.SLOW_MILLIS));
        }
    }

    private static long slowMillis(String path) {
        return Long.parseLong(path.substring("/slow/".length()).split("\\?", 2)[0]);
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
            if (octet != '\r') {
                line.append((char) octet);
            }
            if (line.length() > LINE_BYTES_MAX) {
                throw new IOException("line too long");
            }
        }
        return line.toString();
    }

    private static long skip(InputStream in, long length) throws IOException {
        in.skipNBytes(length);
        return length;
    }

    private static long skipChunks(InputStream in) throws IOException {
        long total = 0;
        for (long size = -1; size != 0; total += size) {
            size = Long.parseLong(readLine(in).split(";", 2)[0].strip(), 16);
            in.skipNBytes(size);
            if (size > 0) {
                readLine(in);
            }
        }
        while (!readLine(in).isEmpty()) {}
        return total;
    }
}
