package proa.node.reload;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that never pause: kept-alive HTTP, HTTP that sticks to its server by a cookie, and one
 * long TCP connection each. Whatever they do not get is a failure.
 */
final class SteadyClients implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 60_000;

    /** A connection that was idle for longer may have been closed meanwhile, by right. */
    private static final long IDLE_NANOS = 500_000_000;

    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger echoes = new AtomicInteger();
    final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    /** Clients of an HTTP frontend whose sticky ones send back the cookie they got. */
    void http(int port, int count, boolean sticky) {
        for (int number = 0; number < count; number++) {
            run(() -> ask(port, sticky));
        }
    }

    void echo(int port, int count) {
        for (int number = 0; number < count; number++) {
            run(() -> echo(port));
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private void run(Work work) {
        threads.add(
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    try {
                                        work.run();
                                    } catch (IOException | RuntimeException e) {
                                        failures.add(e.toString());
                                    }
                                }));
    }

    private void ask(int port, boolean sticky) throws IOException {
        String cookie = "";
        String server = "";
        Connection connection = new Connection(port);
        while (!stopped.get()) {
            Answer answer;
            try {
                answer = connection.get(cookie);
            } catch (IOException e) {
                if (connection.mayHaveBeenIdle()) {
                    connection = new Connection(port);
                    continue;
                }
                throw e;
            }
            requests.incrementAndGet();
            if (answer.status != 200) {
                failures.add("status " + answer.status);
            }
            if (sticky && !server.isEmpty() && !answer.body.equals(server)) {
                failures.add("moved from " + server + " to " + answer.body);
            }
            if (sticky && answer.cookie != null) {
                cookie = answer.cookie;
                server = answer.body;
            }
            if (answer.closes) {
                connection.close();
                connection = new Connection(port);
            }
        }
        connection.close();
    }

    private void echo(int port) throws IOException {
        try (Socket socket = connect(port)) {
            InputStream in = socket.getInputStream();
            byte[] message = "a few bytes to and fro".getBytes(StandardCharsets.US_ASCII);
            while (!stopped.get()) {
                socket.getOutputStream().write(message);
                if (in.readNBytes(message.length).length < message.length) {
                    throw new EOFException("a TCP connection ended");
                }
                echoes.incrementAndGet();
            }
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    /** Ends them in the middle of nothing. */
    void stop() throws InterruptedException {
        stopped.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Override
    public void close() {
        stopped.set(true);
    }

    private record Answer(int status, boolean closes, @Nullable String cookie, String body) {}

    private static final class Connection {
        private final Socket socket;
        private final InputStream in;
        private long lastNanos = System.nanoTime();
        private boolean used;

        Connection(int port) throws IOException {
            socket = connect(port);
            in = new BufferedInputStream(socket.getInputStream());
        }

        boolean mayHaveBeenIdle() {
            return used && System.nanoTime() - lastNanos > IDLE_NANOS;
        }

        Answer get(String cookie) throws IOException {
            String request =
                    "GET / HTTP/1.1\r\nHost: shop.example\r\n"
                            + (cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n")
                            + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            int status = Integer.parseInt(line().split(" ")[1]);
            boolean closes = false;
            String set = null;
            int length = 0;
            for (String line = line(); !line.isEmpty(); line = line()) {
                String[] field = line.split(": ", 2);
                switch (field[0].toLowerCase(Locale.ROOT)) {
                    case "connection" -> closes = field[1].equals("close");
                    case "set-cookie" -> set = field[1].split(";", 2)[0];
                    case "content-length" -> length = Integer.parseInt(field[1]);
                    default -> {}
                }
            }
            String body = new String(in.readNBytes(length), StandardCharsets.US_ASCII);
            used = true;
            lastNanos = System.nanoTime();
            return new Answer(status, closes, set, body);
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException("the connection ended after \"" + line + "\"");
                }
                line.append((char) next);
            }
            return line.toString().strip();
        }

        void close() throws IOException {
            socket.close();
        }
    }
}
