package proa.node.rules;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.rules.FakeFacts.get;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.Condition;
import proa.config.Condition.Part;
import proa.config.FrontendConfig.Rule;
import proa.config.FrontendConfig.Side;
import proa.config.HeaderEdit;
import proa.config.Network;
import proa.config.Template;
import proa.config.Template.Variable;
import proa.node.exchange.Facts;
import proa.node.exchange.Traffic.Decision;
import proa.node.message.Edits;
import proa.node.message.FieldEdit;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Conditions beyond plain comparisons, and what rules do besides counting and refusing. */
class RulesTest {

    private static final Condition ALWAYS = new Condition.Always();

    private Instant now = Instant.EPOCH;
    private int drawn;

    private boolean holds(Condition condition, Facts facts) {
        Compiler compiler = compiler();
        return compiler.test(condition).holds(new Request(facts, compiler.tables()));
    }

    private Compiler compiler() {
        return new Compiler(
                _ -> {
                    throw new IllegalStateException("no table");
                },
                new Surroundings(() -> now, _ -> drawn));
    }

    private Decision decided(Rule rule, Facts facts) {
        return Steps.step(rule, "rule 1", compiler()).apply(new Request(facts, new Tracked[0]));
    }

    private Edits edits(Facts facts, Rule... rules) {
        Request request = new Request(facts, new Tracked[0]);
        for (Rule rule : rules) {
            assertThat(Steps.step(rule, "rule", compiler()).apply(request)).isNull();
        }
        return request.edits();
    }

    /** Heads are read a byte a character; the configuration is text. */
    @Test
    void valuesOutsideAsciiAreComparedAsTheyAreSent() {
        String sent = "K\u00c3\u00b6ln";
        Condition header = new Condition.Header("X-City", Optional.of("K\u00f6ln"));
        Condition cookie = new Condition.Cookie("city", Optional.of("K\u00f6ln"));

        assertThat(holds(header, get("/").withHeader("X-City", sent))).isTrue();
        assertThat(holds(cookie, get("/").withCookie("city", sent))).isTrue();
    }

    @Test
    void suffixes() {
        assertThat(holds(new Condition.PathSuffix(".php"), get("/a.php?x=.html"))).isTrue();
        assertThat(holds(new Condition.PathSuffix(".php"), get("/a.phpx"))).isFalse();
        Condition ours = new Condition.HostSuffix(".Example.com");
        assertThat(holds(ours, get("/").host("shop.example.com"))).isTrue();
        assertThat(holds(ours, get("/").host("example.com"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "^/api, /api/x, true",
        "^/api, /x/api, false",
        "\\.php$, /a.php, true",
        "\\.php$, /aphp, false",
        "^/x$, /x, true",
        "^/x$, /x/, false",
        "min, /admin/, true",
        "'^/v[0-9]+/', /v12/a, true",
        "'^/v[0-9]+/', /v/a, false",
        "(?i)ADMIN, /admin, true",
        "a|b, /b, true",
        "'^(a+)+$', /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!, false"
    })
    void regularExpressions(String pattern, String path, boolean expected) {
        assertThat(holds(new Condition.Matches(Part.PATH, "", pattern), get(path)))
                .isEqualTo(expected);
    }

    @Test
    void anExpressionThatSaysNoMoreThanAComparisonIsNotCompiledAsOne() {
        assertThat(Texts.found("^/api")).isEqualTo(new Texts.Begins("/api"));
        assertThat(Texts.found("\\.php$")).isEqualTo(new Texts.Ends(".php"));
        assertThat(Texts.found("^/x\\$$")).isEqualTo(new Texts.Is("/x$"));
        assertThat(Texts.found("min")).isEqualTo(new Texts.Contains("min"));
        assertThat(Texts.found("^$")).isEqualTo(new Texts.Is(""));
        for (String more : List.of("^/v[0-9]+/", "(?i)^/api", "a|b", "^/a.", "\\d$", "/x\\$?")) {
            assertThat(Texts.found(more)).as(more).isInstanceOf(Texts.Expression.class);
        }
    }

    @Test
    void expressionsOnNamedParts() {
        Condition agent = new Condition.Matches(Part.HEADER, "User-Agent", "(?i)^curl/");
        assertThat(holds(agent, get("/").withHeader("user-agent", "Curl/8"))).isTrue();
        assertThat(holds(agent, get("/"))).isFalse();
        Condition cookie = new Condition.Matches(Part.COOKIE, "tier", "^(gold|silver)$");
        assertThat(holds(cookie, get("/").withCookie("tier", "gold"))).isTrue();
        assertThat(holds(cookie, get("/").withCookie("tier", "golden"))).isFalse();
        assertThat(holds(cookie, get("/"))).isFalse();
        Condition host = new Condition.Matches(Part.HOST, "", "^www[0-9]\\.");
        assertThat(holds(host, get("/").host("www1.example"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "debug, , /?debug, true",
        "debug, , /?a=b&debug=, true",
        "debug, , /?a=debug, false",
        "debug, , /?debugger=1, false",
        "debug, 1, /?debug=0&debug=1, true",
        "debug, 1, /?debug=%31, true",
        "debug, 1, /?%64ebug=1, true",
        "q, a b, /?q=a+b, true",
        "q, a b, /?q=a%20b, true",
        "q, 100%, /?q=100%, true",
        "debug, , /debug=1, false"
    })
    void queryParameters(String name, String value, String target, boolean expected) {
        assertThat(holds(new Condition.Parameter(name, Optional.ofNullable(value)), get(target)))
                .isEqualTo(expected);
    }

    @Test
    void whereTheClientConnectedTo() {
        Network lab = new Network(InetAddress.ofLiteral("192.0.2.0"), 24);
        assertThat(holds(new Condition.Destination(List.of(lab)), get("/"))).isTrue();
        assertThat(holds(new Condition.DestinationPort(8080), get("/"))).isTrue();
        assertThat(holds(new Condition.DestinationPort(80), get("/"))).isFalse();
    }

    @Test
    void aShareIsDrawnForEachRequest() {
        Condition five = new Condition.Share(50_000);
        drawn = 49_999;
        assertThat(holds(five, get("/"))).isTrue();
        drawn = 50_000;
        assertThat(holds(five, get("/"))).isFalse();
        drawn = Condition.Share.WHOLE - 1;
        assertThat(holds(new Condition.Share(Condition.Share.WHOLE), get("/"))).isTrue();
    }

    @Test
    void theTimeOfTheDayHasAZone() {
        Condition work =
                new Condition.TimeOfDay(
                        9 * 60, 17 * 60, List.of(DayOfWeek.MONDAY), "Europe/Berlin");
        now = utc(2026, 7, 6, 6, 59); // a Monday in summer
        assertThat(holds(work, get("/"))).isFalse();
        now = utc(2026, 7, 6, 7, 0);
        assertThat(holds(work, get("/"))).isTrue();
        now = utc(2026, 7, 6, 15, 0);
        assertThat(holds(work, get("/"))).isFalse();
        now = utc(2026, 1, 5, 8, 0); // a Monday in winter
        assertThat(holds(work, get("/"))).isTrue();
        now = utc(2026, 7, 7, 8, 0);
        assertThat(holds(work, get("/"))).isFalse();
    }

    @Test
    void aSpanOverMidnightBelongsToTheDayItBeginsOn() {
        Condition night =
                new Condition.TimeOfDay(22 * 60, 6 * 60, List.of(DayOfWeek.SUNDAY), "UTC");
        now = utc(2026, 7, 5, 23, 0); // Sunday
        assertThat(holds(night, get("/"))).isTrue();
        now = utc(2026, 7, 6, 5, 59);
        assertThat(holds(night, get("/"))).isTrue();
        now = utc(2026, 7, 5, 5, 0);
        assertThat(holds(night, get("/"))).isFalse();
        now = utc(2026, 7, 6, 6, 0);
        assertThat(holds(night, get("/"))).isFalse();
    }

    private static Instant utc(int year, int month, int day, int hour, int minute) {
        return ZonedDateTime.of(year, month, day, hour, minute, 0, 0, ZoneOffset.UTC).toInstant();
    }

    @Test
    void nothingIsKeptWhenNothingChanges() {
        Rule elsewhere = new Rule.RewritePrefix(ALWAYS, "/other", "/x");
        assertThat(edits(get("/"), elsewhere)).isNull();
    }

    @Test
    void editsAreGatheredInOrderAndFilledIn() {
        Template src =
                new Template(
                        List.of(
                                new Template.Part.Value(Variable.SRC, ""),
                                new Template.Part.Literal(" über "),
                                new Template.Part.Value(Variable.HEADER, "Via")));
        Edits edits =
                edits(
                        get("/").withHeader("via", "a"),
                        edit(Side.REQUEST, new HeaderEdit.Set("X", src)),
                        edit(Side.RESPONSE, new HeaderEdit.Remove("Server")),
                        edit(Side.REQUEST, new HeaderEdit.Add("Y", Template.of("1"))));
        String sent =
                new String(" über ".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(edits.request())
                .containsExactly(
                        new FieldEdit.Set("X", "10.0.0.1" + sent + "a"),
                        new FieldEdit.Add("Y", "1"));
        assertThat(edits.response()).containsExactly(new FieldEdit.Remove("Server"));
        assertThat(edits.target()).isNull();
    }

    @Test
    void valuesOfARequestCannotEndALine() {
        Template value = new Template(List.of(new Template.Part.Value(Variable.HEADER, "V")));
        Edits edits =
                edits(
                        get("/").withHeader("V", "a\r\nInjected: 1\0\u007f"),
                        edit(Side.REQUEST, new HeaderEdit.Set("X", value)));
        assertThat(edits.request()).containsExactly(new FieldEdit.Set("X", "aInjected: 1"));

        Template parameter =
                new Template(List.of(new Template.Part.Value(Variable.PARAMETER, "q")));
        edits =
                edits(
                        get("/?q=a%0d%0aInjected:%201"),
                        edit(Side.RESPONSE, new HeaderEdit.Set("X", parameter)));
        assertThat(edits.response()).containsExactly(new FieldEdit.Set("X", "aInjected: 1"));
    }

    private static Rule edit(Side side, HeaderEdit edit) {
        return new Rule.Edit(ALWAYS, side, List.of(edit));
    }

    @ParameterizedTest
    @CsvSource({
        "/old, /new, /old/a?x=1, /new/a?x=1",
        "/old, /new, /old, /new",
        "/old, /, /old/a, /a",
        "/old/, /, /old/a, /a",
        "/, /app/, /a, /app/a"
    })
    void aPrefixIsReplaced(String prefix, String with, String target, String expected) {
        assertThat(edits(get(target), new Rule.RewritePrefix(ALWAYS, prefix, with)).target())
                .isEqualTo(expected);
    }

    @Test
    void rewritesFollowOneAnother() {
        Edits edits =
                edits(
                        get("/v1/users/7?secret=x&a=b"),
                        new Rule.RewriteMatch(ALWAYS, false, "^/v(\\d)/(.*)$", "/$2/v$1"),
                        new Rule.RewritePrefix(ALWAYS, "/users", "/people"),
                        new Rule.RewriteMatch(ALWAYS, true, "secret=[^&]*&?", ""));
        assertThat(edits.target()).isEqualTo("/people/7/v1?a=b");
    }

    @Test
    void aRewrittenPathStillBeginsWithASlash() {
        Rule strip = new Rule.RewriteMatch(ALWAYS, false, "^/", "");
        assertThat(edits(get("/a"), strip).target()).isEqualTo("/a");
    }

    @Test
    void redirects() {
        Rule tls = redirect(Optional.of("https"), Optional.empty(), Optional.empty());
        assertThat(location(decided(tls, get("/a?b=c").host("shop.example"))))
                .isEqualTo("https://shop.example/a?b=c");
        assertThat(location(decided(tls, get("/")))).isEqualTo("https://192.0.2.80/");
        Rule moved =
                redirect(
                        Optional.empty(),
                        Optional.of(Template.of("www.example:8443")),
                        Optional.of(Template.of("/new")));
        assertThat(location(decided(moved, get("/old?x"))))
                .isEqualTo("http://www.example:8443/new");
    }

    @Test
    void aClientsPathDoesNotChooseTheHost() {
        Template path = new Template(List.of(new Template.Part.Value(Variable.PATH, "")));
        Rule same = redirect(Optional.empty(), Optional.empty(), Optional.of(path));
        assertThat(location(decided(same, get("//evil.example/x")))).isEqualTo("/evil.example/x");
        assertThat(location(decided(same, get("/\\evil.example")))).isEqualTo("/evil.example");
    }

    private static Rule redirect(
            Optional<String> scheme, Optional<Template> host, Optional<Template> path) {
        return new Rule.Redirect(ALWAYS, scheme, host, path, 301);
    }

    private static String location(Decision decision) {
        Decision.Respond respond = (Decision.Respond) decision;
        assertThat(respond.status()).isEqualTo(301);
        return respond.fields().replace("Location: ", "").strip();
    }

    @Test
    void answers() {
        assertThat(decided(new Rule.Drop(ALWAYS), get("/"))).isEqualTo(new Decision.Drop());
        assertThat(decided(new Rule.Tarpit(ALWAYS, Duration.ofSeconds(2), 429), get("/")))
                .isEqualTo(
                        new Decision.Tarpit(
                                2_000_000_000L,
                                new Decision.Reply(429, "too many requests: refused by rule 1")));
        Decision.Respond fixed =
                (Decision.Respond)
                        decided(new Rule.Respond(ALWAYS, 200, "text/html", "ü"), get("/"));
        assertThat(fixed.fields()).isEqualTo("Content-Type: text/html\r\n");
        assertThat(fixed.body()).isEqualTo("ü".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void conditionsSeeWhatTheClientSent() {
        List<String> seen = new ArrayList<>();
        Facts facts = get("/old");
        Edits edits =
                edits(
                        facts,
                        new Rule.RewritePrefix(ALWAYS, "/old", "/new"),
                        new Rule.Edit(
                                new Condition.PathPrefix("/old"),
                                Side.REQUEST,
                                List.of(new HeaderEdit.Remove("X"))));
        edits.request().forEach(edit -> seen.add(edit.name()));
        assertThat(seen).containsExactly("X");
    }
}
