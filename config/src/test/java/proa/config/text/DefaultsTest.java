package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Sticky;
import proa.config.ClusterConfig;
import proa.config.FrontendConfig;
import proa.config.GroupConfig.Failback;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.config.Timing;
import proa.config.TrackConfig;
import proa.config.VrrpConfig;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What holds when nothing is written. */
class DefaultsTest {

    private static final String SHORTEST =
            """
            schema = 1
            cluster {
              name = edge
              insecure = true
              nodes { lb1 { id = 1, addresses = ["10.0.0.11"] }, lb2 { id = 2, addresses = ["10.0.0.12"] } }
            }
            groups { web { vrid = 51, prefer = [lb1, lb2], vips { main = "10.0.0.100" } } }
            tables { stuck { key = src, expire = 30m } }
            frontends { http { bind { group = web, vip = main, port = 80 }, mode = http, backend = shop } }
            backends { shop { sticky { table = stuck }, check { http { get = "/" } }, servers = [ { name = a, address = "[fd00::1]:80" } ] } }
            """;

    private static ProaConfig read(String text) {
        Outcome outcome = ConfigParser.parse(text, "f", Path.of(""), Optional.empty());
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config();
    }

    private static final ProaConfig CONFIG = read(SHORTEST);

    @Test
    void ofTheCluster() {
        assertThat(CONFIG.cluster().timing()).isEqualTo(Timing.LAN);
        assertThat(CONFIG.cluster().ownership()).isEqualTo(ClusterConfig.Ownership.KERNEL);
        assertThat(CONFIG.cluster().ports()).isEqualTo(ClusterConfig.Ports.DEFAULTS);
        assertThat(CONFIG.cluster().tls()).isEmpty();
    }

    @Test
    void ofAGroupAndATable() {
        TableConfig table = CONFIG.tables().getFirst();

        assertThat(CONFIG.groups().getFirst().failback()).isEqualTo(new Failback.Never());
        assertThat(CONFIG.groups().getFirst().gateway()).isEmpty();
        assertThat(CONFIG.groups().getFirst().track()).isEqualTo(TrackConfig.NOTHING);
        assertThat(CONFIG.groups().getFirst().vrrp()).isEqualTo(VrrpConfig.DEFAULTS);
        assertThat(CONFIG.groups().getFirst().priorityOf("lb1")).isEqualTo(250);
        assertThat(CONFIG.groups().getFirst().priorityOf("lb2")).isEqualTo(240);
        assertThat(CONFIG.groups().getFirst().advertInterval(Timing.LAB))
                .isEqualTo(Duration.ofMillis(100));
        assertThat(table.entries()).isEqualTo(100_000);
        assertThat(table.requestRateOver()).isEmpty();
    }

    @Test
    void ofAFrontend() {
        FrontendConfig frontend = CONFIG.frontends().getFirst();

        assertThat(frontend.timeouts()).isEqualTo(FrontendConfig.Timeouts.DEFAULTS);
        assertThat(frontend.limits()).isEqualTo(FrontendConfig.Limits.DEFAULTS);
        assertThat(frontend.rules()).isEmpty();
        assertThat(frontend.allow()).isEmpty();
        assertThat(frontend.users()).isEmpty();
    }

    @Test
    void ofABackend() {
        BackendConfig backend = CONFIG.backends().getFirst();
        BackendConfig.Check check = backend.check().orElseThrow();
        BackendConfig.Server server = backend.servers().getFirst();

        assertThat(backend.balance()).isEqualTo(BackendConfig.Balance.ROUND_ROBIN);
        assertThat(backend.sticky())
                .isEqualTo(new Sticky.Table("stuck", BackendConfig.FirstChoice.HASH));
        assertThat(backend.timeouts()).isEqualTo(BackendConfig.Timeouts.DEFAULTS);
        assertThat(backend.retries()).isEqualTo(BackendConfig.RETRIES_DEFAULT);
        assertThat(backend.idleConnectionsMax()).isEqualTo(BackendConfig.IDLE_CONNECTIONS_DEFAULT);
        assertThat(server.weight()).isEqualTo(1);
        assertThat(server.backup()).isFalse();
        assertThat(check.every()).isEqualTo(Duration.ofSeconds(5));
        assertThat(check.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(List.of(check.fall(), check.rise())).containsExactly(3, 2);
        assertThat(check.probe())
                .isEqualTo(new BackendConfig.Probe.Http("GET", "/", Optional.empty(), 200));
    }

    @Test
    void aProbeMayNotTakeLongerThanItsIntervalByDefault() {
        ProaConfig config =
                read(SHORTEST.replace("http { get = \"/\" }", "tcp = true, every = 500ms"));

        assertThat(config.backends().getFirst().check().orElseThrow().timeout())
                .isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void writingADefaultOutAndOtherOrderOrCommentsKeepTheHash() {
        String other =
                SHORTEST.replace("name = edge", "timing = lan # as ever\n  name = \"edge\"")
                        .replace("mode = http", "limits { line = 8k, body = 1024m }, mode = http")
                        .replace("lb1 { id = 1", "lb1 { id : 1");

        assertThat(hash(other)).isEqualTo(hash(SHORTEST)).hasSize(64);
    }

    @Test
    void everythingThatMattersChangesTheHash() {
        assertThat(
                        List.of(
                                SHORTEST,
                                SHORTEST.replace("name = edge", "name = edges"),
                                SHORTEST.replace("id = 2", "id = 3"),
                                SHORTEST.replace("vrid = 51", "vrid = 52"),
                                SHORTEST.replace("[lb1, lb2]", "[lb2, lb1]"),
                                SHORTEST.replace("port = 80", "port = 81"),
                                SHORTEST.replace("expire = 30m", "expire = 31m"),
                                SHORTEST.replace("]:80\"", "]:81\""),
                                SHORTEST.replace("get = \"/\"", "head = \"/\"")))
                .extracting(DefaultsTest::hash)
                .doesNotHaveDuplicates();
    }

    @Test
    void theHashIsTheSameOnEveryNodeAlthoughEachHasItsOwnCertificate() {
        String text =
                SHORTEST.replace(
                        "insecure = true",
                        "tls { certificate = \"%{node}.pem\", key = \"%{node}.key\", authorities ="
                                + " [ca.pem] }");
        Outcome one = ConfigParser.parse(text, "f", Path.of("/etc/proa"), Optional.of("lb1"));
        Outcome other = ConfigParser.parse(text, "f", Path.of("/opt/proa"), Optional.of("lb2"));

        assertThat(((Outcome.Ok) one).hash()).isEqualTo(((Outcome.Ok) other).hash());
        assertThat(((Outcome.Ok) one).config()).isNotEqualTo(((Outcome.Ok) other).config());
    }

    private static String hash(String text) {
        return ((Outcome.Ok) ConfigParser.parse(text, "f", Path.of(""), Optional.empty())).hash();
    }
}
