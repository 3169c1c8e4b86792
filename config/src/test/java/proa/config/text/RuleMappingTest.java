package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.Condition;
import proa.config.Condition.Part;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Rule;
import proa.config.FrontendConfig.Side;
import proa.config.HeaderEdit;
import proa.config.HttpOptions;
import proa.config.HttpOptions.ErrorPage;
import proa.config.HttpOptions.Forwarded;
import proa.config.Network;
import proa.config.ProaConfig;
import proa.config.Template;
import proa.config.Template.Variable;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Every action, condition and option arrives in its record. */
class RuleMappingTest {

    private static final Condition ALWAYS = new Condition.Always();

    private static ProaConfig read(String from, String to) {
        String text = ViolationsTest.SOUND.replace(from, to);
        Outcome outcome = ConfigParser.parse(text, "f", Path.of("/etc/proa"), Optional.empty());
        assertThat(outcome).as(outcome.toString()).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config();
    }

    private static FrontendConfig frontend(String from, String to) {
        return read(from, to).frontends().stream()
                .filter(each -> each.name().equals("http"))
                .findFirst()
                .orElseThrow();
    }

    private static Rule rule(String rule) {
        return frontend("{ track = hits }", rule + "\n{ track = hits }").rules().getFirst();
    }

    private static Condition condition(String test) {
        return frontend("{ path-prefix = \"/api\" }", "{ " + test + " }")
                .routes()
                .getFirst()
                .when();
    }

    /** The library takes them for numbers, and writes those as it likes. */
    @Test
    void whatLooksLikeANumberIsComparedAsItIsWritten() {
        for (String written : List.of("2.0", "007", "1.10", "1e3", "-0", "10")) {
            assertThat(condition("header = X-Version, value = " + written))
                    .isEqualTo(new Condition.Header("X-Version", Optional.of(written)));
        }
        assertThat(rule("{ set-request-header { X-Version = 1.10 } }"))
                .isEqualTo(
                        new Rule.Edit(
                                ALWAYS,
                                Side.REQUEST,
                                List.of(new HeaderEdit.Set("X-Version", Template.of("1.10")))));
        assertThat(condition("method = 07")).isEqualTo(new Condition.Method("07"));
    }

    @Test
    void headerEdits() {
        assertThat(rule("{ set-request-header { X-Real-IP = \"<%{src}>\", A = b } }"))
                .isEqualTo(
                        new Rule.Edit(
                                ALWAYS,
                                Side.REQUEST,
                                List.of(
                                        new HeaderEdit.Set("A", Template.of("b")),
                                        new HeaderEdit.Set(
                                                "X-Real-IP",
                                                new Template(
                                                        List.of(
                                                                new Template.Part.Literal("<"),
                                                                value(Variable.SRC, ""),
                                                                new Template.Part.Literal(
                                                                        ">")))))));
        assertThat(rule("{ when = api, add-response-header { X = \"%{header:Y}%{dst-port}\" } }"))
                .isEqualTo(
                        new Rule.Edit(
                                new Condition.PathPrefix("/api"),
                                Side.RESPONSE,
                                List.of(
                                        new HeaderEdit.Add(
                                                "X",
                                                new Template(
                                                        List.of(
                                                                value(Variable.HEADER, "Y"),
                                                                value(Variable.DST_PORT, "")))))));
        assertThat(rule("{ remove-response-header = [Server, X-Powered-By] }"))
                .isEqualTo(
                        new Rule.Edit(
                                ALWAYS,
                                Side.RESPONSE,
                                List.of(
                                        new HeaderEdit.Remove("Server"),
                                        new HeaderEdit.Remove("X-Powered-By"))));
        assertThat(
                        rule(
                                "{ replace-request-header { Cookie { match = \"a=(.)\", with ="
                                        + " \"b=$1\" } } }"))
                .isEqualTo(
                        new Rule.Edit(
                                ALWAYS,
                                Side.REQUEST,
                                List.of(new HeaderEdit.Replace("Cookie", "a=(.)", "b=$1"))));
    }

    private static Template.Part value(Variable of, String name) {
        return new Template.Part.Value(of, name);
    }

    @Test
    void rewritesAndAnswers() {
        assertThat(rule("{ rewrite { prefix = \"/a\", with = \"/b\" } }"))
                .isEqualTo(new Rule.RewritePrefix(ALWAYS, "/a", "/b"));
        assertThat(rule("{ rewrite { match = \"^/x/(.*)\", with = \"/$1\" } }"))
                .isEqualTo(new Rule.RewriteMatch(ALWAYS, false, "^/x/(.*)", "/$1"));
        assertThat(rule("{ rewrite { query-match = \"secret=[^&]*\", with = \"\" } }"))
                .isEqualTo(new Rule.RewriteMatch(ALWAYS, true, "secret=[^&]*", ""));
        assertThat(rule("{ when = api, redirect { scheme = https, code = 301 } }"))
                .isEqualTo(
                        new Rule.Redirect(
                                new Condition.PathPrefix("/api"),
                                Optional.of("https"),
                                Optional.empty(),
                                Optional.empty(),
                                301));
        assertThat(rule("{ when = api, respond { status = 404, body = gone } }"))
                .isEqualTo(
                        new Rule.Respond(
                                new Condition.PathPrefix("/api"),
                                404,
                                "text/plain; charset=utf-8",
                                "gone"));
        assertThat(rule("{ when = api, tarpit { } }"))
                .isEqualTo(
                        new Rule.Tarpit(
                                new Condition.PathPrefix("/api"), Duration.ofSeconds(10), 429));
        assertThat(rule("{ when = api, drop = true }"))
                .isEqualTo(new Rule.Drop(new Condition.PathPrefix("/api")));
    }

    @Test
    void conditions() {
        assertThat(condition("path-suffix = \".php\"")).isEqualTo(new Condition.PathSuffix(".php"));
        assertThat(condition("host-suffix = \".shop.example\""))
                .isEqualTo(new Condition.HostSuffix(".shop.example"));
        assertThat(condition("path-regex = \"^/v[0-9]+/\""))
                .isEqualTo(new Condition.Matches(Part.PATH, "", "^/v[0-9]+/"));
        assertThat(condition("raw-path-regex = \"/\\\\.\\\\.(/|$)\""))
                .isEqualTo(new Condition.Matches(Part.RAW_PATH, "", "/\\.\\.(/|$)"));
        assertThat(condition("path-prefix = \"/.\"")).isEqualTo(new Condition.PathPrefix("/."));
        assertThat(condition("path-prefix = \"/a%20b/\""))
                .isEqualTo(new Condition.PathPrefix("/a%20b/"));
        assertThat(condition("host-regex = \"^www\\\\d\""))
                .isEqualTo(new Condition.Matches(Part.HOST, "", "^www\\d"));
        assertThat(condition("header = User-Agent, matches = \"(?i)curl\""))
                .isEqualTo(new Condition.Matches(Part.HEADER, "User-Agent", "(?i)curl"));
        assertThat(condition("cookie = a, matches = b"))
                .isEqualTo(new Condition.Matches(Part.COOKIE, "a", "b"));
        assertThat(condition("query = q, matches = b"))
                .isEqualTo(new Condition.Matches(Part.PARAMETER, "q", "b"));
        assertThat(condition("query = debug, value = 1"))
                .isEqualTo(new Condition.Parameter("debug", Optional.of("1")));
        assertThat(condition("dst = [\"10.0.0.0/8\"]"))
                .isEqualTo(new Condition.Destination(List.of(network("10.0.0.0", 8))));
        assertThat(condition("dst-port = 8080")).isEqualTo(new Condition.DestinationPort(8080));
        assertThat(condition("share = 2.5%")).isEqualTo(new Condition.Share(25_000));
        assertThat(condition("time = \"22:00-06:30\", days = [fri, sat], zone = Europe/Berlin"))
                .isEqualTo(
                        new Condition.TimeOfDay(
                                22 * 60,
                                6 * 60 + 30,
                                List.of(DayOfWeek.FRIDAY, DayOfWeek.SATURDAY),
                                "Europe/Berlin"));
        assertThat(condition("days = sun"))
                .isEqualTo(new Condition.TimeOfDay(0, 1440, List.of(DayOfWeek.SUNDAY), "UTC"));
    }

    @Test
    void options() {
        FrontendConfig http =
                frontend(
                        "mode = http\n",
                        """
                        mode = http
                        trusted = "10.0.0.7", proxy-protocol = true
                        forwarded = [x-forwarded-for, forwarded]
                        error-pages { 503 = "errors/503.html" }
                        """);
        assertThat(http.http())
                .isEqualTo(
                        new HttpOptions(
                                List.of(network("10.0.0.7", 32)),
                                true,
                                List.of(Forwarded.X_FORWARDED_FOR, Forwarded.FORWARDED),
                                List.of(new ErrorPage(503, Path.of("/etc/proa/errors/503.html")))));
        assertThat(frontend("mode = http", "mode = http, forwarded = []").http().forwarded())
                .isEmpty();
    }

    @Test
    void nothingIsTrustedAndNothingAnnouncedByDefault() {
        ProaConfig config = read("schema", "schema");
        assertThat(config.frontends())
                .extracting(FrontendConfig::http)
                .containsOnly(HttpOptions.DEFAULTS);
        assertThat(config.backends())
                .extracting(BackendConfig::proxyProtocol)
                .containsOnly(BackendConfig.ProxyProtocol.OFF);
    }

    @Test
    void aBackendAnnouncesClients() {
        BackendConfig shop =
                read("  shop {\n", "  shop {\n proxy-protocol = v2\n")
                        .backend("shop")
                        .orElseThrow();
        assertThat(shop.proxyProtocol()).isEqualTo(BackendConfig.ProxyProtocol.V2);
        assertThat(shop.idleConnectionsKept()).isZero();
    }

    private static Network network(String address, int prefix) {
        return new Network(InetAddress.ofLiteral(address), prefix);
    }
}
