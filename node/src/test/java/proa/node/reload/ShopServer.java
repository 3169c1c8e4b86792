package proa.node.reload;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A server that answers its name to everything but {@code /health}; {@code /slow} when told. */
final class ShopServer implements AutoCloseable {

    private final String name;
    private final HttpServer server;
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger checks = new AtomicInteger();
    final CountDownLatch slowMayAnswer = new CountDownLatch(1);
    volatile String lastCookie = "";
    volatile boolean healthy = true;
    volatile Duration healthTakes = Duration.ZERO;

    ShopServer(String name, int port) throws IOException {
        this.name = name;
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/health", this::health);
        server.createContext("/slow", this::slow);
        server.createContext("/", this::named);
        server.start();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    /** Gone, with every connection. */
    @Override
    public void close() {
        server.stop(0);
    }

    private void health(HttpExchange exchange) throws IOException {
        checks.incrementAndGet();
        LockSupport.parkNanos(healthTakes.toNanos());
        answer(exchange, healthy ? 200 : 503, "ok");
    }

    private void named(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        lastCookie = String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"));
        answer(exchange, 200, name);
    }

    private void slow(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try {
            slowMayAnswer.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        answer(exchange, 200, name);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
