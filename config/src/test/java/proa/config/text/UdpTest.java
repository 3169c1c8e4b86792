package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Probe;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.ScriptStep;
import proa.config.UdpOptions;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Frontends of mode udp: how they are read, and what is wrong. */
class UdpTest {

    private static final String ECHO =
            "echo { bind { address = \"10.0.0.11\", port = 7000 }, mode = tcp, backend = echo }";

    /** The sound file with this instead of its TCP frontend, on line 33. */
    private static Outcome read(String frontend) {
        assertThat(ViolationsTest.SOUND).contains(ECHO);
        return ConfigParser.parse(
                ViolationsTest.SOUND.replace(ECHO, frontend), "f", Path.of(""), Optional.empty());
    }

    private static FrontendConfig dns(String keys) {
        Outcome outcome =
                read(
                        "dns { bind { address = \"10.0.0.11\", port = 53 }, mode = udp,"
                                + " backend = echo "
                                + keys
                                + " }");
        assertThat(outcome).as(keys).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome)
                .config().frontends().stream()
                        .filter(each -> each.name().equals("dns"))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void aFrontendOfDatagramsIsRead() {
        FrontendConfig frontend = dns("");
        assertThat(frontend.mode()).isEqualTo(Mode.UDP);
        assertThat(frontend.udp()).isEqualTo(UdpOptions.DEFAULTS);
        assertThat(dns(", udp { datagram = 4k, requests = 10, responses = 1 }").udp())
                .isEqualTo(new UdpOptions(4_096, Optional.of(10), Optional.of(1)));
        assertThat(dns(", udp { responses = 0 }").udp().responses()).contains(0);
    }

    @Test
    void theSamePortMayCarryTcpAndUdp() {
        Outcome both =
                read(
                        ECHO
                                + "\n dns { bind { address = \"10.0.0.11\", port = 7000 },"
                                + " mode = udp, backend = echo }");
        assertThat(both).isInstanceOf(Outcome.Ok.class);
        String twice =
                "dns { bind { address = \"10.0.0.11\", port = 53 }, mode = udp, backend = echo }";
        assertThat(read(twice + "\n" + twice.replaceFirst("dns", "dns2")).toString())
                .contains("port 53 is already that of frontend");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ address = \"0.0.0.0\", port = 53 }, mode = udp, backend = echo | answers must"
                        + " come from the address that was asked",
                "{ address = \"10.0.0.11\", port = 53 }, mode = tcp, backend = echo, udp {} |"
                        + " `udp` needs `mode = udp`",
                "{ address = \"10.0.0.11\", port = 53 }, mode = udp, backend = echo,"
                        + " udp { datagram = 64k } | `datagram`",
                "{ address = \"10.0.0.11\", port = 53 }, mode = udp, backend = echo,"
                        + " rules = [ { deny = 403 } ] | rules need `mode = http`",
                "{ address = \"10.0.0.11\", port = 53 }, mode = udp, backend = echo,"
                        + " trusted = [\"10.0.0.5\"], proxy-protocol = true | no PROXY header",
                "{ address = \"10.0.0.11\", port = 53 }, mode = udp, routes = [ { when = api,"
                        + " backend = echo }, { backend = echo } ] | datagrams have no request",
            })
    void whatIsWrongIsSaidAtItsLine(String bind, String message) {
        Outcome outcome = read("dns { bind " + bind + " }");
        assertThat(outcome).as(bind).isInstanceOf(Outcome.Refused.class);
        List<Violation> violations = ((Outcome.Refused) outcome).violations();
        assertThat(violations)
                .as(bind)
                .anySatisfy(
                        violation -> {
                            assertThat(violation.toString()).contains(message);
                            assertThat(violation.line()).isEqualTo(33);
                        });
    }

    @Test
    void aCheckOfTheServersOwnPortIsWarnedOf() {
        String dns =
                "dns { bind { address = \"10.0.0.11\", port = 53 }, mode = udp, backend = shop }";
        Outcome outcome = read(ECHO + "\n" + dns);
        assertThat(((Outcome.Ok) outcome).warnings().toString())
                .contains("the check speaks TCP to a port that is sent datagrams");
    }

    @Test
    void aCheckMayAskByDatagrams() {
        String check = "check { tcp = true, every = 2s }";
        String asking = "check { udp = [ { send = ping }, { expect = pong } ] }";
        String dns =
                "dns { bind { address = \"10.0.0.11\", port = 53 }, mode = udp, backend = shop }";
        String text = ViolationsTest.SOUND.replace(ECHO, ECHO + "\n" + dns);
        Outcome outcome = parse(text.replace(check, asking));
        assertThat(((Outcome.Ok) outcome).warnings().toString()).doesNotContain("speaks TCP");
        assertThat(
                        ((Outcome.Ok) outcome)
                                .config()
                                .backend("shop")
                                .flatMap(BackendConfig::check)
                                .orElseThrow()
                                .probe())
                .isEqualTo(
                        new Probe.Udp(
                                List.of(
                                        new ScriptStep.Send("ping"),
                                        new ScriptStep.Await("pong"))));
        assertThat(parse(text.replace(check, "check { udp = [ { send = ping } ] }")).toString())
                .contains("no answer is expected, so every server would pass");
        assertThat(parse(text.replace(check, "check { udp = [] }")).toString())
                .contains("`udp` has no step");
    }

    private static Outcome parse(String text) {
        return ConfigParser.parse(text, "f", Path.of(""), Optional.empty());
    }
}
