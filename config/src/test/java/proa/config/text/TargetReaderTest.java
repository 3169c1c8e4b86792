package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.drill.Targets;

import java.net.Inet4Address;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The machines of remote drills as text: what is read, and what is wrong at which line. */
class TargetReaderTest {

    private static final String LEAST =
            """
            schema = 1
            remote {
              address = "10.0.0.100"
              group = web
              hosts {
                lb2 { address = "10.0.0.12" }
                lb1 { address = "10.0.0.11" }
              }
            }
            """;

    private static final String ALL =
            """
            schema = 1
            remote {
              lab = true
              address = "10.0.0.100"
              group = web
              interface = ens3
              command = /opt/proa/proa
              ssh { user = drill, port = 2222, sudo = true, key = keys/drill, known-hosts = known }
              units { node = node.service }
              hosts {
                lb1 {
                  address = "10.0.0.11", interface = bond0.7, run-directory = /var/run/proa
                  ssh { address = lb1.example, port = 22 }
                  units { vipd = "vipd@1.service" }
                }
                lb2 { address = "10.0.0.12" }
              }
              clients {
                http = 8080, host = shop.example, path = "/health", rate = 600
                echo = 7000, sessions = 6379
                host-limited = 8082, host-echo = 7001, host-sessions = 6380
                limit = 100, limit-window = 5s, sources = "10.99.0.0"
                servers { web1 = "10.0.0.21:8080" }
                segment { interface = eth1, asker = "10.0.0.240" }
              }
            }
            """;

    private static Inet4Address v4(String text) {
        return Inet4Address.ofLiteral(text);
    }

    private static Targets read(String text) {
        TargetReader.Outcome outcome = TargetReader.parse(text, "targets.conf");
        assertThat(outcome).as(text).isInstanceOf(TargetReader.Outcome.Ok.class);
        return ((TargetReader.Outcome.Ok) outcome).targets();
    }

    private static List<String> violations(String text) {
        TargetReader.Outcome outcome = TargetReader.parse(text, "targets.conf");
        assertThat(outcome).as(text).isInstanceOf(TargetReader.Outcome.Refused.class);
        return ((TargetReader.Outcome.Refused) outcome)
                .violations().stream().map(Violation::toString).toList();
    }

    @Test
    void theLeastThatIsNeededHasSafeDefaults() {
        Targets targets = read(LEAST);

        assertThat(targets.lab()).isFalse();
        assertThat(targets.address()).isEqualTo(v4("10.0.0.100"));
        assertThat(targets.hosts())
                .containsExactly(host("lb1", "10.0.0.11"), host("lb2", "10.0.0.12"));
        Targets.Clients clients = targets.clients();
        assertThat(clients.http()).isEqualTo(80);
        assertThat(clients.host()).isEqualTo("10.0.0.100");
        assertThat(clients.rate()).isEqualTo(100);
        assertThat(clients.sources()).isEmpty();
        assertThat(clients.segment()).isEmpty();
        assertThat(clients.limit()).isEmpty();
        assertThat(clients.ports().sessions()).isEmpty();
    }

    private static Targets.Host host(String name, String address) {
        return new Targets.Host(
                name,
                v4(address),
                new Targets.Ssh(address, 22, "root", false, Optional.empty(), "known_hosts"),
                Optional.empty(),
                "eth0",
                new Targets.Units("proa-node.service", "proa-vipd.service"),
                "proa",
                "/run/proa");
    }

    @Test
    void whatCannotBeFollowedIsRefused() {
        assertThat(violations(LEAST + "include\nurl(\"http://127.0.0.1:1/x\")\n"))
                .singleElement()
                .asString()
                .startsWith("targets.conf:11: cannot be followed from here on");
    }

    @Test
    void everyKeyIsReadAndAHostSaysOtherwise() {
        Targets targets = read(ALL);

        assertThat(targets.lab()).isTrue();
        assertThat(targets.group()).isEqualTo("web");
        assertThat(targets.host("lb1"))
                .isEqualTo(
                        new Targets.Host(
                                "lb1",
                                v4("10.0.0.11"),
                                new Targets.Ssh(
                                        "lb1.example",
                                        22,
                                        "drill",
                                        true,
                                        Optional.of("keys/drill"),
                                        "known"),
                                Optional.empty(),
                                "bond0.7",
                                new Targets.Units("node.service", "vipd@1.service"),
                                "/opt/proa/proa",
                                "/var/run/proa"));
        assertThat(targets.host("lb2").ssh())
                .isEqualTo(
                        new Targets.Ssh(
                                "10.0.0.12",
                                2222,
                                "drill",
                                true,
                                Optional.of("keys/drill"),
                                "known"));
        assertThat(targets.host("lb2").units())
                .isEqualTo(new Targets.Units("node.service", "proa-vipd.service"));
        assertThat(targets.clients())
                .isEqualTo(
                        new Targets.Clients(
                                8080,
                                "shop.example",
                                "/health",
                                600,
                                new Targets.Ports(
                                        OptionalInt.of(7000),
                                        OptionalInt.of(6379),
                                        OptionalInt.of(8082),
                                        OptionalInt.of(7001),
                                        OptionalInt.of(6380)),
                                OptionalInt.of(100),
                                5_000,
                                Optional.of(v4("10.99.0.0")),
                                Map.of("web1", "10.0.0.21:8080"),
                                Optional.of(new Targets.Segment("eth1", v4("10.0.0.240")))));
    }

    /** One thing is changed in a sound file; the line and what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    group = web           | grup = web            | targets.conf:5:  | did you mean "group"
                    user = drill          | user = "-oProxy=x"    | targets.conf:8:  | a user's name
                    sudo = true            | password = secret     | targets.conf:8:  | unknown key `password`
                    port = 2222           | port = 99999          | targets.conf:8:  | 65535
                    node = node.service   | node = "a;reboot"     | targets.conf:9:  | a unit of systemd
                    /opt/proa/proa        | "$(reboot)"           | targets.conf:7:  | of letters, digits
                    interface = bond0.7   | interface = "a b"     | targets.conf:12: | an interface of that machine
                    /var/run/proa         | run/proa              | targets.conf:12: | an absolute path
                    address = lb1.example | adress = lb1.example  | targets.conf:13: | did you mean "address"
                    "10.0.0.12"           | "10.0.0.11"           | targets.conf:16: | another host has 10.0.0.11
                    "10.0.0.12"           | "fd00::1"             | targets.conf:16: | IPv4
                    limit = 100,          |                       | targets.conf:21: | means nothing without `limit`
                    echo = 7000,          |                       | targets.conf:21: | means nothing without `echo`
                    """)
    void whatIsWrongIsNamedWithItsLine(String sound, String wrong, String line, String said) {
        assertThat(ALL).contains(sound);
        assertThat(violations(ALL.replace(sound, wrong == null ? "" : wrong)))
                .hasSize(1)
                .first()
                .asString()
                .startsWith(line)
                .contains(said);
    }

    @Test
    void aPairOrATrioIsNeeded() {
        String one = LEAST.replace("    lb2 { address = \"10.0.0.12\" }\n", "");
        assertThat(violations(one))
                .containsExactly(
                        "targets.conf:5: 2 or 3 hosts, not 1 (hosts { lb1 { address = \"10.0.0.11\""
                                + " }, lb2 { address = \"10.0.0.12\" } })");
        assertThat(violations("schema = 1\n")).first().asString().contains("`remote` is missing");
        assertThat(violations("schema = 1\nremote {\n")).hasSize(1);
    }

    @Test
    void anSshdIsThatOfOneHost() {
        assertThat(violations(ALL.replace("ssh { user", "ssh { address = gate.example, user")))
                .containsExactly(
                        "targets.conf:8: `address` is that of one host (hosts { lb1 { ssh { address"
                                + " = … } } })");
    }

    @Test
    void aContainerIsReachedWithoutSsh() {
        String contained =
                LEAST.replace("\"10.0.0.12\" }", "\"10.0.0.12\", container = shop-lb2 }");
        assertThat(read(contained).host("lb2").container()).contains("shop-lb2");
        assertThat(read(contained).host("lb1").container()).isEmpty();
        assertThat(violations(contained.replace("shop-lb2", "\"-it\"")))
                .singleElement()
                .asString()
                .contains("the name or the id of a container");
        assertThat(violations(contained.replace("shop-lb2", "shop-lb2, ssh { port = 22 }")))
                .singleElement()
                .asString()
                .contains("a container has neither SSH nor units");
    }
}
