package proa.node.cli;

import org.jspecify.annotations.Nullable;

import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the processes of this host over their Unix sockets. */
final class LocalSockets {

    /** A process that is stuck must not keep the operator waiting. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Some kilobytes for each of thousands of servers. */
    static final int ANSWER_BYTES_MAX = 32 << 20;

    private LocalSockets() {}

    /** What a process said. */
    sealed interface Answer {
        /** One JSON document. */
        record Document(String json) implements Answer {}

        /** Nothing, and why. */
        record Silent(String why) implements Answer {}
    }

    private interface Question {
        String ask(SocketChannel socket) throws IOException;
    }

    /** A {@link LinkMessage.StatusRequest} to vipd. */
    static Answer vipd(Path socket) {
        return ask(socket, PATIENCE, LocalSockets::linkStatus);
    }

    private static Answer ask(Path path, Duration patience, Question question) {
        if (!Files.exists(path)) {
            return new Answer.Silent("not running (no " + path + ")");
        }
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> complete(answer, question, socket));
            return new Answer.Document(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            return new Answer.Silent(
                    "no answer within " + patience.toSeconds() + " s: it is stuck");
        } catch (ExecutionException failed) {
            Throwable why = failed.getCause() == null ? failed : failed.getCause();
            return new Answer.Silent("no answer: " + why.getMessage());
        } catch (IOException refused) {
            return new Answer.Silent("not running (" + path + ": " + refused.getMessage() + ")");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Answer.Silent("interrupted");
        }
    }

    private static void complete(
            CompletableFuture<String> answer, Question question, SocketChannel socket) {
        try {
            answer.complete(question.ask(socket));
        } catch (IOException | IllegalArgumentException failure) {
            answer.completeExceptionally(failure);
        }
    }

    /**
     * One HTTP request on a socket of the node's.
     *
     * @param body empty: none
     * @param patience how long to wait for the answer
     * @return the answer with its head
     */
    static Answer http(Path socket, String method, String target, String body, Duration patience) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        String request =
                method
                        + " "
                        + target
                        + " HTTP/1.1\r\nHost: proa\r\nConnection: close\r\n"
                        + (length == 0 ? "" : "Content-Length: " + length + "\r\n")
                        + "\r\n"
                        + body;
        return ask(socket, patience, to -> whole(to, request.getBytes(StandardCharsets.UTF_8)));
    }

    private static String whole(SocketChannel socket, byte[] request) throws IOException {
        write(socket, request);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer some = ByteBuffer.allocate(16 << 10);
        while (socket.read(some.clear()) >= 0) {
            all.write(some.array(), 0, some.position());
            if (all.size() > ANSWER_BYTES_MAX) {
                throw new IOException("it is longer than " + (ANSWER_BYTES_MAX >> 20) + " MiB");
            }
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static String linkStatus(SocketChannel socket) throws IOException {
        write(socket, LinkCodec.encode(new LinkMessage.StatusRequest()));
        LinkCodec codec = new LinkCodec();
        ByteBuffer some = ByteBuffer.allocate(16 << 10);
        while (socket.read(some.clear()) >= 0) {
            codec.feed(some.flip());
            for (@Nullable LinkMessage message = codec.next();
                    message != null;
                    message = codec.next()) {
                if (message instanceof LinkMessage.Status(String json)) {
                    return json;
                }
            }
        }
        throw new IOException("closed without a word");
    }

    private static void write(SocketChannel socket, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            socket.write(buffer);
        }
    }
}
