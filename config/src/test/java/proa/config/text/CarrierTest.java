package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.CarrierConfig;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a group says where it is: read, defaulted, refused. */
class CarrierTest {

    private static Outcome parse(String more) {
        String text =
                """
                schema = 1
                cluster {
                  name = edge
                  nodes { lb1 { id = 1, addresses = ["10.0.0.11"] }, lb2 { id = 2, addresses = ["10.0.0.12"] } }
                  tls { certificate = "c.pem", key = "k.pem", authorities = ["ca.pem"] }
                }
                groups {
                  web { vrid = 51, prefer = [lb1, lb2], vips { main = "10.0.0.100", six = "fd00::100" }
                MORE
                } }
                frontends { web { bind { group = web, vip = main, port = 80 }, mode = http, backend = b } }
                backends { b { servers = [ { name = s, address = "10.0.0.21:80" } ] } }
                """
                        .replace("MORE", more);
        return ConfigParser.parse(text, "a.conf", Path.of("/etc/proa"), Optional.of("lb1"));
    }

    private static CarrierConfig carrier(String more) {
        return parse(more) instanceof Outcome.Ok ok
                ? ok.config().groups().getFirst().carrier()
                : new CarrierConfig.Hook(List.of(parse(more).toString()), Duration.ZERO);
    }

    @Test
    void aGroupAnnouncesUnlessTheFileSaysOtherwise() {
        assertThat(carrier("")).isEqualTo(new CarrierConfig.Arp());
        assertThat(carrier("hook { command = [\"/bin/move\", \"eth0\"] }"))
                .isEqualTo(
                        new CarrierConfig.Hook(
                                List.of("/bin/move", "eth0"), Duration.ofSeconds(5)));
        assertThat(carrier("hook { command = \"/bin/move\", deadline = 300ms }"))
                .isEqualTo(new CarrierConfig.Hook(List.of("/bin/move"), Duration.ofMillis(300)));
    }

    @Test
    void theAddressesMayHaveTheVirtualRoutersMac() {
        assertThat(carrier("virtual-mac = true")).isEqualTo(new CarrierConfig.VirtualMac());
        assertThat(carrier("virtual-mac = false")).isEqualTo(new CarrierConfig.Arp());
        String both = parse("virtual-mac = true, hook { command = \"/bin/move\" }").toString();
        assertThat(both).contains("a.conf:9: a group with a `hook` announces no MAC address");
        assertThat(parse("virtual-mac = true, gateway-vip = \"10.0.1.1\"").toString())
                .contains("servers cannot route by an address with a virtual MAC address");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hook { }|a.conf:9: `command` is missing",
                "hook { command = [\"move\"] }|a.conf:9: the hook needs a program by its whole"
                        + " path",
                "hook { command = [] }|a.conf:9: the hook needs a program by its whole path",
                "hook { command = \"/bin/m\", deadline = 2m }|a.conf:9: `deadline`: ",
                "hook { command = \"/bin/m\" }, vrrp { multicast = true }|a.conf:9: where a hook"
                        + " is",
                "hook { program = \"/bin/m\", command = \"/bin/m\" }|a.conf:9: unknown key"
                        + " `program`",
            })
    void whatCannotBeIsRefusedWhereItStands(String more, String expected) {
        assertThat(parse(more)).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) parse(more)).violations())
                .hasSize(1)
                .first()
                .asString()
                .contains(expected);
    }
}
