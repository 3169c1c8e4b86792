package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.TableKey;
import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.FirstChoice;
import proa.config.BackendConfig.Sticky;
import proa.config.SpreadingConfig;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;
import proa.node.exchange.Server;
import proa.node.rules.FakeFacts;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What stickiness costs, and what is done about it. */
class StickinessProblemsTest {

    private static final Sticky BY_ADDRESS = new Sticky.Table("t", FirstChoice.HASH);
    private static final Sticky BY_COOKIE = new Sticky.Cookie("ID");

    private final FakeTable table = new FakeTable();

    private Pool pool(Balance balance, Sticky sticky, String... servers) {
        List<BackendConfig.Server> list = new ArrayList<>();
        for (String server : servers) {
            list.add(TestPool.server(server, 1));
        }
        BackendConfig config =
                new BackendConfig(
                                "shop",
                                balance,
                                sticky,
                                Optional.empty(),
                                list,
                                BackendConfig.Timeouts.DEFAULTS,
                                2,
                                8)
                        .with(SpreadingConfig.DEFAULTS);
        return new Pools(List.of(config), _ -> table, () -> 0, 1).pool("shop");
    }

    /** A client with or without our cookie, and where it is. */
    private static final class Browser {
        String address;
        String cookie = "";

        Browser(String address) {
            this.address = address;
        }

        /** The server of a request; it goes on until it is ended. */
        Server begin(Pool pool) {
            FakeFacts plain = FakeFacts.get("/").from(address);
            Facts facts = cookie.isEmpty() ? plain : plain.withCookie("ID", cookie);
            Destination choice = pool.destination(facts);
            Server server = choice.next();
            String set = choice.setCookieFor(server);
            if (set != null) {
                cookie = set.substring(3, set.indexOf(';'));
            }
            return server;
        }

        String get(Pool pool) {
            Server server = begin(pool);
            server.ended();
            return server.name();
        }
    }

    private static TableKey key(Browser client) {
        return TableKey.ofAddress(FakeFacts.get("/").from(client.address).source());
    }

    private static Map<String, Integer> spread(List<String> servers) {
        Map<String, Integer> spread = new TreeMap<>();
        servers.forEach(server -> spread.merge(server, 1, Integer::sum));
        return spread;
    }

    @Test
    void aThousandClientsBehindOneAddressAreOneClientByAddressAndAThousandByCookie() {
        Pool byAddress = pool(Balance.ROUND_ROBIN, BY_ADDRESS, "a", "b", "c", "d");
        Pool byCookie = pool(Balance.ROUND_ROBIN, BY_COOKIE, "a", "b", "c", "d");
        List<String> addresses = new ArrayList<>();
        List<String> cookies = new ArrayList<>();
        for (int client = 0; client < 1_000; client++) {
            Browser browser = new Browser("192.0.2.1"); // the router's
            addresses.add(browser.get(byAddress));
            String server = browser.get(byCookie);
            assertThat(browser.get(byCookie)).isEqualTo(server);
            cookies.add(server);
        }
        assertThat(spread(addresses)).hasSize(1);
        assertThat(spread(cookies)).isEqualTo(Map.of("a", 250, "b", 250, "c", 250, "d", 250));
    }

    @Test
    void aClientThatRoamsLosesItsServerByAddressAndKeepsItByCookie() {
        Pool byAddress = pool(Balance.ROUND_ROBIN, BY_ADDRESS, "a", "b", "c", "d");
        Pool byCookie = pool(Balance.ROUND_ROBIN, BY_COOKIE, "a", "b", "c", "d");
        Browser phone = new Browser("192.0.2.1");
        Set<String> addresses = new TreeSet<>();
        Set<String> cookies = new TreeSet<>();
        for (int cell = 1; cell <= 50; cell++) {
            phone.address = "198.51.100." + cell;
            addresses.add(phone.get(byAddress));
            cookies.add(phone.get(byCookie));
        }
        assertThat(addresses).hasSizeGreaterThan(1);
        assertThat(cookies).hasSize(1);
    }

    @Test
    void newClientsAvoidServersThatHeavyOnesKeepBusy() {
        Pool pool = pool(Balance.LEAST_CONNECTIONS, BY_COOKIE, "a", "b", "c");
        Browser heavy = new Browser("192.0.2.1");
        String busy = heavy.get(pool);
        for (int request = 0; request < 30; request++) {
            assertThat(heavy.begin(pool).name()).isEqualTo(busy);
        }
        List<String> others = new ArrayList<>();
        for (int client = 0; client < 40; client++) {
            others.add(new Browser("192.0.2.2").begin(pool).name());
        }
        assertThat(spread(others)).hasSize(2).doesNotContainKey(busy).containsValue(20);
    }

    @Test
    void clientsOfADeadServerAreSpreadOverTheOthersAndStayThere() {
        Pool pool = pool(Balance.ROUND_ROBIN, BY_COOKIE, "a", "b", "c");
        List<Browser> clients = new ArrayList<>();
        IdentityHashMap<Browser, String> before = new IdentityHashMap<>();
        for (int client = 0; client < 300; client++) {
            Browser browser = new Browser("192.0.2.1");
            clients.add(browser);
            before.put(browser, browser.get(pool));
        }
        pool.health(pool.servers().getFirst(), Health.DOWN, "a test");
        List<String> moved = new ArrayList<>();
        for (Browser client : clients) {
            String now = client.get(pool);
            if (before.get(client).equals("a")) {
                moved.add(now);
            } else {
                assertThat(now).as("the others are not touched").isEqualTo(before.get(client));
            }
            before.put(client, now);
        }
        assertThat(spread(moved)).isEqualTo(Map.of("b", 50, "c", 50));
        pool.health(pool.servers().getFirst(), Health.UP, "a test");
        for (Browser client : clients) {
            assertThat(client.get(pool)).as("back, and nobody moves").isEqualTo(before.get(client));
        }
    }

    @Test
    void aServerMoreGetsNewClientsAndOneLessMovesOnlyItsOwn() {
        for (Sticky sticky : List.of(BY_COOKIE, BY_ADDRESS)) {
            table.entries.clear();
            Pool two = pool(Balance.ROUND_ROBIN, sticky, "a", "b");
            List<Browser> clients = new ArrayList<>();
            List<String> before = new ArrayList<>();
            for (int client = 0; client < 200; client++) {
                Browser browser = new Browser("10.1.0." + client);
                clients.add(browser);
                before.add(browser.get(two));
            }

            Pool three = pool(Balance.ROUND_ROBIN, sticky, "a", "b", "c");
            List<String> after = new ArrayList<>();
            clients.forEach(client -> after.add(client.get(three)));
            assertThat(after).as("nobody moves").isEqualTo(before);
            Set<String> ofNew = new TreeSet<>();
            for (int client = 0; client < 60; client++) {
                ofNew.add(new Browser("10.2.0." + client).get(three));
            }
            assertThat(ofNew).contains("c");

            Pool without = pool(Balance.ROUND_ROBIN, sticky, "b", "c");
            for (int client = 0; client < clients.size(); client++) {
                String now = clients.get(client).get(without);
                if (before.get(client).equals("b")) {
                    assertThat(now).isEqualTo("b");
                } else {
                    assertThat(now).isIn("b", "c");
                    assertThat(clients.get(client).get(without)).isEqualTo(now);
                }
            }
            clients.forEach(client -> assertThat(table.entries.get(key(client))).isNotEqualTo("a"));
        }
    }

    @Test
    void anEntryNamesAServerAndNotItsPlace() {
        Pool pool = pool(Balance.ROUND_ROBIN, BY_ADDRESS, "a", "b");
        Browser client = new Browser("192.0.2.1");
        String server = client.get(pool);
        assertThat(table.entries.get(key(client))).isEqualTo(server);
        assertThat(client.get(pool(Balance.ROUND_ROBIN, BY_ADDRESS, "b", "a"))).isEqualTo(server);
    }
}
