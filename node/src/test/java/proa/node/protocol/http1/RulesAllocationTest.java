package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.cluster.tables.TableKey;
import proa.config.BackendConfig;
import proa.config.Condition;
import proa.config.Condition.Part;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Route;
import proa.config.FrontendConfig.Rule;
import proa.config.Network;
import proa.node.exchange.Destination;
import proa.node.exchange.Facts;
import proa.node.exchange.Server;
import proa.node.exchange.Traffic.Decision;
import proa.node.listener.Secured;
import proa.node.message.Forwarding.Peer;
import proa.node.message.HeadLimits;
import proa.node.message.Parsed;
import proa.node.message.RequestHead;
import proa.node.record.Ending;
import proa.node.record.Recorder;
import proa.node.rules.Counters;
import proa.node.rules.FrontendTraffic;
import proa.node.rules.Surroundings;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reading a head and walking the rules and routes costs the garbage collector nothing, besides what
 * says where the request goes.
 */
class RulesAllocationTest {

    private static final int REQUESTS = 20_000;

    /** Until the compiler has come to it. */
    private static final int ROUNDS_MAX = 100;

    /** A request under evaluation, and the decision. */
    private static final long DECISION_BYTES = 80;

    private static final byte[] HEAD =
            String.join(
                            "\r\n",
                            "GET /shop/basket.html HTTP/1.1",
                            "Host: Shop.Example:8443",
                            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0)",
                            "Accept: */*",
                            "Cookie: theme=dark; tier=silver; SERVERID=web1",
                            "X-Version: 1",
                            "",
                            "")
                    .getBytes(StandardCharsets.ISO_8859_1);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final RequestHead head = new RequestHead();
    private final Surroundings surroundings =
            new Surroundings(InstantSource.system(), _ -> 999_999);

    /** None holds for the request: each is asked. */
    private static List<Condition> conditions() {
        return List.of(
                new Condition.PathPrefix("/api/"),
                new Condition.Path("/shop/basket"),
                new Condition.PathSuffix(".php"),
                new Condition.Matches(Part.PATH, "", "^/admin"),
                new Condition.Matches(Part.PATH, "", "\\.cgi$"),
                new Condition.Host("www.example"),
                new Condition.HostSuffix(".shop.example"),
                new Condition.Method("POST"),
                new Condition.Header("Authorization", Optional.empty()),
                new Condition.Header("X-Version", Optional.of("2")),
                new Condition.Cookie("beta", Optional.empty()),
                new Condition.Cookie("tier", Optional.of("gold")),
                new Condition.Source(List.of(network("10.0.0.0", 8), network("fd00::", 8))),
                new Condition.Destination(List.of(network("198.51.100.0", 24))),
                new Condition.DestinationPort(80),
                new Condition.Parameter("debug", Optional.empty()),
                new Condition.Parameter("debug", Optional.of("1")),
                new Condition.ServerName("*.shop.example"),
                new Condition.Secure(false),
                new Condition.Share(50_000),
                new Condition.TimeOfDay(0, 1, List.of(DayOfWeek.MONDAY), "Pacific/Chatham"),
                new Condition.All(
                        List.of(
                                new Condition.PathPrefix("/shop/"),
                                new Condition.None(List.of(new Condition.Method("GET"))))));
    }

    private static Network network(String address, int prefix) {
        return new Network(InetAddress.ofLiteral(address), prefix);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "2001:db8::7"})
    void aDecisionIsAllThatIsMade(String client) {
        assertThat(leastBytes(client, conditions(), ROUNDS_MAX))
                .as("bytes for each request")
                .isLessThanOrEqualTo(DECISION_BYTES);
    }

    /** What is measured above can be seen. */
    @Test
    void aRealExpressionCosts() {
        Condition expression = new Condition.Matches(Part.PATH, "", "^/v[0-9]+/");
        assertThat(leastBytes("192.0.2.7", List.of(expression), 3)).isGreaterThan(DECISION_BYTES);
    }

    private long leastBytes(String client, List<Condition> conditions, int rounds) {
        List<Rule> rules = new ArrayList<>();
        List<Route> routes = new ArrayList<>();
        for (Condition condition : conditions) {
            rules.add(new Rule.Deny(condition, 403));
            routes.add(new Route(condition, "other"));
        }
        routes.add(new Route(new Condition.Always(), "shop"));
        Destination shop = new Nowhere();
        FrontendTraffic traffic =
                new FrontendTraffic(
                        frontend(rules, routes),
                        RulesAllocationTest::noTable,
                        _ -> _ -> shop,
                        surroundings);
        Facts facts = facts(client);
        return leastBytes(
                rounds,
                () -> {
                    read();
                    if (!(traffic.decide(facts) instanceof Decision.Forward)) {
                        throw new IllegalStateException("goes to the shop");
                    }
                });
    }

    private static Counters.Table noTable(String name) {
        throw new IllegalStateException("no table " + name);
    }

    private void read() {
        if (head.parse(HEAD, 0, HEAD.length, LIMITS) != Parsed.Progress.WHOLE) {
            throw new IllegalStateException("a good head");
        }
    }

    private static final HeadLimits LIMITS = HeadLimits.of(FrontendConfig.Limits.DEFAULTS);

    /** The least that a round of requests allocated for each, or what may be as soon as seen. */
    private long leastBytes(int rounds, Runnable request) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < rounds && least > DECISION_BYTES; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int count = 0; count < REQUESTS; count++) {
                request.run();
            }
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            least = Math.min(least, bytes / REQUESTS);
        }
        return least;
    }

    private Facts facts(String client) {
        InetAddress source = InetAddress.ofLiteral(client);
        InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.80"), 8443);
        return new RequestFacts(
                source,
                TableKey.ofAddress(source),
                TableKey.ofAddress(local.getAddress()),
                new Peer(source, local, "http"),
                Secured.NOTHING,
                head,
                null,
                Recorder.silent("web").record(this, () -> Ending.NORMAL));
    }

    private static FrontendConfig frontend(List<Rule> rules, List<Route> routes) {
        return new FrontendConfig(
                "http",
                new FrontendConfig.Bind.Fixed(InetAddress.getLoopbackAddress(), 8080),
                FrontendConfig.Mode.HTTP,
                rules,
                routes,
                List.of(),
                Optional.empty(),
                FrontendConfig.Timeouts.DEFAULTS,
                FrontendConfig.Limits.DEFAULTS);
    }

    private record Nowhere() implements Destination {
        @Override
        public BackendConfig backend() {
            throw new IllegalStateException("nobody asks");
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
