package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Rule;
import proa.config.ProaConfig;
import proa.config.RateConfig;
import proa.config.SpreadingConfig.HashKey;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Rates of frontends and servers as they are written, and what is wrong with them. */
class RateTest {

    private static final String ECHO = "mode = tcp, backend = echo }";
    private static final String HTTP = "mode = http\n";
    private static final String WEB2 = "{ name = web2, address = \"10.0.1.2:8080\" }";
    private static final String E1 = "address = \"10.0.1.3:7000\" }";
    private static final String TABLES = "tables {\n";
    private static final String COUNTS =
            "tables { rates { key = text, expire = 1m, count { requests { rate-over = 1s } } }\n";

    private static String http(String limits) {
        return ViolationsTest.SOUND.replace(HTTP, "mode = http, limits { " + limits + " }\n");
    }

    private static String echo(String limits) {
        return ViolationsTest.SOUND.replace(
                ECHO, "mode = tcp, backend = echo, limits { " + limits + " } }");
    }

    private static String web2(String rate) {
        return ViolationsTest.SOUND
                .replace(TABLES, COUNTS)
                .replace(WEB2, WEB2.replace(" }", ", rate { " + rate + " } }"))
                .replace("{ track = hits }", "{ track = rates, by { constant = all } }");
    }

    private static Outcome parse(String text) {
        return ConfigParser.parse(text, "f", Path.of(""), Optional.empty());
    }

    private static ProaConfig sound(String text) {
        Outcome outcome = parse(text);
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config();
    }

    private static RateConfig.OfClients rates(ProaConfig config, String frontend) {
        return config.frontends().stream()
                .filter(each -> each.name().equals(frontend))
                .map(FrontendConfig::limits)
                .map(FrontendConfig.Limits::rates)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everythingWrittenArrives() {
        ProaConfig config =
                sound(
                        http(
                                "connection-rate { per-second = 200, burst = 50, excess = refuse },"
                                        + " request-rate { per-second = 1k, wait = 300ms }"));
        assertThat(rates(config, "http"))
                .isEqualTo(
                        new RateConfig.OfClients(
                                Optional.of(
                                        new RateConfig.Connections(new RateConfig(200, 50), false)),
                                Optional.of(
                                        new RateConfig.Requests(
                                                new RateConfig(1_000, 100),
                                                Duration.ofMillis(300)))));
        assertThat(rates(config, "echo")).isEqualTo(RateConfig.OfClients.UNLIMITED);
        assertThat(rates(sound(echo("connection-rate { per-second = 5 }")), "echo").connections())
                .contains(new RateConfig.Connections(new RateConfig(5, 1), true));
        ProaConfig servers = sound(web2("per-second = 40, table = rates"));
        assertThat(servers.backend("shop").orElseThrow().servers().getLast().rate())
                .contains(new RateConfig.OfServer(new RateConfig(40, 4), Optional.of("rates")));
        assertThat(servers.backend("shop").orElseThrow().servers().getFirst().rate()).isEmpty();
    }

    @Test
    void aLimitCanBeOnEverybodyTogether() {
        ProaConfig config = sound(web2("per-second = 40"));
        assertThat(config.frontends().stream().flatMap(each -> each.rules().stream()))
                .filteredOn(Rule.Track.class::isInstance)
                .singleElement()
                .extracting(rule -> ((Rule.Track) rule).by().orElseThrow())
                .isEqualTo(new HashKey.Constant("all"));
    }

    @Test
    void everyKeyChangesTheHashOfTheConfiguration() {
        assertThat(
                        List.of(
                                hash(http("connection-rate { per-second = 5 }")),
                                hash(http("connection-rate { per-second = 5, burst = 2 }")),
                                hash(http("connection-rate { per-second = 5, excess = refuse }")),
                                hash(http("request-rate { per-second = 5 }")),
                                hash(http("request-rate { per-second = 5, wait = 1s }")),
                                hash(http("min-read-rate = 1k")),
                                hash(web2("per-second = 5")),
                                hash(web2("per-second = 5, table = rates"))))
                .doesNotHaveDuplicates();
    }

    private static String hash(String text) {
        return ((Outcome.Ok) parse(text)).hash();
    }

    /**
     * One mistake.
     *
     * @param file with it
     * @param words part of the violation's text
     */
    record Row(String file, String words) {}

    static final List<Row> ERRORS =
            List.of(
                    new Row(http("connection-rate { burst = 2 }"), "`per-second` is missing"),
                    new Row(http("connection-rate { per-second = 0 }"), "out of range"),
                    new Row(http("request-rate { per-second = 2m }"), "out of range"),
                    new Row(
                            http("request-rate { per-second = 2, excess = wait }"),
                            "unknown key `excess`"),
                    new Row(
                            http("connection-rate { per-second = 2, excess = queue }"),
                            "is not one of refuse | wait"),
                    new Row(echo("request-rate { per-second = 2 }"), "only mode http has requests"),
                    new Row(echo("min-read-rate = 1k"), "only mode http has answers"),
                    new Row(web2("per-second = 5, table = rate"), "no table is named \"rate\""),
                    new Row(web2("per-second = 5, table = hits"), "kept by another key"),
                    new Row(
                            web2("per-second = 5, table = rates, burst = 5"),
                            "bounded by the counter's window"),
                    new Row(
                            ViolationsTest.SOUND
                                    .replace(ECHO, "mode = udp, backend = echo }")
                                    .replace("sticky { table = stuck }, check { tcp = true },", "")
                                    .replace(E1, E1.replace(" }", ", rate { per-second = 5 } }")),
                            "a session of datagrams does not wait"),
                    new Row(
                            ViolationsTest.SOUND.replace(
                                    "{ track = hits }", "{ track = hits, by { constant = all } }"),
                            "table hits is on addresses"));

    @ParameterizedTest
    @FieldSource("ERRORS")
    void aMistakeIsAnError(Row row) {
        Outcome outcome = parse(row.file());
        assertThat(outcome).as(row.words()).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).violations())
                .extracting(Violation::toString)
                .as(row.words())
                .anyMatch(violation -> violation.contains(row.words()))
                .allMatch(violation -> violation.matches("(?s)f:\\d+: .*"));
    }
}
