package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.FirstChoice;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.Server;
import proa.config.BackendConfig.Sticky;
import proa.config.ClusterConfig;
import proa.config.ClusterConfig.TlsFiles;
import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendConfig.Route;
import proa.config.FrontendConfig.Rule;
import proa.config.GroupConfig;
import proa.config.GroupConfig.Failback;
import proa.config.GroupConfig.Vip;
import proa.config.Network;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.config.Timing;
import proa.config.TrackConfig;
import proa.config.VrrpConfig;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Every part of a whole file arrives in its record. */
class MappingTest {

    private static final Path FOLDER = Path.of("/etc/proa");
    private static final ProaConfig DEMO = demo();

    private static ProaConfig demo() {
        Outcome outcome = ConfigParser.parse(text(), "demo.conf", FOLDER, Optional.of("lb1"));
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config();
    }

    static String text() {
        try (InputStream file = MappingTest.class.getResourceAsStream("demo.conf")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    @Test
    void theClusterHasItsMembersAndFiles() {
        ClusterConfig cluster = DEMO.cluster();

        assertThat(cluster.name()).isEqualTo("demo");
        assertThat(cluster.timing()).isEqualTo(Timing.LAB);
        assertThat(cluster.ownership()).isEqualTo(ClusterConfig.Ownership.KERNEL);
        assertThat(cluster.ports()).isEqualTo(new ClusterConfig.Ports(7800, 7801, 5701, 7112));
        assertThat(cluster.nodes())
                .containsExactly(node("lb1", 1, 11), node("lb2", 2, 12), node("lb3", 3, 13));
        assertThat(cluster.tls())
                .contains(
                        new TlsFiles(
                                Path.of("/etc/proa/certs/lb1.pem"),
                                Path.of("/etc/proa/certs/lb1.key"),
                                List.of(Path.of("/etc/proa/certs/ca.pem"))));
    }

    private static ClusterConfig.Node node(String name, int id, int last) {
        return new ClusterConfig.Node(name, id, List.of(address("10.77.0." + last)));
    }

    @Test
    void aGroupHasItsAddressesAndPreference() {
        assertThat(DEMO.groups())
                .containsExactly(
                        new GroupConfig(
                                "web",
                                51,
                                List.of("lb1", "lb2", "lb3"),
                                new Failback.Never(),
                                List.of(new Vip("main", address("10.77.0.100"), Optional.empty())),
                                Optional.of(address("10.77.0.1"))));
    }

    @Test
    void aNameOfDigitsIsAsItIsWritten() {
        String text = text().replace("name = web1,", "name = 01,");
        Outcome outcome = ConfigParser.parse(text, "demo.conf", FOLDER, Optional.of("lb1"));
        assertThat(((Outcome.Ok) outcome).config().backend("shop").orElseThrow().servers())
                .extracting(Server::name)
                .contains("01");
    }

    @Test
    void aNodeTakesAsMuchAsItCanUnlessTheFileSaysOtherwise() {
        assertThat(DEMO.limits()).isEqualTo(ProaConfig.NodeLimits.DEFAULTS);
        String limited = text() + "\nlimits { connections = 50k }\n";
        Outcome outcome = ConfigParser.parse(limited, "demo.conf", FOLDER, Optional.of("lb1"));
        assertThat(((Outcome.Ok) outcome).config().limits().connectionsMax()).contains(50_000);
    }

    @Test
    void aGroupsVrrpAndTrackingArrive() {
        String text =
                text().replace(
                                "track { gateway = \"10.77.0.1\" }",
                                """
                                track {
                                  gateway = "10.77.0.1"
                                  scripts { disk { command = ["/bin/check", "disk"], every = 5s, timeout = 2s, rise = 3, fall = 4, weight = 30 } }
                                  servers { at-least = 60%, hold = 5s, weight = 20 }
                                }
                                vrrp {
                                  advert-interval = 50ms, priority = 200, multicast = true
                                  checksum = pseudo-header, version-two = true
                                  routers { ka { addresses = ["10.77.0.21", "fe80::21"] } }
                                }
                                """);
        Outcome outcome = ConfigParser.parse(text, "demo.conf", FOLDER, Optional.of("lb1"));
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        GroupConfig group = ((Outcome.Ok) outcome).config().groups().getFirst();
        assertThat(group.track())
                .isEqualTo(
                        new TrackConfig(
                                List.of(
                                        new TrackConfig.Script(
                                                "disk",
                                                List.of("/bin/check", "disk"),
                                                Duration.ofSeconds(5),
                                                Duration.ofSeconds(2),
                                                3,
                                                4,
                                                30)),
                                Optional.of(
                                        new TrackConfig.Servers(60, Duration.ofSeconds(5), 20))));
        assertThat(group.vrrp())
                .isEqualTo(
                        new VrrpConfig(
                                Optional.of(Duration.ofMillis(50)),
                                200,
                                true,
                                VrrpConfig.Checksum.PSEUDO_HEADER,
                                true,
                                List.of(
                                        new VrrpConfig.Router(
                                                "ka",
                                                List.of(
                                                        address("10.77.0.21"),
                                                        address("fe80::21"))))));
        assertThat(group.priorityOf("lb2")).isEqualTo(190);
        assertThat(((Outcome.Ok) outcome).warnings().toString())
                .contains("below 100 ms a busy host is taken for a dead one");
    }

    @Test
    void tablesHaveTheirWindow() {
        assertThat(DEMO.tables())
                .containsExactly(
                        new TableConfig(
                                "clients",
                                TableConfig.Key.SOURCE,
                                Duration.ofMinutes(30),
                                100_000,
                                Optional.empty()),
                        new TableConfig(
                                "requests",
                                TableConfig.Key.SOURCE,
                                Duration.ofSeconds(30),
                                100_000,
                                Optional.of(Duration.ofSeconds(10))));
    }

    @Test
    void rulesAndRoutesKeepTheirOrder() {
        FrontendConfig http = frontend("http");

        assertThat(http.bind()).isEqualTo(new Bind.Floating("web", "main", 80));
        assertThat(http.rules())
                .containsExactly(
                        new Rule.Track(new Condition.Always(), "requests"),
                        new Rule.Deny(new Condition.RateAbove("requests", 100), 429));
        assertThat(http.routes())
                .containsExactly(
                        new Route(new Condition.PathPrefix("/api"), "api"),
                        new Route(new Condition.Header("X-Version", Optional.of("2")), "api"),
                        new Route(new Condition.Cookie("beta", Optional.empty()), "api"),
                        new Route(new Condition.Always(), "shop"));
        assertThat(http.limits())
                .isEqualTo(new FrontendConfig.Limits(8_000, 8_192, 16_384, 100, 1L << 30));
    }

    @Test
    void eachModeAndBindArrives() {
        assertThat(frontend("direct").bind()).isEqualTo(new Bind.Fixed(address("0.0.0.0"), 8081));
        assertThat(frontend("direct").routes())
                .containsExactly(new Route(new Condition.Always(), "shop"));
        assertThat(frontend("echo").mode()).isEqualTo(Mode.TCP);
        assertThat(frontend("sessions").mode()).isEqualTo(Mode.SESSIONS);
        assertThat(frontend("sessions").allow())
                .containsExactly(new Network(address("10.77.0.0"), 16));
        assertThat(DEMO.hasSessions()).isTrue();
    }

    @Test
    void aBackendHasItsServersAndCheck() {
        assertThat(DEMO.backend("shop"))
                .contains(
                        new BackendConfig(
                                "shop",
                                Balance.ROUND_ROBIN,
                                new Sticky.Cookie("SERVERID"),
                                Optional.of(
                                        new Check(
                                                new Probe.Http(
                                                        "GET", "/health", Optional.empty(), 200),
                                                Duration.ofSeconds(1),
                                                Duration.ofMillis(500),
                                                3,
                                                2)),
                                List.of(
                                        new Server("web1", socket("10.77.0.21", 8080), 1, false),
                                        new Server("web2", socket("10.77.0.22", 8080), 3, false),
                                        new Server("web3", socket("10.77.0.23", 8080), 1, true)),
                                new BackendConfig.Timeouts(
                                        Duration.ofSeconds(1), Duration.ofSeconds(50)),
                                2,
                                64));
    }

    @ParameterizedTest
    @CsvSource({
        "connect = 1s, PT1M",
        "idle = 4s, PT4S",
        "idle = 100ms, PT0.1S",
        "idle = 1h, PT1H",
    })
    void aBackendSaysHowLongConnectionsMayBeIdle(String says, Duration idle) {
        Outcome outcome = waiting(says);

        BackendConfig shop = ((Outcome.Ok) outcome).config().backend("shop").orElseThrow();
        assertThat(shop.timeouts().idle()).isEqualTo(idle);
    }

    @ParameterizedTest
    @CsvSource({"99ms", "61m", "0s"})
    void idleConnectionsHaveATimeThatServersCanKeepTo(String idle) {
        assertThat(((Outcome.Refused) waiting("idle = " + idle)).violations())
                .singleElement()
                .asString()
                .contains("`idle`: " + idle + " is out of range (100ms to 1h)");
    }

    /** The file whose backend has these timeouts. */
    private static Outcome waiting(String timeouts) {
        String text = text().replace("connect = 1s, server = 50s", timeouts);
        assertThat(text).contains("timeouts { " + timeouts + " }");
        return ConfigParser.parse(text, "demo.conf", FOLDER, Optional.of("lb1"));
    }

    @Test
    void stickinessOnATableArrives() {
        BackendConfig echo = DEMO.backend("echo").orElseThrow();

        assertThat(echo.balance()).isEqualTo(Balance.LEAST_CONNECTIONS);
        assertThat(echo.sticky()).isEqualTo(new Sticky.Table("clients", FirstChoice.HASH));
    }

    @Test
    void conditionsNestAndNamesAreReplaced() {
        String text =
                text().replace(
                                "conditions { api { path-prefix = \"/api\" } }",
                                """
                                conditions {
                                  api { path-prefix = "/api" }
                                  inside { src = ["192.168.1.0/24", "10.0.0.1"] }
                                  odd { all = [ api, { none = [ inside, { host = example.com } ] }, { any = [ { method = POST }, { path = "/x" } ] } ] }
                                }\
                                """)
                        .replace("when = api, backend = api", "when = [odd, api], backend = api");
        Outcome outcome = ConfigParser.parse(text, "demo.conf", FOLDER, Optional.empty());

        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        Condition api = new Condition.PathPrefix("/api");
        Condition inside =
                new Condition.Source(
                        List.of(
                                new Network(address("192.168.1.0"), 24),
                                new Network(address("10.0.0.1"), 32)));
        Condition none = new Condition.None(List.of(inside, new Condition.Host("example.com")));
        Condition any =
                new Condition.Any(List.of(new Condition.Method("POST"), new Condition.Path("/x")));
        assertThat(frontend(((Outcome.Ok) outcome).config(), "http").routes().getFirst().when())
                .isEqualTo(
                        new Condition.All(
                                List.of(new Condition.All(List.of(api, none, any)), api)));
    }

    private static FrontendConfig frontend(String name) {
        return frontend(DEMO, name);
    }

    private static FrontendConfig frontend(ProaConfig config, String name) {
        return config.frontends().stream()
                .filter(frontend -> frontend.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static InetSocketAddress socket(String address, int port) {
        return new InetSocketAddress(address(address), port);
    }
}
