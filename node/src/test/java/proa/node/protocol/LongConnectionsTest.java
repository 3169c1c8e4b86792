package proa.node.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Timeouts;
import proa.config.FrontendConfig.Mode;
import proa.config.SpreadingConfig;
import proa.node.Await;
import proa.node.balance.PooledServer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Connections that stay: those of WebSockets at servers, those to servers between requests. */
class LongConnectionsTest {

    private static final int WEB_SOCKETS = 100;

    private static final String UPGRADE =
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private static PoolPath path(Balance balance, ScriptedServer... servers) throws IOException {
        List<BackendConfig.Server> list = new ArrayList<>();
        for (ScriptedServer server : servers) {
            list.add(PoolPath.server("web" + list.size(), server, Optional.empty()));
        }
        return new PoolPath(Mode.HTTP, balance, SpreadingConfig.DEFAULTS, list);
    }

    private static ScriptedServer holding() throws IOException {
        return new ScriptedServer(
                peer -> {
                    peer.request();
                    peer.send("HTTP/1.1 101 \r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
                    peer.in.transferTo(peer.out);
                });
    }

    @Test
    void aHundredWebSocketsAreSpreadByWhatEachServerHolds() throws Exception {
        List<DataPath.Client> clients = new ArrayList<>();
        try (ScriptedServer one = holding();
                ScriptedServer two = holding();
                ScriptedServer three = holding();
                PoolPath path = path(Balance.LEAST_CONNECTIONS, one, two, three)) {
            for (int at = 0; at < WEB_SOCKETS; at++) {
                DataPath.Client client = path.client();
                clients.add(client);
                assertThat(client.ask(UPGRADE).status()).isEqualTo(101);
            }
            assertThat(path.pool.servers())
                    .extracting(PooledServer::current)
                    .allSatisfy(held -> assertThat(held).isBetween(33, 34));
        } finally {
            for (DataPath.Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aTunnelEndsAfterItsOwnSilenceAndNotAfterThatOfRequests() throws Exception {
        String silences = "timeouts { tunnel = 2s, client = 1s, keep-alive = 1s }\n";
        long begun = System.nanoTime(); // before the loop, whose clock may lag behind
        try (ScriptedServer server = holding();
                RuledPath path = RuledPath.http(silences, server);
                DataPath.Client client = path.client()) {
            assertThat(client.ask(UPGRADE + "hello").status()).isEqualTo(101);
            assertThat(Wire.latin(client.in.readNBytes(5))).isEqualTo("hello");
            assertThat(client.ended()).isTrue();
            assertThat(System.nanoTime() - begun).isGreaterThan(2_000_000_000L);
            Await.until(
                    "the server is free", () -> path.servers.servers.getFirst().current.get() == 0);
        }
    }

    /** Its client stays. */
    @Test
    void anIdleConnectionToAServerEndsAfterTheTimeOfItsBackend() throws Exception {
        Timeouts briefly =
                new Timeouts(Duration.ofHours(1), Duration.ofHours(1), Duration.ofMillis(100));
        try (ScriptedServer server = ScriptedServer.echo();
                DataPath path =
                        DataPath.of(
                                TestConfigs.frontend(Mode.HTTP),
                                TestConfigs.backend(List.of(server.address()), briefly));
                DataPath.Client client = path.client()) {
            for (int connection = 1; connection <= 2; connection++) {
                assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
                int closed = connection;
                Await.until("the server is left", () -> server.closed.get() == closed);
            }
            assertThat(server.connections.get()).isEqualTo(2);
        }
    }

    @Test
    void manyClientsShareFewConnectionsToAServer() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                PoolPath path = path(Balance.ROUND_ROBIN, server)) {
            for (int at = 0; at < 30; at++) {
                try (DataPath.Client client = path.client()) {
                    assertThat(client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status())
                            .isEqualTo(200);
                }
            }
            assertThat(server.connections.get()).as("one for each event loop").isBetween(1, 2);
            PooledServer counted = path.pool.servers().getFirst();
            assertThat(counted.counters().opened()).isEqualTo(server.connections.get());
            assertThat(counted.total()).isEqualTo(30);
        }
    }
}
