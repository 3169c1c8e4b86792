package proa.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.BackendTls;
import proa.config.BackendTls.Verify;
import proa.config.FrontendConfig.Mode;
import proa.config.TlsVersion;
import proa.node.health.CheckMachine.Event;
import proa.node.protocol.ScriptedServer;
import proa.node.tls.ServerSecurity;
import proa.node.tls.TestAuthority;
import proa.node.tls.TlsPath;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Probes of servers with TLS. */
class TlsProbeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Probe HTTP = new Probe.Http("GET", "/health", Optional.empty(), 200);

    private static final int TRICKLE_MAX = 100;

    @TempDir private Path folder;

    private static Event probe(Probe probe, InetSocketAddress server, ServerSecurity security) {
        Check check = new Check(probe, PATIENCE, PATIENCE, 3, 2);
        return new Prober(server, check, ProxyProtocol.OFF, security).probe().event();
    }

    @Test
    void aServerIsUpWhenItsCertificateIsTheRightOne() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath secured = TlsPath.of(Mode.HTTP, authority.tls("shop.example"), server)) {
            ServerSecurity right = security(authority, "shop.example");
            ServerSecurity wrong = security(authority, "other.example");
            for (Probe probe : List.of(HTTP, new Probe.Tcp())) {
                assertThat(probe(probe, secured.address(), right)).isInstanceOf(Event.Passed.class);
                assertThat(probe(probe, secured.address(), wrong).toString())
                        .contains("TLS: ", "other.example");
            }
            right.release();
            wrong.release();
        }
    }

    /** Each of its bytes comes in time, and the last one never. */
    @Test
    void aHandshakeThatGoesOnForeverFailsInTime() throws Exception {
        ServerSecurity security = security(new TestAuthority(folder), "shop.example");
        AtomicInteger bytes = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread trickle = Thread.ofVirtual().start(() -> trickle(server, bytes));
            Check check = new Check(new Probe.Tcp(), PATIENCE, Duration.ofMillis(500), 3, 2);
            Prober prober =
                    new Prober(
                            (InetSocketAddress) server.getLocalSocketAddress(),
                            check,
                            ProxyProtocol.OFF,
                            security);
            assertThat(prober.probe().event()).isInstanceOf(Event.Failed.class);
            trickle.join();
            assertThat(bytes.get()).as("bytes until it was given up").isLessThan(TRICKLE_MAX);
        }
        security.release();
    }

    /** A long record, a byte at a time. */
    private static void trickle(ServerSocket server, AtomicInteger bytes) {
        try (Socket client = server.accept()) {
            client.setSoTimeout(50);
            client.getOutputStream().write(new byte[] {22, 3, 3, 0x40, 0});
            while (bytes.get() < TRICKLE_MAX && !ended(client)) {
                client.getOutputStream().write(2);
                bytes.incrementAndGet();
            }
        } catch (IOException _) {
            // given up
        }
    }

    private static boolean ended(Socket client) throws IOException {
        try {
            int got = 0;
            while (got >= 0) {
                got = client.getInputStream().read();
            }
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    @Test
    void aPortOfItsOwnIsInClearUnlessItIsSaidToBeInTls() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath secured = TlsPath.of(Mode.HTTP, authority.tls("shop.example"), server)) {
            ServerSecurity right = security(authority, "shop.example");
            int tlsPort = secured.address().getPort();
            int clearPort = server.address().getPort();
            assertThat(probe(tlsPort, Optional.of(true), right)).isInstanceOf(Event.Passed.class);
            assertThat(probe(tlsPort, Optional.empty(), right)).isInstanceOf(Event.Failed.class);
            assertThat(probe(clearPort, Optional.empty(), right)).isInstanceOf(Event.Passed.class);
            right.release();
        }
    }

    private static Event probe(int port, Optional<Boolean> tls, ServerSecurity security) {
        Check check =
                new Check(
                        HTTP,
                        Optional.of(port),
                        PATIENCE,
                        Optional.empty(),
                        0,
                        PATIENCE,
                        PATIENCE,
                        3,
                        2,
                        tls);
        InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new Prober(elsewhere, check, ProxyProtocol.OFF, security).probe().event();
    }

    @Test
    void opensslAsAServerIsProbed() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        authority.bundle("own.pem", "shop.example");
        Process openssl =
                new ProcessBuilder(
                                "openssl",
                                "s_server",
                                "-accept",
                                "127.0.0.1:0",
                                "-www",
                                "-cert",
                                "own.pem")
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader said = openssl.inputReader(StandardCharsets.ISO_8859_1)) {
            InetSocketAddress server = accepting(said);
            ServerSecurity right = security(authority, "shop.example");
            ServerSecurity wrong = security(authority, "other.example");
            Probe page = new Probe.Http("GET", "/", Optional.empty(), 200);
            for (Probe probe : List.of(page, new Probe.Tcp())) {
                assertThat(probe(probe, server, right)).isInstanceOf(Event.Passed.class);
                assertThat(probe(probe, server, wrong)).isInstanceOf(Event.Failed.class);
            }
            right.release();
            wrong.release();
        } finally {
            openssl.destroyForcibly().waitFor();
        }
    }

    /** It says where: {@code ACCEPT 127.0.0.1:35000}. */
    private static InetSocketAddress accepting(BufferedReader said) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("ACCEPT ") && line.contains(":")) {
                int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip());
                return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            }
        }
        throw new AssertionError("openssl did not start");
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
