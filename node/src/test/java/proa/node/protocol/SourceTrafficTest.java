package proa.node.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.BackendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.HttpOptions.Version;
import proa.config.Sources;
import proa.node.balance.PooledServer;
import proa.node.balance.Pools;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Servers see the addresses that connections to them are to come from. */
class SourceTrafficTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private static Sources sources(String... addresses) {
        return new Sources(Stream.of(addresses).map(InetAddress::ofLiteral).toList());
    }

    private String seen() throws InterruptedException {
        return String.valueOf(seen.poll(30, TimeUnit.SECONDS));
    }

    /** Answers one request on each connection, so that each has a connection of its own. */
    private ScriptedServer server(Mode mode) throws Exception {
        return new ScriptedServer(
                peer -> {
                    seen.add(peer.socket.getInetAddress().getHostAddress());
                    if (mode == Mode.HTTP) {
                        peer.request();
                        peer.send(OK.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
                    } else {
                        peer.in.read();
                        peer.send("x");
                    }
                });
    }

    private static BackendConfig backend(ScriptedServer server, Sources sources) {
        return TestConfigs.backend(List.of(server.address())).with(sources);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP", "TCP"})
    void addressesAreTakenInTurn(Mode mode) throws Exception {
        Sources three = sources("127.0.0.2", "127.0.0.3", "127.0.0.4");
        try (ScriptedServer server = server(mode);
                PoolPath path = new PoolPath(mode, backend(server, three), _ -> null)) {
            for (String expected :
                    List.of("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.2", "127.0.0.3")) {
                try (DataPath.Client client = path.client()) {
                    client.send(mode == Mode.HTTP ? GET : "x");
                    assertThat(client.in.read()).isPositive();
                }
                assertThat(seen()).isEqualTo(expected);
            }
        }
    }

    @Test
    void withoutTheKeyTheKernelChooses() throws Exception {
        try (ScriptedServer server = server(Mode.HTTP);
                PoolPath path = new PoolPath(Mode.HTTP, backend(server, Sources.NONE), _ -> null);
                DataPath.Client client = path.client()) {
            assertThat(client.ask(GET).status()).isEqualTo(200);
            assertThat(seen()).isEqualTo("127.0.0.1");
            assertThat(path.pool.servers().getFirst().source()).isNull();
        }
    }

    @Test
    void anAddressThatIsNotHereFailsItsAttemptAndNothingElse() throws Exception {
        Sources half = sources("127.0.0.2", "192.0.2.77");
        try (ScriptedServer server = server(Mode.HTTP);
                PoolPath path = new PoolPath(Mode.HTTP, backend(server, half), _ -> null)) {
            for (int status : List.of(200, 503, 200, 503, 200)) {
                try (DataPath.Client client = path.client()) {
                    assertThat(client.ask(GET).status()).isEqualTo(status);
                }
            }
            PooledServer at = path.pool.servers().getFirst();
            assertThat(at.sourcesMissing()).isEqualTo(2);
            assertThat(at.connectFailures()).isEqualTo(2);
            assertThat(at.portsLacking()).isZero();
            assertThat(at.current()).isZero();
            assertThat(seen).containsOnly("127.0.0.2");
        }
    }

    /** A server that is spoken to otherwise is another one: no idle connection is taken over. */
    @Test
    void otherAddressesCountFromTheNextConnection() throws Exception {
        try (ScriptedServer server = server(Mode.TCP)) {
            BackendConfig before = backend(server, sources("127.0.0.2"));
            Pools pools = new Pools(List.of(before), _ -> null, System::nanoTime, 1);
            PooledServer old = pools.pool("test").servers().getFirst();
            PooledServer same =
                    pools.next(List.of(before.with(Version.HTTP_1_1)))
                            .pool("test")
                            .servers()
                            .getFirst();
            assertThat(same.isSameAs(old)).isTrue();
            PooledServer other =
                    pools.next(List.of(before.with(sources("127.0.0.3"))))
                            .pool("test")
                            .servers()
                            .getFirst();
            assertThat(other.isSameAs(old)).isFalse();
            assertThat(old.source())
                    .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0));
            assertThat(other.source())
                    .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.3"), 0));
        }
    }
}
