package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.BackendConfig.Balance;
import proa.config.SpreadingConfig.Hash;
import proa.config.SpreadingConfig.HashKey;
import proa.config.SpreadingConfig.Method;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;
import proa.node.exchange.Server;
import proa.node.listener.Secured;
import proa.node.message.Edits;
import proa.node.message.FieldEdit;
import proa.node.message.FormScanner;
import proa.node.protocol.tcp.SourceFacts;
import proa.node.rules.FakeFacts;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** Requests that go by a hash. */
class HashedTest {

    private static final String FORM = "Application/x-www-form-urlencoded";
    private static final HashKey SOURCE = new HashKey.Source(false);
    private static final int CLIENTS = 20_000;

    @ParameterizedTest
    @EnumSource(Method.class)
    void theSameClientGetsTheSameServerOnEveryNode(Method method) {
        TestPool here = TestPool.hashed(SOURCE, method, TestPool.servers(5));
        TestPool there = TestPool.hashed(SOURCE, method, TestPool.servers(5));
        there.picks(7); // its own history makes no difference
        for (int client = 0; client < 1_000; client++) {
            String server = here.pick(TestPool.client(client));
            assertThat(there.pick(TestPool.client(client))).isEqualTo(server);
            assertThat(here.pick(TestPool.client(client))).isEqualTo(server);
        }
    }

    @Test
    void oneClientStaysOnItsServerForAThousandRequests() {
        TestPool pool = TestPool.hashed(SOURCE, Method.MAGLEV, TestPool.servers(3));
        assertThat(pool.spread(1_000)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void weightsAreHonoured(Method method) {
        TestPool pool =
                TestPool.hashed(
                        SOURCE,
                        method,
                        TestPool.server("a", 5),
                        TestPool.server("b", 3),
                        TestPool.server("c", 2));
        Map<String, Integer> spread = spread(pool, TestPool::client);
        double slack = method == Method.RING ? 0.08 : 0.02;
        assertThat(spread.get("a") / (double) CLIENTS).isCloseTo(0.5, within(slack));
        assertThat(spread.get("b") / (double) CLIENTS).isCloseTo(0.3, within(slack));
        assertThat(spread.get("c") / (double) CLIENTS).isCloseTo(0.2, within(slack));
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void aServerThatGoesDownMovesItsOwnClientsOnlyAndTheySpread(Method method) {
        TestPool pool = TestPool.hashed(SOURCE, method, TestPool.servers(5));
        String[] before = new String[CLIENTS];
        for (int client = 0; client < CLIENTS; client++) {
            before[client] = pool.pick(TestPool.client(client));
        }
        pool.down("s2");
        Map<String, Integer> taken = new TreeMap<>();
        for (int client = 0; client < CLIENTS; client++) {
            String after = pool.pick(TestPool.client(client));
            if (before[client].equals("s2")) {
                taken.merge(after, 1, Integer::sum);
            } else {
                assertThat(after).isEqualTo(before[client]);
            }
        }
        assertThat(taken).containsOnlyKeys("s0", "s1", "s3", "s4");
        pool.up("s2");
        assertThat(pool.pick(TestPool.client(1))).isEqualTo(before[1]);
    }

    @Test
    void nginxCompatibleHashLooksAtThreeOctets() {
        TestPool cut =
                TestPool.hashed(new HashKey.Source(true), Method.MAGLEV, TestPool.servers(7));
        TestPool whole = TestPool.hashed(SOURCE, Method.MAGLEV, TestPool.servers(7));
        Set<String> ofCut = new HashSet<>();
        Set<String> ofWhole = new HashSet<>();
        for (int host = 1; host < 255; host++) {
            ofCut.add(cut.pick(FakeFacts.get("/").from("203.0.113." + host)));
            ofWhole.add(whole.pick(FakeFacts.get("/").from("203.0.113." + host)));
        }
        assertThat(ofCut).hasSize(1);
        assertThat(ofWhole).hasSize(7);

        Set<String> ofNetworks = new HashSet<>();
        Set<String> ofVersion6 = new HashSet<>();
        for (int net = 0; net < 200; net++) {
            ofNetworks.add(cut.pick(FakeFacts.get("/").from("203.0." + net + ".1")));
            ofVersion6.add(cut.pick(FakeFacts.get("/").from("2001:db8::" + net)));
        }
        assertThat(ofNetworks).as("other networks are spread").hasSize(7);
        assertThat(ofVersion6).as("IPv6 addresses count whole").hasSize(7);
    }

    @Test
    void theNameOfTheTlsHandshakeCanBeTheKey() {
        TestPool here =
                TestPool.hashed(new HashKey.ServerName(), Method.MAGLEV, TestPool.servers(5));
        TestPool there =
                TestPool.hashed(new HashKey.ServerName(), Method.MAGLEV, TestPool.servers(5));
        Set<String> used = new TreeSet<>();
        for (int name = 0; name < 50; name++) {
            Facts facts = asking("shop" + name + ".example", name);
            String server = here.pick(facts);
            assertThat(there.pick(asking("shop" + name + ".example", name + 100)))
                    .as("another client")
                    .isEqualTo(server);
            used.add(server);
        }
        assertThat(used).hasSize(5);
    }

    private static Facts asking(String name, int client) {
        Facts from = TestPool.client(client);
        return new SourceFacts(from.source(), from.destination(), new Secured(name, null));
    }

    @Test
    void anyPartOfARequestCanBeTheKey() {
        goesBy(new HashKey.Uri(), number -> FakeFacts.get("/a?q=" + number));
        goesBy(new HashKey.Path(), number -> FakeFacts.get("/" + number));
        goesBy(new HashKey.Host(), number -> FakeFacts.get("/").host("h" + number));
        goesBy(
                new HashKey.ServerName(),
                number -> FakeFacts.get("/").serverName("s" + number + ".example"));
        goesBy(
                new HashKey.Header("X-User"),
                number -> FakeFacts.get("/").withHeader("x-user", "u" + number));
        goesBy(
                new HashKey.Cookie("session"),
                number -> FakeFacts.get("/").withCookie("session", "c" + number));
        goesBy(
                new HashKey.Parameter("id"),
                number -> FakeFacts.get("/?xid=1&id=" + number + "&id=2"));
    }

    /**
     * What is in the query is found there; only a form that a POST carries is to be looked into.
     */
    @Test
    void aFormInTheBodyIsAskedForWhenTheQueryHasNothing() {
        HashKey key = new HashKey.FormParameter("id", 64);
        TestPool pool = TestPool.hashed(key, Method.MAGLEV, TestPool.servers(5));
        TestPool plain =
                TestPool.hashed(new HashKey.Parameter("id"), Method.MAGLEV, TestPool.servers(5));
        FakeFacts post = FakeFacts.get("/").method("POST").withHeader("Content-Type", FORM);
        for (int number = 0; number < 20; number++) {
            FakeFacts query = FakeFacts.get("/?id=u" + number);
            String server = plain.pick(query);
            assertThat(pool.pick(query)).isEqualTo(server);
            assertThat(pool.pool.destination(query.method("POST")).form()).isNull();
            assertThat(pickByForm(pool, post, "a=1&id=u" + number)).isEqualTo(server);
        }
        assertThat(Set.of(pickByForm(pool, post, "a=1"), pickByForm(pool, post, "id=&id=1")))
                .as("round robin")
                .hasSize(2);
        assertThat(form(pool, post.withHeader("Content-Type", FORM + " ; charset=UTF-8")))
                .isNotNull();
        assertThat(form(pool, post.withHeader("Content-Type", "text/plain"))).isNull();
        assertThat(form(pool, post.withHeader("Content-Encoding", "gzip"))).isNull();
        assertThat(form(pool, post.method("PUT"))).isNull();
        assertThat(form(pool, FakeFacts.get("/").method("POST"))).isNull();
        assertThat(form(plain, post)).isNull();
    }

    private static @Nullable FormScanner form(TestPool pool, FakeFacts facts) {
        return pool.pool.destination(facts).form();
    }

    private static String pickByForm(TestPool pool, FakeFacts facts, String form) {
        Destination destination = pool.pool.destination(facts);
        FormScanner scanner = Objects.requireNonNull(destination.form());
        form.chars().forEach(c -> scanner.step((byte) c));
        scanner.end();
        Server server = Objects.requireNonNull(destination.next());
        server.ended();
        return server.name();
    }

    /** Whoever looks into the body has answered that already. */
    @Test
    void aServerIsNotAskedForTheClientsLeaveAnyMore() {
        TestPool pool =
                TestPool.hashed(
                        new HashKey.FormParameter("id", 64), Method.MAGLEV, TestPool.servers(2));
        FakeFacts post = FakeFacts.get("/").method("POST").withHeader("Content-Type", FORM);
        Edits edits = Objects.requireNonNull(pool.pool.destination(post).edits(null));
        assertThat(edits.request()).containsExactly(new FieldEdit.Remove("Expect"));
        assertThat(pool.pool.destination(FakeFacts.get("/?id=1")).edits(null)).isNull();
    }

    /** Another path, source or query does not matter unless it is the key. */
    private static void goesBy(HashKey key, IntFunction<FakeFacts> request) {
        TestPool pool = TestPool.hashed(key, Method.MAGLEV, TestPool.servers(4));
        Map<String, Integer> spread = spread(pool, request);
        assertThat(spread).as(key.toString()).hasSize(4);
        assertThat(spread.values())
                .allSatisfy(n -> assertThat(n).isBetween(CLIENTS / 5, CLIENTS * 3 / 10));
        String server = pool.pick(request.apply(7));
        for (int client = 0; client < 20; client++) {
            assertThat(pool.pick(request.apply(7).from("10.9.9." + client)))
                    .as(key.toString())
                    .isEqualTo(server);
        }
    }

    private static Map<String, Integer> spread(TestPool pool, IntFunction<FakeFacts> request) {
        Map<String, Integer> spread = new TreeMap<>();
        for (int number = 0; number < CLIENTS; number++) {
            spread.merge(pool.pick(request.apply(number)), 1, Integer::sum);
        }
        return spread;
    }

    @Test
    void aRequestWithoutTheKeyIsBalancedRoundRobin() {
        for (HashKey key :
                List.of(
                        new HashKey.Cookie("session"),
                        new HashKey.Header("X-User"),
                        new HashKey.Parameter("id"))) {
            TestPool pool = TestPool.hashed(key, Method.MAGLEV, TestPool.servers(3));
            assertThat(pool.picks(6)).containsExactly("s0", "s1", "s2", "s0", "s1", "s2");
        }
        TestPool pool =
                TestPool.hashed(new HashKey.Parameter("id"), Method.RING, TestPool.servers(3));
        FakeFacts named = FakeFacts.get("/?id&idx=1&x=id=1&id");
        assertThat(List.of(pool.pick(named), pool.pick(named), pool.pick(named)))
                .as("a name alone has no value")
                .containsExactly("s0", "s1", "s2");
    }

    @Test
    void tellsWhatShareOfTheKeysIsAwayFromItsServer() {
        TestPool pool = TestPool.hashed(SOURCE, Method.MAGLEV, TestPool.servers(4));
        assertThat(pool.pool.keys().orElseThrow().awayShare()).isZero();
        pool.down("s1");
        assertThat(pool.pool.keys().orElseThrow().awayShare()).isCloseTo(0.25, within(0.01));
        pool.down("s2");
        assertThat(pool.pool.keys().orElseThrow().awayShare()).isCloseTo(0.5, within(0.02));
        assertThat(TestPool.of(Balance.RANDOM, TestPool.servers(2)).pool.keys()).isEmpty();
    }

    @Test
    void aTriedServerIsPassedOver() {
        TestPool pool = TestPool.hashed(SOURCE, Method.MAGLEV, TestPool.servers(3));
        Destination choice = pool.pool.destination(TestPool.client(1));
        Set<String> names = new HashSet<>();
        for (int attempt = 0; attempt < 3; attempt++) {
            names.add(choice.next().name());
        }
        assertThat(names).hasSize(3);
        assertThat(choice.next()).isNull();
    }

    @Test
    void aBoundKeepsAHotKeyFromOverloadingItsServer() {
        Hash bound = new Hash(SOURCE, Method.MAGLEV, Optional.of(125));
        TestPool pool = TestPool.of(Balance.HASH, TestPool.spreading(bound), TestPool.servers(4));
        String home = pool.pick(TestPool.client(1));
        for (int held = 1; held <= 400; held++) {
            assertThat(pool.take(TestPool.client(1))).isNotNull();
            int most = (int) Math.ceil(1.25 * held / 4);
            assertThat(pool.pool.servers())
                    .allSatisfy(server -> assertThat(server.current()).isLessThanOrEqualTo(most));
        }
        assertThat(pool.named(home).current()).as("125 % of 400 ÷ 4").isEqualTo(125);

        TestPool free = TestPool.hashed(SOURCE, Method.MAGLEV, TestPool.servers(4));
        for (int held = 0; held < 400; held++) {
            free.take(TestPool.client(1));
        }
        assertThat(free.named(home).current()).isEqualTo(400);
    }
}
