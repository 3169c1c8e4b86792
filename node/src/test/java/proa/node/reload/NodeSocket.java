package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks a node on its own socket. */
final class NodeSocket {

    private static final int ANSWER_BYTES_MAX = 1 << 16;

    private NodeSocket() {}

    /** The answer, head and body. */
    static String ask(Path runDirectory, String path) throws IOException {
        return ask(runDirectory, "GET", path);
    }

    /** The same for what changes something. */
    static String post(Path runDirectory, String path) throws IOException {
        return ask(runDirectory, "POST", path);
    }

    private static String ask(Path runDirectory, String method, String path) throws IOException {
        UnixDomainSocketAddress address =
                UnixDomainSocketAddress.of(runDirectory.resolve("node.sock"));
        try (SocketChannel channel = SocketChannel.open(address)) {
            String request = method + " " + path + " HTTP/1.1\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
            while (channel.read(answer) >= 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        }
    }
}
