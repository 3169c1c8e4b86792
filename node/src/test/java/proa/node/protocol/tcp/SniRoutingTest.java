package proa.node.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.BackendConfig;
import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendConfig.Route;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.HashKey;
import proa.node.Await;
import proa.node.balance.Pools;
import proa.node.exchange.Traffic;
import proa.node.hello.Hellos;
import proa.node.listener.EventLoops;
import proa.node.listener.Listeners;
import proa.node.listener.Transport;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.Wire;
import proa.node.rules.FrontendTraffic;
import proa.node.rules.Surroundings;
import proa.node.tls.TestAuthority;
import proa.node.tls.TlsPath;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Connections routed by the name their clients ask for, without decrypting. */
class SniRoutingTest {

    /** Who does not dally has said its name by then on a busy machine, too. */
    private static final Duration PEEK = Duration.ofSeconds(5);

    @TempDir private Path folder;
    private TestAuthority authority;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void make() throws Exception {
        authority = new TestAuthority(folder);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.add(part);
        return part;
    }

    private static Pools pools(InetSocketAddress... servers) {
        List<BackendConfig> backends = new ArrayList<>();
        for (int at = 0; at < servers.length; at++) {
            BackendConfig one = TestConfigs.backend(List.of(servers[at]));
            backends.add(
                    new BackendConfig(
                            "b" + at,
                            one.balance(),
                            one.sticky(),
                            Optional.empty(),
                            one.servers(),
                            one.timeouts(),
                            0,
                            0));
        }
        return new Pools(
                backends,
                table -> {
                    throw new IllegalStateException(table);
                },
                System::nanoTime,
                1);
    }

    /** A route for each of the names, in front of servers with these addresses. */
    private InetSocketAddress passThrough(Transport transport, InetSocketAddress... servers)
            throws IOException {
        Pools pools = pools(servers);
        FrontendConfig plain =
                TestConfigs.frontend(
                        Mode.TCP,
                        new FrontendConfig.Timeouts(
                                PEEK,
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(60)),
                        FrontendConfig.Limits.DEFAULTS);
        FrontendConfig frontend =
                new FrontendConfig(
                        plain.name(),
                        plain.bind(),
                        Mode.TCP,
                        List.of(),
                        List.of(
                                new Route(new Condition.ServerName("shop.example"), "b0"),
                                new Route(new Condition.ServerName("*.api.example"), "b1"),
                                new Route(new Condition.Always(), "b2")),
                        List.of(),
                        Optional.empty(),
                        plain.timeouts(),
                        plain.limits());
        FrontendTraffic traffic =
                new FrontendTraffic(
                        frontend,
                        table -> {
                            throw new IllegalStateException(table);
                        },
                        backend -> pools.pool(backend)::destination,
                        new Surroundings(InstantSource.system(), _ -> 0));
        return open(transport, frontend, new TcpProtocol(frontend, () -> traffic));
    }

    private InetSocketAddress open(
            Transport transport, FrontendConfig frontend, TcpProtocol protocol) throws IOException {
        EventLoops loops = keep(EventLoops.start(transport, 1));
        Listeners listeners = keep(new Listeners(loops));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return listeners.open(frontend, any, protocol).address();
    }

    private TlsPath server(String name) throws Exception {
        ScriptedServer behind =
                keep(
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                                }));
        return keep(TlsPath.of(Mode.TCP, authority.tls(name), behind));
    }

    private String certificateFor(InetSocketAddress frontend, String asked) throws Exception {
        try (SSLSocket socket =
                (SSLSocket)
                        authority
                                .client()
                                .getSocketFactory()
                                .createSocket(frontend.getAddress(), frontend.getPort())) {
            socket.setSoTimeout(30_000);
            SSLParameters parameters = socket.getSSLParameters();
            if (!asked.isEmpty()) {
                parameters.setServerNames(List.of(new SNIHostName(asked)));
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            socket.getOutputStream().write(Wire.bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            assertThat(Wire.response(socket.getInputStream(), false).status()).isEqualTo(200);
            return ((java.security.cert.X509Certificate)
                            socket.getSession().getPeerCertificates()[0])
                    .getSubjectAlternativeNames()
                    .iterator()
                    .next()
                    .get(1)
                    .toString();
        }
    }

    @Test
    void theClientSeesTheCertificateOfTheServerThatItsNameLeadsTo() throws Exception {
        InetSocketAddress frontend =
                passThrough(
                        Transport.best(),
                        server("shop.example").address(),
                        server("*.api.example").address(),
                        server("rest.example").address());

        assertThat(certificateFor(frontend, "shop.example")).isEqualTo("shop.example");
        assertThat(certificateFor(frontend, "v1.api.example")).isEqualTo("*.api.example");
        assertThat(certificateFor(frontend, "a.v1.api.example")).isEqualTo("rest.example");
        assertThat(certificateFor(frontend, "other.example")).isEqualTo("rest.example");
        assertThat(certificateFor(frontend, "")).isEqualTo("rest.example");
    }

    @Test
    void everyByteReachesTheServerHoweverTheHelloIsCut() throws Exception {
        long seed = Long.getLong("proa.seed", 20261126L);
        Random random = new Random(seed);
        byte[] hello = Hellos.records(Hellos.message("shop.example"), 17);
        byte[] more = Wire.bytes("and what comes after it");
        int rounds = 30;
        CountDownLatch same = new CountDownLatch(rounds);
        ScriptedServer.Script compare =
                peer -> {
                    byte[] got = peer.in.readNBytes(hello.length + more.length);
                    if (Wire.latin(got).equals(Wire.latin(hello) + Wire.latin(more))) {
                        same.countDown();
                    }
                };
        ScriptedServer server = keep(new ScriptedServer(compare));
        InetSocketAddress frontend =
                passThrough(Transport.best(), server.address(), server.address(), server.address());
        for (int round = 0; round < rounds; round++) {
            try (Socket client = new Socket(frontend.getAddress(), frontend.getPort())) {
                client.setTcpNoDelay(true);
                int cut = random.nextInt(hello.length + 1);
                client.getOutputStream().write(hello, 0, cut);
                client.getOutputStream().flush();
                client.getOutputStream().write(hello, cut, hello.length - cut);
                client.getOutputStream().write(more);
                client.shutdownOutput();
                client.setSoTimeout(30_000);
                assertThat(client.getInputStream().read()).as("seed %d", seed).isEqualTo(-1);
            }
        }
        assertThat(same.await(30, TimeUnit.SECONDS)).as("seed %d", seed).isTrue();
    }

    @Test
    void theNameCanSayWhichServerItIs() throws Exception {
        List<InetSocketAddress> servers = new ArrayList<>();
        for (int at = 0; at < 4; at++) {
            servers.add(server("s" + at + ".example").address());
        }
        SpreadingConfig.Hash hash =
                new SpreadingConfig.Hash(
                        new HashKey.ServerName(), SpreadingConfig.Method.MAGLEV, Optional.empty());
        SpreadingConfig spreading =
                new SpreadingConfig(
                        Optional.of(hash), Optional.empty(), 1, SpreadingConfig.Limits.DEFAULTS);
        BackendConfig one = TestConfigs.backend(servers);
        BackendConfig hashed =
                new BackendConfig(
                                "b",
                                BackendConfig.Balance.HASH,
                                one.sticky(),
                                Optional.empty(),
                                one.servers(),
                                one.timeouts(),
                                0,
                                0)
                        .with(spreading);
        Pools pools = new Pools(List.of(hashed), _ -> null, System::nanoTime, 1);
        FrontendConfig frontend = TestConfigs.frontend(Mode.TCP);
        Traffic traffic = facts -> new Traffic.Decision.Forward(pools.pool("b").destination(facts));
        InetSocketAddress address =
                open(Transport.best(), frontend, new TcpProtocol(frontend, () -> traffic, true));
        Set<String> seen = new HashSet<>();
        for (int name = 0; name < 30; name++) {
            String first = certificateFor(address, name + ".example");
            assertThat(certificateFor(address, name + ".example")).isEqualTo(first);
            seen.add(first);
        }
        assertThat(seen).hasSize(4);
    }

    @Test
    void whatIsNotTlsOrTooSlowIsResetAndOthersAreServed() throws Exception {
        TlsPath shop = server("shop.example");
        InetSocketAddress frontend =
                passThrough(Transport.best(), shop.address(), shop.address(), shop.address());
        try (Socket clear = new Socket(frontend.getAddress(), frontend.getPort());
                Socket slow = new Socket(frontend.getAddress(), frontend.getPort())) {
            clear.setSoTimeout(30_000);
            slow.setSoTimeout(30_000);
            slow.getOutputStream().write(Hellos.hello("shop.example"), 0, 30);
            clear.getOutputStream().write(Wire.bytes("GET / HTTP/1.1\r\n\r\n"));
            assertThatThrownBy(() -> clear.getInputStream().read()).hasMessageContaining("reset");
            assertThat(certificateFor(frontend, "shop.example")).isEqualTo("shop.example");
            assertThatThrownBy(() -> slow.getInputStream().read()).hasMessageContaining("reset");
        }
        Await.until(
                "only one came through", () -> shop.traffic.servers.getFirst().begun.get() == 1);
    }
}
