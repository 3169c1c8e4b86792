package proa.node.notify;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import proa.config.OtlpConfig;
import proa.node.Await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A collector that works, refuses, hangs and works again. */
class CollectorTest {

    private static final Duration EVERY = Duration.ofMillis(20);

    /** Of one that answers: being late is another failure, and said, too. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;
    private final Logger logger = (Logger) LoggerFactory.getLogger(Collector.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final AtomicInteger made = new AtomicInteger();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void deaf() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private byte[] message() {
        made.incrementAndGet();
        return ExportMetricsServiceRequest.getDefaultInstance().toByteArray();
    }

    private OtlpConfig config(String url, Optional<Path> token, Optional<String> field) {
        return new OtlpConfig(url, EVERY, PATIENCE, token, field);
    }

    private Stream<String> warnings() {
        return lines.list.stream()
                .filter(line -> line.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage);
    }

    @Test
    void failuresAreSaidOnceAndQueueNothing() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver();
                Collector collector =
                        Collector.start(
                                config(receiver.url(), Optional.empty(), Optional.empty()),
                                this::message)) {
            Await.until("sent", () -> collector.sent() >= 2);
            receiver.answers(503);
            Await.until("refused", () -> collector.failed() >= 3);
            assertThat(warnings())
                    .containsExactly(
                            "the collector of metrics gets none: the web server answered 503; tried"
                                    + " again every 0 s, and said once");
            receiver.answers(200);
            long before = collector.sent();
            Await.until("sent again", () -> collector.sent() >= before + 2);
            assertThat(lines.list.getLast().getFormattedMessage())
                    .isEqualTo("the collector of metrics gets them again");
            assertThat(warnings()).hasSize(1);
            isMadeWhenItIsSent(collector);
        }
    }

    private void isMadeWhenItIsSent(Collector collector) {
        assertThat((long) made.get())
                .as("one at a time, made when it is sent")
                .isLessThanOrEqualTo(collector.sent() + collector.failed() + 1);
    }

    @Test
    void oneThatHangsIsGivenUpInTimeAndSaidOnce() throws Exception {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            receiver.hangs();
            OtlpConfig brief =
                    new OtlpConfig(
                            receiver.url(),
                            EVERY,
                            Duration.ofMillis(200),
                            Optional.empty(),
                            Optional.empty());
            try (Collector collector = Collector.start(brief, this::message)) {
                Await.until("given up", () -> collector.failed() >= 2);
                assertThat(warnings()).hasSize(1);
                isMadeWhenItIsSent(collector);
            }
        }
    }

    @Test
    void theTokenGoesAlongAndNeitherItNorTheUrlIsWrittenDown() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "sesame\n");
        try (OtlpReceiver receiver = new OtlpReceiver();
                Collector bearer =
                        Collector.start(
                                config(receiver.url(), Optional.of(token), Optional.empty()),
                                this::message)) {
            Await.until("sent", () -> bearer.sent() > 0);
            assertThat(receiver.fields).startsWith("application/x-protobuf Bearer sesame null");
            receiver.fields.clear();
            try (Collector key =
                    Collector.start(
                            config(receiver.url(), Optional.of(token), Optional.of("api-key")),
                            this::message)) {
                Await.until("sent", () -> key.sent() > 0);
                assertThat(receiver.fields).contains("application/x-protobuf null sesame");
            }
            Files.delete(token);
            Await.until("no token", () -> bearer.failed() > 0);
            assertThat(warnings())
                    .containsExactly(
                            "the collector of metrics gets none: the token cannot be read:"
                                    + " NoSuchFileException; tried again every 0 s, and said once");
            assertThat(lines.list.toString()).doesNotContain("sesame", "v1/metrics");
        }
    }
}
