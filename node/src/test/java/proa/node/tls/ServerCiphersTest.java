package proa.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.BackendTls;
import proa.config.BackendTls.Verify;
import proa.config.FrontendConfig.Mode;
import proa.config.TlsCipher;
import proa.config.TlsVersion;
import proa.node.protocol.DataPath;
import proa.node.protocol.TestConfigs;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Servers choose among the suites of TLS 1.2 that are configured, in traffic and checks. */
class ServerCiphersTest {

    private static final List<TlsCipher> LESS_USUAL =
            List.of(TlsCipher.ECDHE_ECDSA_AES128_CBC, TlsCipher.ECDHE_RSA_AES128_CBC);

    @TempDir private Path folder;
    private TestAuthority authority;

    @BeforeEach
    void make() throws Exception {
        authority = new TestAuthority(folder);
    }

    private static BackendTls tls(List<TlsCipher> ciphers) {
        return new BackendTls(
                Verify.NONE,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                TlsVersion.TLS_1_2,
                ciphers);
    }

    private SSLServerSocket server() throws Exception {
        SSLServerSocket server =
                (SSLServerSocket)
                        authority
                                .client("shop.example")
                                .getServerSocketFactory()
                                .createServerSocket(0, 8, InetAddress.getLoopbackAddress());
        server.setEnabledProtocols(new String[] {"TLSv1.2"});
        server.setSoTimeout(60_000);
        return server;
    }

    /** What the next client and the server agree on. */
    private static CompletableFuture<String> suite(SSLServerSocket server) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (SSLSocket accepted = (SSLSocket) server.accept()) {
                        accepted.setSoTimeout(60_000);
                        accepted.startHandshake();
                        return accepted.getSession().getCipherSuite();
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
    }

    private String ofTraffic(BackendTls tls) throws Exception {
        try (SSLServerSocket server = server();
                DataPath path =
                        DataPath.of(
                                TestConfigs.frontend(Mode.TCP),
                                TestConfigs.backend(
                                        List.of(
                                                (InetSocketAddress)
                                                        server.getLocalSocketAddress())))) {
            ServerSecurity security = ServerSecurity.open("test", tls, path.loops::afterTurn);
            path.traffic.servers.forEach(each -> each.security = security);
            CompletableFuture<String> agreed = suite(server);
            try (DataPath.Client client = path.client()) {
                client.send("x");
                return agreed.get();
            } finally {
                security.release();
            }
        }
    }

    private String ofChecks(BackendTls tls) throws Exception {
        ServerSecurity security = ServerSecurity.open("test", tls, Runnable::run);
        try (SSLServerSocket server = server()) {
            InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
            CompletableFuture<String> agreed = suite(server);
            try (Socket _ =
                    security.secure(
                            new Socket(address.getAddress(), address.getPort()),
                            address,
                            List.of())) {
                return agreed.get();
            }
        } finally {
            security.release();
        }
    }

    @Test
    void trafficOffersThem() throws Exception {
        assertThat(ofTraffic(tls(List.of()))).contains("_GCM_");
        assertThat(ofTraffic(tls(LESS_USUAL))).endsWith("_WITH_AES_128_CBC_SHA");
    }

    @Test
    void checksOfferThem() throws Exception {
        assertThat(ofChecks(tls(List.of()))).contains("_GCM_");
        assertThat(ofChecks(tls(LESS_USUAL))).endsWith("_WITH_AES_128_CBC_SHA");
    }
}
