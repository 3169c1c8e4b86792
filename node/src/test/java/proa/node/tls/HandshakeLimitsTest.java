package proa.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.FrontendConfig.Mode;
import proa.config.FrontendTls;
import proa.node.Await;
import proa.node.hello.Hellos;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;
import proa.node.tls.TlsCounters.End;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import javax.net.ssl.SSLSocket;

/** Clients that never come to an end of their handshake. */
class HandshakeLimitsTest {

    /** Who does not dally is done by then on a busy machine, too. */
    private static final Duration SHORTLY = Duration.ofSeconds(5);

    @TempDir private Path folder;
    private TestAuthority authority;

    @BeforeEach
    void make() throws Exception {
        authority = new TestAuthority(folder);
    }

    private FrontendTls limited(Duration timeout, int openMax) throws Exception {
        FrontendTls tls = authority.tls("shop.example");
        return new FrontendTls(
                tls.certificates(),
                tls.minVersion(),
                tls.ciphers(),
                tls.alpn(),
                tls.clients(),
                tls.tickets(),
                new FrontendTls.Handshakes(timeout, openMax));
    }

    private void isServed(TlsPath path) throws Exception {
        try (SSLSocket client = path.connect(authority.client(), "shop.example")) {
            client.getOutputStream().write(Wire.bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            assertThat(Wire.response(client.getInputStream(), false).status()).isEqualTo(200);
        }
    }

    private static Socket connect(TlsPath path) throws IOException {
        Socket socket = new Socket(path.address().getAddress(), path.address().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static boolean ended(Socket client) throws IOException {
        try {
            client.getInputStream().readAllBytes(); // an alert, perhaps
            return true;
        } catch (java.net.SocketTimeoutException late) {
            throw late;
        } catch (IOException _) {
            return true;
        }
    }

    @Test
    void slowHandshakesEndInTheirTimeAndOthersAreServed() throws Exception {
        byte[] hello = Hellos.hello("shop.example");
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, limited(SHORTLY, 1_000), server);
                Socket silent = connect(path);
                Socket slow = connect(path);
                Socket whole = connect(path)) {
            slow.getOutputStream().write(hello, 0, 20);
            whole.getOutputStream().write(realHello());
            isServed(path);
            assertThat(ended(silent)).isTrue();
            assertThat(ended(slow)).isTrue();
            assertThat(ended(whole)).isTrue();
            Await.until("counted", () -> path.security.ended(End.LATE) == 3);
            isServed(path);
        }
    }

    /** One that is answered, and then waited for in vain. */
    private static byte[] realHello() throws Exception {
        javax.net.ssl.SSLEngine engine =
                javax.net.ssl.SSLContext.getDefault().createSSLEngine("shop.example", 443);
        engine.setUseClientMode(true);
        java.nio.ByteBuffer out = java.nio.ByteBuffer.allocate(1 << 16);
        engine.wrap(java.nio.ByteBuffer.allocate(0), out);
        return java.util.Arrays.copyOf(out.array(), out.position());
    }

    @Test
    void aCrowdOfUnfinishedHandshakesDoesNotKeepOthersOut() throws Exception {
        List<Socket> crowd = new ArrayList<>();
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, limited(Duration.ofMinutes(5), 10), server)) {
            for (int client = 0; client < 40; client++) {
                crowd.add(connect(path));
            }
            isServed(path);
            Await.until("the oldest are gone", () -> path.security.ended(End.CROWDED_OUT) >= 30);
            assertThat(path.listener.connections()).isLessThanOrEqualTo(11);
        } finally {
            for (Socket each : crowd) {
                each.close();
            }
        }
    }

    @Test
    void garbageIsClosedAndOthersAreServed() throws Exception {
        long seed = Long.getLong("proa.seed", 20261126L);
        Random random = new Random(seed);
        byte[] good = realHello();
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, limited(SHORTLY, 1_000), server)) {
            for (int round = 0; round < 200; round++) {
                byte[] bytes = good.clone();
                int from = random.nextInt(bytes.length);
                for (int at = from; at < bytes.length; at += 1 + random.nextInt(40)) {
                    bytes[at] = (byte) random.nextInt(256);
                }
                try (Socket client = connect(path)) {
                    client.getOutputStream().write(bytes);
                    if (round % 20 == 0) {
                        isServed(path);
                    }
                } catch (IOException _) {
                    // It was closed while we wrote.
                }
            }
            isServed(path);
            Await.until("seed " + seed + ": nothing stays", () -> path.listener.connections() == 0);
            assertThat(server.closed).hasValueLessThanOrEqualTo(server.connections.get());
        }
    }
}
