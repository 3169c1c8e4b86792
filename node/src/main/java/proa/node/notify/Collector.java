package proa.node.notify;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.OtlpConfig;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/**
 * Sends what was measured to a collector, again and again, on a thread of its own. Nothing waits in
 * a queue: what fails is forgotten, and the next one has the sums. The begin of a failure is one
 * warning, its end one line; nothing is said between.
 */
public final class Collector implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

    private final OtlpConfig config;
    private final Supplier<byte[]> message;
    private final Thread thread;
    private boolean failing; // of the thread
    private volatile boolean closed;
    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();

    private Collector(OtlpConfig config, Supplier<byte[]> message) {
        this.config = config;
        this.message = message;
        thread = Thread.ofVirtual().name("otlp").unstarted(this::run);
    }

    /**
     * Begins, at once.
     *
     * @param message makes what is sent, in protobuf; called by the collector's thread
     */
    public static Collector start(OtlpConfig config, Supplier<byte[]> message) {
        Collector collector = new Collector(config, message);
        collector.thread.start();
        return collector;
    }

    /** How often it was sent. */
    public long sent() {
        return sent.sum();
    }

    /** How often that did not work. */
    public long failed() {
        return failed.sum();
    }

    private void run() {
        try {
            while (true) {
                String mistake = send();
                if (closed) {
                    return; // what was under way was cut off, which is nobody's fault
                }
                tell(mistake);
                Thread.sleep(config.every());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the end
        }
    }

    private String send() throws InterruptedException {
        try {
            return Post.send(config.url(), fields(), packed(message.get()), config.timeout());
        } catch (IOException e) {
            return "the token cannot be read: " + e.getClass().getSimpleName();
        } catch (RuntimeException e) {
            LOG.debug("metrics for the collector", e);
            return "the metrics could not be put together: " + e.getClass().getSimpleName();
        }
    }

    private Map<String, String> fields() throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Content-Type", "application/x-protobuf");
        fields.put("Content-Encoding", "gzip");
        if (config.token().isPresent()) {
            String token = Post.token(config.token().get());
            config.field()
                    .ifPresentOrElse(
                            field -> fields.put(field, token),
                            () -> fields.put("Authorization", "Bearer " + token));
        }
        return fields;
    }

    private static byte[] packed(byte[] body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream packing = new GZIPOutputStream(out)) {
            packing.write(body);
        }
        return out.toByteArray();
    }

    /** Who sees that it is counted sees what was said of it. */
    private void tell(String mistake) {
        if (mistake.isEmpty()) {
            if (failing) {
                LOG.info("the collector of metrics gets them again");
            }
            sent.increment();
        } else {
            if (!failing) {
                LOG.warn(
                        "the collector of metrics gets none: {}; tried again every {} s, and said"
                                + " once",
                        mistake,
                        config.every().toSeconds());
            }
            failed.increment();
        }
        failing = !mistake.isEmpty();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
