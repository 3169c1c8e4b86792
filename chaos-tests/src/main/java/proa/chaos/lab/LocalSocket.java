package proa.chaos.lab;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Asks a process of a balancer through its socket. Blocks; safe from any thread. */
final class LocalSocket {

    /** More than an answer takes; a process that hangs takes the question and never answers. */
    private static final Duration SOON = Duration.ofSeconds(5);

    /** What changes something waits for others. */
    private static final Duration LATER = Duration.ofMinutes(1);

    private LocalSocket() {}

    /** What to do with a connection. */
    @FunctionalInterface
    interface Dialogue<T> {
        @Nullable T with(SocketChannel channel) throws IOException;
    }

    /** What the node answers as HTTP, all of it; empty without an answer. */
    static String http(Path runDirectory, String method, String path) {
        String request =
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\nHost: node\r\n"
                        + (method.equals("POST") ? "Content-Length: 0\r\n" : "")
                        + "Connection: close\r\n\r\n";
        return ask(
                        runDirectory.resolve("node.sock"),
                        method.equals("POST") ? LATER : SOON,
                        channel -> {
                            channel.write(
                                    ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
                            return new String(
                                    Channels.newInputStream(channel).readAllBytes(),
                                    StandardCharsets.UTF_8);
                        })
                .orElse("");
    }

    /**
     * What comes of a dialogue; empty when there is no connection, or it ends or lasts too long.
     */
    static <T> Optional<T> ask(Path socket, Dialogue<T> dialogue) {
        return ask(socket, SOON, dialogue);
    }

    private static <T> Optional<T> ask(Path socket, Duration patience, Dialogue<T> dialogue) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            Thread watch = Thread.ofVirtual().start(() -> closeLater(channel, patience));
            try {
                return Optional.ofNullable(dialogue.with(channel));
            } finally {
                watch.interrupt();
            }
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static void closeLater(SocketChannel channel, Duration patience) {
        try {
            Thread.sleep(patience);
            channel.close();
        } catch (InterruptedException _) {
            // The dialogue is over.
        } catch (IOException _) {
            // It is gone either way.
        }
    }
}
