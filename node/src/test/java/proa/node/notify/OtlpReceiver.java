package proa.node.notify;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** A collector: keeps what it was sent, and can refuse it or hang. */
public final class OtlpReceiver implements AutoCloseable {

    /** What it was sent, unpacked by the classes of OTLP. */
    public final List<ExportMetricsServiceRequest> messages = new CopyOnWriteArrayList<>();

    /** {@code Content-Type} and {@code Authorization} of each, and {@code api-key}. */
    public final List<String> fields = new CopyOnWriteArrayList<>();

    private final HttpServer server;
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile int status = 200;
    private volatile boolean hanging;

    public OtlpReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/metrics", this::take);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    /** Where it is. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/metrics";
    }

    /** What it answers from now on. */
    public void answers(int with) {
        status = with;
        hanging = false;
    }

    /** It answers nothing any more. */
    public void hangs() {
        hanging = true;
    }

    private void take(HttpExchange exchange) throws IOException {
        if (hanging) {
            try {
                end.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        // To the last octet: a connection with a rest unread is closed, maybe under the next
        // request.
        byte[] packed = exchange.getRequestBody().readAllBytes();
        try (exchange;
                GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            ExportMetricsServiceRequest message = ExportMetricsServiceRequest.parseFrom(in);
            fields.add(
                    String.join(
                            " ",
                            exchange.getRequestHeaders().getFirst("Content-Type"),
                            exchange.getRequestHeaders().getFirst("Authorization"),
                            exchange.getRequestHeaders().getFirst("api-key")));
            messages.add(message);
            Answers.answer(exchange, status);
        }
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
    }
}
