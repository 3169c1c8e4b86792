package proa.node.rules;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.rules.FakeFacts.get;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import proa.cluster.tables.TableKey;
import proa.config.BackendConfig;
import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.RateLimit;
import proa.config.FrontendConfig.Route;
import proa.config.FrontendConfig.Rule;
import proa.config.Network;
import proa.config.SpreadingConfig.HashKey;
import proa.config.TableConfig;
import proa.config.TableConfig.Counter;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;
import proa.node.exchange.Server;
import proa.node.exchange.Traffic.Decision;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class FrontendTrafficTest {
    private static final Condition ALWAYS = new Condition.Always();

    private static final Surroundings STILL = new Surroundings(() -> Instant.EPOCH, _ -> 0);

    private final CountingTable table = new CountingTable();

    @Test
    void takesTheFirstRouteWhoseConditionHolds() throws Exception {
        FrontendTraffic traffic =
                routed(
                        route(new Condition.PathPrefix("/api"), "api"),
                        route(new Condition.Path("/exact"), "exact"),
                        route(new Condition.Host("Shop.Example"), "host"),
                        route(new Condition.Method("POST"), "post"),
                        route(new Condition.Header("X-Version", Optional.of("2")), "v2"),
                        route(new Condition.Header("X-Admin", Optional.empty()), "admin"),
                        route(new Condition.Cookie("beta", Optional.empty()), "beta"),
                        route(new Condition.Cookie("tier", Optional.of("gold")), "gold"),
                        route(source("192.168.1.0", 24), "inside"),
                        route(ALWAYS, "shop"));

        assertThat(backend(traffic, get("/api/users"))).isEqualTo("api");
        assertThat(backend(traffic, get("/api").method("POST"))).isEqualTo("api");
        assertThat(backend(traffic, get("/exact"))).isEqualTo("exact");
        assertThat(backend(traffic, get("/exact/not"))).isEqualTo("shop");
        assertThat(backend(traffic, get("/").host("shop.example"))).isEqualTo("host");
        assertThat(backend(traffic, get("/").method("POST"))).isEqualTo("post");
        assertThat(backend(traffic, get("/").method("post"))).isEqualTo("shop");
        assertThat(backend(traffic, get("/").withHeader("x-version", "2"))).isEqualTo("v2");
        assertThat(backend(traffic, get("/").withHeader("X-Version", "3"))).isEqualTo("shop");
        assertThat(backend(traffic, get("/").withHeader("x-admin", ""))).isEqualTo("admin");
        assertThat(backend(traffic, get("/").withCookie("beta", ""))).isEqualTo("beta");
        assertThat(backend(traffic, get("/").withCookie("tier", "gold"))).isEqualTo("gold");
        assertThat(backend(traffic, get("/").withCookie("tier", "Gold"))).isEqualTo("shop");
        assertThat(backend(traffic, get("/").from("192.168.1.77"))).isEqualTo("inside");
        assertThat(backend(traffic, get("/").from("192.168.2.77"))).isEqualTo("shop");
        assertThat(backend(traffic, get("/").from("2001:db8::1"))).isEqualTo("shop");
    }

    @Test
    void combinesConditions() throws Exception {
        Condition post = new Condition.Method("POST");
        Condition key = new Condition.Header("Authorization", Optional.empty());
        FrontendTraffic traffic =
                routed(
                        route(
                                new Condition.All(List.of(post, new Condition.None(List.of(key)))),
                                "anonymous-post"),
                        route(new Condition.Any(List.of(post, key)), "either"),
                        route(ALWAYS, "neither"));

        assertThat(backend(traffic, get("/").method("POST"))).isEqualTo("anonymous-post");
        assertThat(backend(traffic, get("/").method("POST").withHeader("Authorization", "x")))
                .isEqualTo("either");
        assertThat(backend(traffic, get("/").withHeader("Authorization", "x"))).isEqualTo("either");
        assertThat(backend(traffic, get("/"))).isEqualTo("neither");
    }

    @Test
    void admitsAHundredAndRefusesTheHundredAndFirst() throws Exception {
        FrontendTraffic traffic = limited(100);

        for (int request = 1; request <= 100; request++) {
            assertThat(traffic.decide(get("/"))).isInstanceOf(Decision.Forward.class);
        }
        assertThat(traffic.decide(get("/")))
                .isEqualTo(
                        new Decision.Reply(
                                429, "too many requests: refused by rule 2 of frontend http"));
        assertThat(traffic.decide(get("/").from("10.0.0.2")))
                .as("another client")
                .isInstanceOf(Decision.Forward.class);
    }

    @Test
    void judgesARequestByItsOwnCountWhateverIsCountedMeanwhile() throws Exception {
        FrontendTraffic traffic = limited(100);
        table.counts.put(key(), 99L);
        table.meanwhile = 50;

        assertThat(traffic.decide(get("/"))).isInstanceOf(Decision.Forward.class);
    }

    @Test
    void readsTheRateOfATableItDoesNotCountIn() throws Exception {
        FrontendTraffic traffic = traffic(List.of(deny(above(2), 403)));
        table.counts.put(key(), 2L);
        assertThat(traffic.decide(get("/"))).isInstanceOf(Decision.Forward.class);

        table.counts.put(key(), 3L);
        assertThat(traffic.decide(get("/")))
                .isEqualTo(new Decision.Reply(403, "refused by rule 1 of frontend http"));
        assertThat(table.counts.get(key())).isEqualTo(3);
    }

    @Test
    void countsARequestOnceHoweverManyRulesTrackIt() throws Exception {
        FrontendTraffic traffic = traffic(List.of(track(ALWAYS), track(ALWAYS)));
        traffic.decide(get("/"));
        assertThat(table.counts.get(key())).isEqualTo(1);
    }

    @Test
    void countsInSeveralTablesAtOnce() throws Exception {
        CountingTable logins = new CountingTable();
        FrontendTraffic traffic =
                new FrontendTraffic(
                        frontend(
                                List.of(
                                        track(ALWAYS),
                                        new Rule.Track(new Condition.Path("/login"), "logins"),
                                        deny(new Condition.RateAbove("logins", 1), 403),
                                        deny(above(3), 429)),
                                List.of(route(ALWAYS, "shop"))),
                        name -> name.equals("logins") ? logins : table,
                        name -> _ -> new Named(name),
                        STILL);
        traffic.decide(get("/login"));
        traffic.decide(get("/"));
        assertThat(table.counts.get(key())).isEqualTo(2);
        assertThat(logins.counts.get(key())).isEqualTo(1);
        assertThat(traffic.decide(get("/login")))
                .isEqualTo(new Decision.Reply(403, "refused by rule 3 of frontend http"));
    }

    @Test
    void countsOnlyWhatTheRuleIsAbout() throws Exception {
        FrontendTraffic traffic = traffic(List.of(track(new Condition.PathPrefix("/api"))));
        traffic.decide(get("/"));
        assertThat(table.counts).isEmpty();
        traffic.decide(get("/api"));
        assertThat(table.counts).hasSize(1);
    }

    @Test
    void doesNotReachRulesBehindARefusal() throws Exception {
        FrontendTraffic traffic =
                traffic(List.of(deny(ALWAYS, 403), track(ALWAYS), deny(ALWAYS, 429)));
        assertThat(traffic.decide(get("/")))
                .isEqualTo(new Decision.Reply(403, "refused by rule 1 of frontend http"));
        assertThat(table.counts).isEmpty();
    }

    /** Each user twice and each team three times, by three rules on one table. */
    @Test
    void judgesARequestUnderEachKeyThatRulesOfOneTableGoBy() throws Exception {
        CountingTable texts = new CountingTable(TableConfig.Key.TEXT);
        FrontendTraffic traffic =
                new FrontendTraffic(
                        frontend(
                                List.of(limit("X-User", 2), limit("X-Team", 3), limit("X-Team", 3)),
                                List.of(route(ALWAYS, "shop"))),
                        new LimitingCounters(texts),
                        name -> _ -> new Named(name),
                        STILL);
        for (String user : List.of("ann", "ann", "bob")) {
            assertThat(traffic.decide(of(user, "red"))).isInstanceOf(Decision.Forward.class);
        }
        assertThat(texts.counts)
                .as("once under each")
                .containsEntry(texts.key("red"), 3L)
                .containsEntry(texts.key("ann"), 2L);
        assertThat(traffic.decide(of("cid", "red")))
                .isEqualTo(
                        new Decision.Reply(
                                429, "too many requests: refused by rule 2 of frontend http"));
        assertThat(traffic.decide(of("cid", "blue"))).isInstanceOf(Decision.Forward.class);
        assertThat(traffic.decide(of("cid", "blue")))
                .as("the third of that user")
                .isEqualTo(
                        new Decision.Reply(
                                429, "too many requests: refused by rule 1 of frontend http"));
        assertThat(traffic.decide(get("/").withHeader("X-Team", "red")))
                .as("of no user, but of the team")
                .isInstanceOf(Decision.Reply.class);
    }

    @Test
    void tracksARequestUnderEachKeyOnce() throws Exception {
        CountingTable texts = new CountingTable(TableConfig.Key.TEXT);
        HashKey user = new HashKey.Header("X-User");
        HashKey team = new HashKey.Header("X-Team");
        List<Rule> rules = new ArrayList<>();
        for (HashKey by : List.of(user, team, user, team)) {
            rules.add(new Rule.Track(ALWAYS, "requests", Optional.of(by)));
        }
        new FrontendTraffic(
                        frontend(rules, List.of(route(ALWAYS, "shop"))),
                        _ -> texts,
                        name -> _ -> new Named(name),
                        STILL)
                .decide(of("ann", "red"));
        assertThat(texts.counts)
                .containsOnly(Map.entry(texts.key("ann"), 1L), Map.entry(texts.key("red"), 1L));
    }

    private static FakeFacts of(String user, String team) {
        return get("/").withHeader("X-User", user).withHeader("X-Team", team);
    }

    private static Rule limit(String header, long most) {
        return new Rule.Limit(
                ALWAYS,
                Optional.of(new HashKey.Header(header)),
                new RateLimit(
                        "requests",
                        Counter.REQUESTS,
                        most,
                        FrontendConfig.LimitMode.APPROXIMATE,
                        FrontendConfig.OnPartition.EACH),
                false,
                429);
    }

    private record LimitingCounters(CountingTable table) implements Counters {
        @Override
        public Counters.Table table(String name) {
            return table;
        }

        @Override
        public Limiter limiter(RateLimit limit) {
            return new Limiter() {
                @Override
                public long admit(TableKey key) {
                    boolean full = table.counts.getOrDefault(key, 0L) >= limit.to();
                    return full ? -1 : limit.to() - table.add(key, 0, 1);
                }

                @Override
                public long allowed() {
                    return limit.to();
                }
            };
        }
    }

    private FrontendTraffic limited(long above) {
        return traffic(List.of(track(ALWAYS), deny(above(above), 429)));
    }

    private static Condition above(long limit) {
        return new Condition.RateAbove("requests", limit);
    }

    private static Rule track(Condition when) {
        return new Rule.Track(when, "requests");
    }

    private static Rule deny(Condition when, int status) {
        return new Rule.Deny(when, status);
    }

    private static Route route(Condition when, String backend) {
        return new Route(when, backend);
    }

    private static Condition source(String address, int prefix) throws Exception {
        return new Condition.Source(List.of(network(address, prefix)));
    }

    private static Network network(String address, int prefix) throws Exception {
        return new Network(InetAddress.getByName(address), prefix);
    }

    private FrontendTraffic routed(Route... routes) throws Exception {
        return compiled(List.of(), List.of(routes));
    }

    private FrontendTraffic traffic(List<Rule> rules) {
        return compiled(rules, List.of(route(ALWAYS, "shop")));
    }

    private FrontendTraffic compiled(List<Rule> rules, List<Route> routes) {
        return new FrontendTraffic(
                frontend(rules, routes), _ -> table, name -> _ -> new Named(name), STILL);
    }

    private static FrontendConfig frontend(List<Rule> rules, List<Route> routes) {
        return new FrontendConfig(
                "http",
                new FrontendConfig.Bind.Fixed(InetAddress.getLoopbackAddress(), 80),
                FrontendConfig.Mode.HTTP,
                rules,
                routes,
                List.of(),
                Optional.empty(),
                FrontendConfig.Timeouts.DEFAULTS,
                FrontendConfig.Limits.DEFAULTS);
    }

    private static String backend(FrontendTraffic traffic, Facts facts) {
        return switch (traffic.decide(facts)) {
            case Decision.Forward(Named named, _) -> named.name();
            case Decision decision -> decision.toString();
        };
    }

    private static TableKey key() throws Exception {
        return TableKey.ofAddress(get("/").source());
    }

    /** Requests by client, and others that are counted right behind each. */
    private static final class CountingTable extends PlainTable {
        final Map<TableKey, Long> counts = new HashMap<>();
        private final TableConfig.Key on;
        long meanwhile;

        CountingTable() {
            this(TableConfig.Key.SOURCE);
        }

        CountingTable(TableConfig.Key on) {
            this.on = on;
        }

        @Override
        public TableConfig config() {
            TableConfig plain = super.config();
            return new TableConfig(
                    plain.name(),
                    on,
                    Duration.ofMinutes(1),
                    1_000,
                    Optional.of(Duration.ofSeconds(10)));
        }

        @Override
        public long add(TableKey key, int counter, long amount) {
            long now = counts.merge(key, amount, Long::sum);
            counts.merge(key, meanwhile, Long::sum);
            return now;
        }

        @Override
        public long rate(TableKey key, int counter) {
            return counts.getOrDefault(key, 0L);
        }
    }

    private record Named(String name) implements Destination {
        @Override
        public BackendConfig backend() {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable Server next() {
            return null;
        }

        @Override
        public @Nullable String hiddenCookie() {
            return null;
        }

        @Override
        public @Nullable String setCookieFor(Server server) {
            return null;
        }
    }
}
