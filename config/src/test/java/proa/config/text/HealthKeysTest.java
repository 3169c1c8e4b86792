package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.Expect;
import proa.config.Expect.JsonValue;
import proa.config.Expect.StatusRange;
import proa.config.HealthConfig;
import proa.config.HealthConfig.Agent;
import proa.config.HealthConfig.Failure;
import proa.config.HealthConfig.Passive;
import proa.config.ScriptStep;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Checks, agents and the judging of live traffic: what is written arrives, and what is wrong. */
class HealthKeysTest {

    private static final String FILE =
            """
            schema = 1
            cluster {
              name = edge
              insecure = true
              nodes { lb1 { id = 1, addresses = ["10.0.0.11"] }, lb2 { id = 2, addresses = ["10.0.0.12"] } }
            }
            frontends { front { bind { address = "10.0.0.11", port = 80 }, mode = http, backend = shop } }
            backends { shop {
              servers = [ { name = a, address = "10.0.1.1:80" }, { name = b, address = "10.0.1.2:80" } ]
              HERE
            } }
            """;

    /** The line of what the rows below write. */
    private static final String LINE = "f:10: ";

    private static Outcome parse(String written) {
        String text = FILE.replace("HERE", written);
        return ConfigParser.parse(text, "f", Path.of(""), Optional.empty());
    }

    private static BackendConfig backend(String written) {
        Outcome outcome = parse(written);
        assertThat(outcome).as("%s", outcome).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config().backends().getFirst();
    }

    private static Check check(String written) {
        return backend("check { " + written + " }").check().orElseThrow();
    }

    @Test
    void everyPartOfAnHttpCheckArrives() {
        Probe probe =
                check(
                                """
                                http {
                                    method = REPORT, path = "/health?deep=1", host = shop.example
                                    headers { X-Probe = proa, Authorization = "Bearer x" }
                                    body = "{\\"deep\\": true}"
                                    expect-status = [200, "300-399", 5xx]
                                    expect-string = "\\"status\\":\\"healthy\\""
                                    expect-regex = "up(time)?"
                                    expect-json = [ { path = "$.checks[0].name", value = db }, { path = ok, value = true } ]
                                    body-max = 8k
                                  }\
                                """)
                        .probe();

        assertThat(probe)
                .isEqualTo(
                        new Probe.Http(
                                "REPORT",
                                "/health?deep=1",
                                Optional.of("shop.example"),
                                List.of(
                                        new Probe.Field("Authorization", "Bearer x"),
                                        new Probe.Field("X-Probe", "proa")),
                                "{\"deep\": true}",
                                new Expect(
                                        List.of(
                                                new StatusRange(200, 200),
                                                new StatusRange(300, 399),
                                                new StatusRange(500, 599)),
                                        Optional.of("\"status\":\"healthy\""),
                                        Optional.of("up(time)?"),
                                        List.of(
                                                new JsonValue("checks[0].name", "db"),
                                                new JsonValue("ok", "true")),
                                        8 << 10)));
    }

    @Test
    void aScriptArrivesStepByStep() {
        assertThat(
                        check(
                                        "script = [ { expect = \"220 \" }, { send = \"QUIT\\r"
                                            + "\\n"
                                            + "\" }, { send-hex = \"0d 0A\" }, { expect-hex = ff00"
                                            + " }, { expect-regex = \"^2\" } ]")
                                .probe())
                .isEqualTo(
                        new Probe.Script(
                                List.of(
                                        new ScriptStep.Await("220 "),
                                        new ScriptStep.Send("QUIT\r\n"),
                                        new ScriptStep.Send("\r\n"),
                                        new ScriptStep.Await("\u00ff\0"),
                                        new ScriptStep.Match("^2"))));
    }

    @Test
    void textOfAStepIsItsBytes() {
        assertThat(check("script = [ { send = \"é\" } ]").probe())
                .isEqualTo(new Probe.Script(List.of(new ScriptStep.Send("\u00c3\u00a9"))));
    }

    @Test
    void readyMadeProbesArrive() {
        assertThat(check("redis {}").probe()).isEqualTo(new Probe.Redis());
        assertThat(check("ldap {}").probe()).isEqualTo(new Probe.Ldap());
        assertThat(check("smtp { hello = lb.example }").probe())
                .isEqualTo(new Probe.Smtp("lb.example"));
        assertThat(check("grpc {}").probe()).isEqualTo(new Probe.Grpc(""));
        assertThat(check("grpc { service = shop.Cart }").probe())
                .isEqualTo(new Probe.Grpc("shop.Cart"));
        assertThat(check("mysql { user = probe }").probe())
                .isEqualTo(new Probe.Mysql(Optional.of("probe")));
        assertThat(check("postgresql { user = probe, database = shop }").probe())
                .isEqualTo(new Probe.Postgresql("probe", Optional.of("shop")));
    }

    @Test
    void theRhythmArrivesAndHasDefaults() {
        Check check =
                check(
                        "tcp = true, port = 8081, every = 4s, fast = 500ms, jitter = 20%, timeout ="
                                + " 2s, slow = 1s");
        assertThat(check.port()).contains(8081);
        assertThat(check.fast()).contains(Duration.ofMillis(500));
        assertThat(check.jitterPercent()).isEqualTo(20);
        assertThat(check.slow()).isEqualTo(Duration.ofSeconds(1));

        Check plain = check("tcp = true");
        assertThat(plain)
                .isEqualTo(
                        new Check(
                                new Probe.Tcp(),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(2),
                                3,
                                2));
        assertThat(plain.port()).isEmpty();
        assertThat(plain.fast()).isEmpty();
        assertThat(plain.jitterPercent()).isEqualTo(5);
        assertThat(plain.slow()).isEqualTo(Duration.ofMillis(100));
        assertThat(check("tcp = true, timeout = 50ms").slow()).isEqualTo(Duration.ofMillis(25));
    }

    @Test
    void agentPassiveAndPanicArriveAndHaveDefaults() {
        BackendConfig backend =
                backend(
                        """
                        check { tcp = true }
                          agent { port = 9999, every = 2s, timeout = 1s, send = "web\\n" }
                          passive { failures = 5, within = 10s, out = 20s, out-max = 10m, ejected-max = 60%, count = [server-error, connect] }
                          panic-below = 30%\
                        """);
        assertThat(backend.health())
                .isEqualTo(
                        new HealthConfig(
                                Optional.of(
                                        new Agent(
                                                9999,
                                                Duration.ofSeconds(2),
                                                Duration.ofSeconds(1),
                                                "web\n")),
                                Optional.of(
                                        new Passive(
                                                5,
                                                Duration.ofSeconds(10),
                                                Duration.ofSeconds(20),
                                                Duration.ofMinutes(10),
                                                60,
                                                List.of(Failure.CONNECT, Failure.SERVER_ERROR))),
                                30));

        assertThat(backend("check { tcp = true }").health()).isEqualTo(HealthConfig.NONE);
        HealthConfig plain = backend("agent { port = 1 }, passive {}").health();
        assertThat(plain.agent())
                .contains(new Agent(1, Duration.ofSeconds(5), Duration.ofSeconds(2), ""));
        assertThat(plain.passive())
                .contains(
                        new Passive(
                                3,
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(5),
                                50,
                                List.of(Failure.CONNECT, Failure.NO_ANSWER)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "http { get = \"/\", head = \"/\" }            | exactly one of",
                "http { method = POST }                        | exactly one of",
                "http { path = \"/\", get = \"/\" }            | exactly one of",
                "http { get = \"/\", headers { Host = x } }    | is not free (`host ="
                        + " shop.example`",
                "http { get = \"/\", headers { Content-Length = 1 } } | computed from `body`",
                "http { head = \"/\", expect-string = ok }     | an answer to HEAD has no body",
                "http { get = \"/\", expect-status = 600 }     | \"600\" cannot stand here (a"
                        + " status",
                "http { get = \"/\", expect-status = \"299-200\" } | cannot stand here",
                "http { get = \"/\", expect-regex = \"(\" }    | is not a regular expression:"
                        + " missing",
                "http { get = \"/\", expect-regex = \"(a)\\\\1\" } | is not a regular expression",
                "http { get = \"/\", expect-regex = \"(a{50}){50}\" } | stands for more than 2048",
                "http { get = \"/\", expect-json = [ { path = \"a b\", value = 1 } ] } | keys and"
                        + " indexes",
                "http { get = \"/\", expect-json = [ { path = a } ] } | `value` is missing",
                "http { get = \"/\", body-max = 2m }           | out of range",
                "redis {}, ldap {}                             | has `redis` and `ldap`; only one"
                        + " could win",
                "redis { port = 1 }                            | unknown key `port`",
                "script = []                                   | `script` has no step",
                "script = [ { send = a, expect = b } ]         | a step is exactly one of",
                "script = [ {} ]                               | a step is exactly one of",
                "script = [ { send-hex = abc } ]               | two hexadecimal digits for each"
                        + " byte",
                "postgresql {}                                 | `user` is missing",
                "tcp = true, fast = 6s                         | longer than `every` (fast = 5s or"
                        + " less)",
                "tcp = true, jitter = 60%                      | 0% to 50%",
                "tcp = true, jitter = 5                        | 0% to 50%",
                "tcp = true, slow = 2s                         | has failed by `timeout` already",
                "every = 1s                                    | neither `tcp` nor `http`"
            })
    void whatIsWrongWithACheckIsReported(String written, String words) {
        assertThat(refusals("check { " + written + " }"))
                .anySatisfy(text -> assertThat(text).startsWith(LINE).contains(words));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "agent {}                          | `port` is missing",
                "agent { port = 1, timeout = 6s }  | may take 6s and the next comes after 5s",
                "passive { out = 10m }             | `out-max` is shorter than `out`",
                "passive { ejected-max = 0% }      | 1% to 100%",
                "passive { count = [conect] }      | did you mean \"connect\"?",
                "panic-below = 101%                | 0% to 100%"
            })
    void whatIsWrongBesidesTheCheckIsReported(String written, String words) {
        assertThat(refusals("check { tcp = true }, " + written))
                .anySatisfy(text -> assertThat(text).startsWith(LINE).contains(words));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "check { mysql {} }                                    | max_connect_errors",
                "check { tcp = true }, passive { ejected-max = 40% }   | ejected-max = 50%",
                "check { tcp = true, every = 1m, fast = 10s, timeout = 1s } | up to 80s"
            })
    void whatIsDoubtfulIsAWarning(String written, String words) {
        Outcome outcome = parse(written);
        assertThat(outcome).as("%s", outcome).isInstanceOf(Outcome.Ok.class);
        assertThat(((Outcome.Ok) outcome).warnings())
                .extracting(Violation::toString)
                .anySatisfy(text -> assertThat(text).startsWith(LINE).contains(words));
    }

    @Test
    void everythingChangesTheHash() {
        assertThat(
                        List.of(
                                hash("check { redis {} }"),
                                hash("check { ldap {} }"),
                                hash("check { http { get = \"/\" } }"),
                                hash("check { http { get = \"/\", expect-string = a } }"),
                                hash("check { redis {} }, panic-below = 1%"),
                                hash("check { redis {} }, passive {}"),
                                hash("check { redis {} }, agent { port = 1 }"),
                                hash("check { script = [ { send = a } ] }"),
                                hash("check { script = [ { expect = a } ] }")))
                .doesNotHaveDuplicates();
        assertThat(hash("check { http { get = \"/\", expect-status = 200, body-max = 64k } }"))
                .isEqualTo(hash("check { http { get = \"/\" }, jitter = 5%, slow = 100ms }"));
    }

    private static String hash(String written) {
        Outcome outcome = parse(written);
        assertThat(outcome).as("%s", outcome).isInstanceOf(Outcome.Ok.class);
        return Canonical.hash(((Outcome.Ok) outcome).config());
    }

    private static List<String> refusals(String written) {
        Outcome outcome = parse(written);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused) outcome).violations().stream().map(Violation::toString).toList();
    }
}
