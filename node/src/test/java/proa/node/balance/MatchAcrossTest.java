package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.FirstChoice;
import proa.config.BackendConfig.Sticky;
import proa.node.exchange.Server;
import proa.node.rules.FakeFacts;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Backends that share a table: a client has one server for all of them. */
class MatchAcrossTest {

    private static final int CLIENTS = 200;

    private final FakeTable table = new FakeTable();

    private static BackendConfig backend(String name, int port, FirstChoice choice, String... web) {
        List<BackendConfig.Server> servers =
                Arrays.stream(web)
                        .map(
                                each ->
                                        new BackendConfig.Server(
                                                each,
                                                new InetSocketAddress("127.0.0.1", port),
                                                1,
                                                false))
                        .toList();
        return new BackendConfig(
                name,
                Balance.ROUND_ROBIN,
                new Sticky.Table("clients", choice),
                Optional.empty(),
                servers,
                BackendConfig.Timeouts.DEFAULTS,
                BackendConfig.RETRIES_DEFAULT,
                BackendConfig.IDLE_CONNECTIONS_DEFAULT);
    }

    private Pools pools(BackendConfig... backends) {
        return new Pools(List.of(backends), _ -> table, () -> 0, 1);
    }

    private static Server server(Pools pools, String backend, FakeFacts client) {
        Server server =
                Objects.requireNonNull(pools.pool(backend).destination(client).next(), backend);
        server.ended();
        return server;
    }

    @ParameterizedTest
    @EnumSource(FirstChoice.class)
    void aClientHasTheSameServerInEveryBackendThatHasIt(FirstChoice choice) {
        Pools pools =
                pools(
                        backend("shop", 80, choice, "web1", "web2", "web3"),
                        backend("secure", 443, choice, "web3", "web1", "web2"));
        for (int number = 0; number < CLIENTS; number++) {
            FakeFacts client = TestPool.client(number);
            Server first = server(pools, number % 2 == 0 ? "shop" : "secure", client);
            assertThat(server(pools, "shop", client).name()).isEqualTo(first.name());
            assertThat(server(pools, "secure", client).name()).isEqualTo(first.name());
            assertThat(server(pools, "shop", client).address().getPort()).isEqualTo(80);
            assertThat(server(pools, "secure", client).address().getPort()).isEqualTo(443);
        }
        assertThat(table.entries).hasSize(CLIENTS);
        assertThat(table.entries.values()).contains("web1", "web2", "web3");
    }

    @Test
    void aBackendWithoutTheServerLeavesTheClientToTheOthers() {
        Pools pools =
                pools(
                        backend("shop", 80, FirstChoice.HASH, "web1", "web2"),
                        backend("images", 81, FirstChoice.HASH, "img1", "img2", "web2"));
        for (int number = 0; number < CLIENTS; number++) {
            FakeFacts client = TestPool.client(number);
            String shop = server(pools, "shop", client).name();
            String image = server(pools, "images", client).name();
            assertThat(server(pools, "images", client).name()).as("by the hash").isEqualTo(image);
            assertThat(server(pools, "shop", client).name()).as("still").isEqualTo(shop);
            if (shop.equals("web2")) {
                assertThat(image).isEqualTo("web2");
            }
        }
    }

    @Test
    void whenTheServerIsGoneFromAllOfThemTheClientMovesOnce() {
        Pools before =
                pools(
                        backend("shop", 80, FirstChoice.ALGORITHM, "web1", "web2"),
                        backend("images", 81, FirstChoice.ALGORITHM, "img1", "img2"));
        FakeFacts client = TestPool.client(1);
        String first = server(before, "shop", client).name();
        String other = first.equals("web1") ? "web2" : "web1";
        BackendConfig images = backend("images", 81, FirstChoice.ALGORITHM, "img1", "img2");
        Pools after =
                before.next(List.of(backend("shop", 80, FirstChoice.ALGORITHM, other), images));
        after.takeOver(before);
        assertThat(after.pool("images"))
                .as("it shares other names now")
                .isNotSameAs(before.pool("images"));
        String image = server(after, "images", client).name();
        assertThat(table.entries.values()).containsExactly(image);
        assertThat(server(after, "shop", client).name()).isEqualTo(other);
        assertThat(table.entries.values()).as("of the others again").containsExactly(image);
    }
}
