package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.FrontendConfig.Profile;

import java.nio.file.Path;
import java.util.Optional;

/** What connections of a TCP frontend carry. */
class ProfileTest {

    private static final String ECHO =
            "echo { bind { address = \"10.0.0.11\", port = 7000 }, mode = tcp, backend = echo }";

    private static Outcome read(String keys) {
        String frontend = ECHO.replace("backend = echo }", "backend = echo, " + keys + " }");
        assertThat(ViolationsTest.SOUND).contains(ECHO);
        return ConfigParser.parse(
                ViolationsTest.SOUND.replace(ECHO, frontend), "f", Path.of(""), Optional.empty());
    }

    private static Profile profile(String keys) {
        return ((Outcome.Ok) read(keys))
                .config().frontends().stream()
                        .filter(each -> each.name().equals("echo"))
                        .findFirst()
                        .orElseThrow()
                        .profile();
    }

    @Test
    void shortExchangesAreExpectedUnlessItIsSaidOtherwise() {
        assertThat(profile("allow = [\"10.0.0.0/8\"]")).isEqualTo(Profile.INTERACTIVE);
        assertThat(profile("profile = interactive")).isEqualTo(Profile.INTERACTIVE);
        assertThat(profile("profile = bulk")).isEqualTo(Profile.BULK);
    }

    @Test
    void aMistakeIsNamed() {
        assertThat(read("profile = bulky").toString()).contains("is not one of bulk | interactive");
        String datagrams = ECHO.replace("mode = tcp", "mode = udp, profile = bulk");
        assertThat(
                        ConfigParser.parse(
                                        ViolationsTest.SOUND.replace(ECHO, datagrams),
                                        "f",
                                        Path.of(""),
                                        Optional.empty())
                                .toString())
                .contains("`profile` needs `mode = tcp`");
    }
}
