package proa.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

class AdminServerTest {
    @TempDir private Path directory;
    private Path socket;
    private AdminServer server;
    private volatile List<String> lacking = List.of();
    private volatile boolean live = true;

    @BeforeEach
    void open() throws IOException {
        socket = directory.resolve("node.sock");
        Files.writeString(socket, "left by a process that was killed");
        server = AdminServer.open(socket, new Fixed());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void showsTheStatus() throws IOException {
        String answer = ask("GET /status HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Content-Type: application/json\r\n", "Content-Length: 15\r\n")
                .endsWith("\r\n\r\n{\"node\":\"lb1\"}\n");
    }

    @Test
    void isReadyOnlyWhenNothingIsLacking() throws IOException {
        assertThat(ask("GET /ready HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n");
        lacking = List.of("warming up");
        assertThat(ask("GET /ready HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .contains("\"lacking\":[\"warming up\"]", "\"ready\":false");
    }

    @Test
    void isLiveWhileItsLoopsTurn() throws IOException {
        assertThat(ask("GET /live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n");
        live = false;
        assertThat(ask("GET /live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void refusesWhatItDoesNotKnow() throws IOException {
        assertThat(ask("GET /secret HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404 Not Found\r\n");
        assertThat(ask("POST /ready HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405 ");
        assertThat(ask("hello\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void isForItsUserOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
    }

    private String ask(String request) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
            ByteBuffer answer = ByteBuffer.allocate(4096);
            while (client.read(answer) >= 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        }
    }

    private final class Fixed implements Inspection {
        @Override
        public Map<String, Object> status() {
            return Map.of("node", "lb1");
        }

        @Override
        public List<String> lacking() {
            return lacking;
        }

        @Override
        public boolean live() {
            return live;
        }
    }
}
