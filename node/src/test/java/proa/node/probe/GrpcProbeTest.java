package proa.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.BackendTls;
import proa.config.BackendTls.Verify;
import proa.config.FrontendConfig.Mode;
import proa.config.TlsVersion;
import proa.node.grpc.GrpcServer;
import proa.node.health.CheckMachine.Event;
import proa.node.protocol.ScriptedServer;
import proa.node.tls.ServerSecurity;
import proa.node.tls.TestAuthority;
import proa.node.tls.TlsPath;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The health service of gRPC, asked of grpc-java's server and of servers that are none. */
class GrpcProbeTest {

    @TempDir private Path folder;

    private static Event probe(String service, InetSocketAddress server) {
        return probe(service, server, null);
    }

    private static Event probe(
            String service, InetSocketAddress server, @Nullable ServerSecurity security) {
        Duration timeout = Duration.ofSeconds(20);
        Check check = new Check(new Probe.Grpc(service), timeout, timeout, 3, 2);
        return new Prober(server, check, ProxyProtocol.OFF, security).probe().event();
    }

    @Test
    void onlyAServiceThatIsServingPasses() throws Exception {
        try (GrpcServer server = new GrpcServer(true)) {
            assertThat(probe("", server.address())).isInstanceOf(Event.Passed.class);
            assertThat(probe("well", server.address())).isInstanceOf(Event.Passed.class);
            assertThat(probe("ill", server.address()))
                    .isEqualTo(new Event.Failed("the service is NOT_SERVING"));
            assertThat(probe("nobody", server.address()))
                    .isEqualTo(new Event.Failed("grpc-status 5 (NOT_FOUND): unknown service"));
        }
    }

    @Test
    void aServerWithoutTheServiceFailsWithItsReason() throws Exception {
        try (GrpcServer server = new GrpcServer(false)) {
            assertThat(probe("", server.address()))
                    .isInstanceOfSatisfying(
                            Event.Failed.class,
                            failed ->
                                    assertThat(failed.why())
                                            .startsWith("grpc-status 12 (UNIMPLEMENTED): "));
        }
    }

    @Test
    void aServerThatSpeaksSomethingElseFails() throws Exception {
        try (ScriptedServer http =
                        new ScriptedServer(peer -> peer.send("HTTP/1.1 400 Bad Request\r\n\r\n"));
                ScriptedServer silent = new ScriptedServer(peer -> peer.socket.shutdownOutput())) {
            assertThat(probe("", http.address()))
                    .isEqualTo(new Event.Failed("the answer is not HTTP/2"));
            assertThat(probe("", silent.address()))
                    .isEqualTo(new Event.Failed("closed without an answer"));
        }
    }

    /** By ALPN (RFC 9113 §3.2), of a server who is who it should be. */
    @Test
    void aServerInTlsIsAskedOnceItsCertificateIsTheRightOne() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        ServerCredentials credentials = credentials(authority.bundle("shop.pem", "shop.example"));
        ServerSecurity right = security(authority, "shop.example");
        ServerSecurity wrong = security(authority, "other.example");
        try (GrpcServer server = new GrpcServer(true, credentials);
                ScriptedServer http = ScriptedServer.echo();
                TlsPath old = TlsPath.of(Mode.HTTP, authority.tls("shop.example"), http)) {
            assertThat(probe("well", server.address(), right)).isInstanceOf(Event.Passed.class);
            assertThat(probe("ill", server.address(), right))
                    .isEqualTo(new Event.Failed("the service is NOT_SERVING"));
            assertThat(probe("", server.address(), wrong).toString())
                    .contains("TLS: ", "other.example");
            assertThat(probe("", server.address(), null)).isInstanceOf(Event.Failed.class);
            assertThat(probe("", old.address(), right))
                    .as("a server that speaks HTTP/1.1 alone")
                    .isInstanceOf(Event.Failed.class);
        } finally {
            right.release();
            wrong.release();
        }
    }

    /** Of a file with a certificate and its key behind it. */
    private static ServerCredentials credentials(Path bundle) throws IOException {
        String pem = Files.readString(bundle);
        int key = pem.indexOf("-----BEGIN PRIVATE KEY");
        return TlsServerCredentials.create(
                new ByteArrayInputStream(pem.substring(0, key).getBytes(StandardCharsets.US_ASCII)),
                new ByteArrayInputStream(pem.substring(key).getBytes(StandardCharsets.US_ASCII)));
    }

    private static ServerSecurity security(TestAuthority authority, String name) throws Exception {
        BackendTls tls =
                new BackendTls(
                        Verify.NAME,
                        List.of(authority.file),
                        Optional.of(name),
                        Optional.empty(),
                        TlsVersion.TLS_1_2);
        return ServerSecurity.open("test", tls, Runnable::run);
    }
}
