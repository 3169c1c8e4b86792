package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import proa.config.text.ViolationsTest.Row;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What can be wrong with rules, conditions and options: the line it is reported at, the words. */
class RuleViolationsTest {

    private static final String RULE = "{ track = hits }";
    private static final String TEST = "api { path-prefix = \"/api\" }";
    private static final String MODE = "    mode = http\n";

    private static Row rule(String rule, String words) {
        return new Row(RULE, rule, 25, words);
    }

    private static Row test(String test, String words) {
        return new Row(TEST, "api { " + test + " }", 18, words);
    }

    private static Row option(String option, String words) {
        return new Row(MODE, MODE + "    " + option + "\n", 24, words);
    }

    static final List<Row> RULES =
            List.of(
                    rule(
                            "{ track = hits, deny = 403 }",
                            "a rule does one thing, this one track, deny"),
                    rule("{ set-request-header { } }", "names no header"),
                    rule(
                            "{ set-request-header { Content-Length = 3 } }",
                            "`Content-Length` frames messages"),
                    rule(
                            "{ remove-response-header = [transfer-encoding] }",
                            "`transfer-encoding` frames messages"),
                    rule("{ add-request-header { CONNECTION = close } }", "`CONNECTION` frames"),
                    rule(
                            "{ set-request-header { X-Forwarded-For = \"%{src}\" } }",
                            "`X-Forwarded-For` is made by the frontend's `forwarded`"),
                    rule("{ remove-request-header = Host }", "a request has one `Host`"),
                    rule(
                            "{ set-request-header { X = \"%{scr}\" } }",
                            "no value is named %{scr} (did you mean \"src\"?)"),
                    rule(
                            "{ set-request-header { X = \"%{header}\" } }",
                            "no value is named %{header}"),
                    rule("{ set-request-header { X = \"%{src\" } }", "has a %{ without }"),
                    rule("{ set-request-header { X = \"a\\nB: c\" } }", "printable text"),
                    rule("{ replace-request-header { X { with = a } } }", "`match` is missing"),
                    rule(
                            "{ replace-request-header { X { match = \"(\", with = a } } }",
                            "is not a regular expression"),
                    rule(
                            "{ replace-response-header { X { match = a, with = \"$1\" } } }",
                            "$1 is not there: the expression has no group"),
                    rule(
                            "{ replace-request-header { X { match = \"\u00fc\", with = a } } }",
                            "bytes are compared"),
                    rule("{ rewrite { match = \"\u00fc\", with = \"/x\" } }", "bytes are compared"),
                    rule(
                            "{ replace-request-header { X-Forwarded-Host { match = a, with = b } }"
                                    + " }",
                            "there is no X-Forwarded-Host to replace"),
                    rule("{ rewrite { with = \"/x\" } }", "needs one of `prefix`, `match`"),
                    rule("{ rewrite { prefix = \"/a\", with = b } }", "a path begins with `/`"),
                    rule("{ rewrite { match = a, with = \"/?x\" } }", "cannot stand in a path"),
                    rule("{ redirect { code = 301 } }", "leads back to where the client is"),
                    rule("{ redirect { scheme = htps } }", "did you mean \"https\"?"),
                    rule("{ redirect { path = \"http://a/\" } }", "a path begins with `/`"),
                    rule("{ redirect { path = \"/a b\" } }", "cannot stand in a URI"),
                    rule("{ redirect { path = \"/x\", code = 300 } }", "\"300\" is not one of"),
                    rule("{ respond { status = 204, body = x } }", "status 204 has no body"),
                    rule("{ respond { status = 100 } }", "100 is out of range"),
                    rule("{ tarpit { delay = 2m } }", "2m is out of range (1ms to 1m)"),
                    rule(
                            "{ by { key = src }, deny = 403 }",
                            "`by` says what `track` and `limit` count by, not `deny`"),
                    rule("{ by { header = X }, drop = true }", "count by, not `drop`"),
                    rule("{ drop = false }", "\"false\" is not one of true"),
                    new Row(RULE, "{ drop = true }", 26, "can never run: the one on line 25 ends"),
                    new Row(
                            RULE,
                            "{ when = api, deny = 403 }\n"
                                    + "      { when { path = \"/api/x\" }, drop = true }",
                            26,
                            "this rule can never run: the one on line 25 ends every request it is"
                                    + " about (put the narrower rule first)"));

    static final List<Row> CONDITIONS =
            List.of(
                    test("path-prefix = \"//api\"", "requests are compared as \"/api\""),
                    test("path = \"/x/../api\"", "\"/x/../api\" is never met"),
                    test("path-prefix = \"/api/./\"", "requests are compared as \"/api/\""),
                    test("path = \"/api;v=1\"", "requests are compared as \"/api\""),
                    test("path = \"/100%\"", "is no path of any request"),
                    test("path = \"/x/..;/y\"", "is no path of any request"),
                    test("path-suffix = \";v=1\"", "has a parameter"),
                    test("path-regex = \"a(?=b)\"", "is not a regular expression"),
                    test("path-regex = \"(a)\\\\1\"", "is not a regular expression"),
                    test(
                            "path-regex = \"((a{1000}){1000}){1000}\"",
                            "stands for more than 1024 steps (smaller {n,m}"),
                    test(
                            "path-regex = \"^/b\u00fcro\"",
                            "is never met (bytes are compared: \u00fc is \\\\xc3\\\\xbc)"),
                    test("raw-path-regex = \"\u20ac\"", "\u20ac is \\\\xe2\\\\x82\\\\xac)"),
                    test("host-regex = \"^b\u00fcro\"", "hosts come in ASCII"),
                    test("header = X, matches = \"\u00fc\"", "bytes are compared"),
                    test("cookie = c, matches = \"\u00fc\"", "bytes are compared"),
                    test("share = 5", "is not a share (above 0% to 100%"),
                    test("share = 101%", "is not a share"),
                    test("time = \"9-17\"", "\"09:00-17:30\""),
                    test("time = \"09:00-25:00\"", "\"09:00-17:30\""),
                    test("days = [mon, tues]", "did you mean \"tue\"?"),
                    test("days = [mon], zone = Europe/Berlim", "such as Europe/Berlin"),
                    test("path = \"/\", zone = UTC", "`zone` needs `time` or `days`"),
                    test("path = \"/\", matches = x", "`matches` needs `header`, `cookie`,"),
                    test("header = X, value = a, matches = b", "either `value` or `matches`"),
                    test("dst-port = 0", "0 is out of range"),
                    test("src = []", "`src` names no network"),
                    test("dst = []", "`dst` names no network"),
                    test("days = []", "`days` names no day"),
                    test(
                            "host = \"*.shop.example\"",
                            "`*` stands for nothing here (host-suffix = \".shop.example\")"),
                    test(
                            "host = \"m\u00fcller.example\"",
                            "is never met: hosts come in ASCII (as it is encoded"),
                    test(
                            "host-suffix = \"*.example\"",
                            "`*` stands for nothing here (host-suffix = \".example\")"),
                    test("host = \"shop.example.\"", "compared without a dot at their end"),
                    test("host-suffix = \".example.\"", "compared without a dot at their end"),
                    test("dst = \"10.0.0.1/8\"", "is not a network"),
                    test("path-sufix = \".php\"", "did you mean \"path-suffix\"?"),
                    new Row(
                            "{ when = api, backend = shop }",
                            "{ when = api, backend = shop }\n      { when { path-prefix ="
                                    + " \"/api/v1\" }, backend = shop }",
                            30,
                            "this route is never taken: the one on line 29 takes every request it"
                                    + " is about (put the narrower one first)"));

    static final List<Row> OPTIONS =
            List.of(
                    option("trusted = [\"10.0.0.1/33\"]", "is not a network"),
                    option("proxy-protocol = true", "nobody is `trusted`"),
                    option("client-field = forwarded", "nobody is `trusted`"),
                    option(
                            "trusted = [\"10.0.0.1\"], client-field = via",
                            "is not one of forwarded"),
                    option("forwarded = [x-forwarded]", "is not one of forwarded"),
                    option("error-pages { 200 = \"a.html\" }", "is not the status of an error"),
                    option("error-page { 503 = a }", "did you mean \"error-pages\"?"),
                    new Row(
                            "    rules = [\n      " + RULE,
                            "    forwarded = [x-forwarded-proto]\n    rules = [\n"
                                    + "      { set-request-header { X-Forwarded-Proto = https } }",
                            26,
                            "`forwarded` makes X-Forwarded-Proto already"),
                    new Row(
                            "mode = tcp,",
                            "mode = tcp, error-pages { 503 = a },",
                            33,
                            "`error-pages` needs `mode = http`"),
                    new Row(
                            "mode = tcp,",
                            "mode = tcp, trusted = \"10.0.0.1\",",
                            33,
                            "there is nothing to believe"),
                    new Row(
                            "sticky { table = stuck }, check",
                            "proxy-protocol = v3, sticky { table = stuck }, check",
                            43,
                            "\"v3\" is not one of off | v1 | v2"));

    private static Outcome read(Row row) {
        assertThat(ViolationsTest.SOUND).contains(row.from());
        int at = ViolationsTest.SOUND.indexOf(row.from());
        String text =
                ViolationsTest.SOUND.substring(0, at)
                        + row.to()
                        + ViolationsTest.SOUND.substring(at + row.from().length());
        return ConfigParser.parse(text, "proa.conf", Path.of("/etc/proa"), Optional.empty());
    }

    @ParameterizedTest
    @FieldSource({"RULES", "CONDITIONS", "OPTIONS"})
    void theMistakeIsReportedAtItsLine(Row row) {
        Outcome outcome = read(row);

        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).violations())
                .extracting(Violation::toString)
                .anySatisfy(
                        text ->
                                assertThat(text)
                                        .startsWith("proa.conf:" + row.line() + ": ")
                                        .contains(row.words()));
    }

    @Test
    void oneMistakeIsOneViolation() {
        for (Row row : RULES) {
            assertThat(((Outcome.Refused) read(row)).violations())
                    .extracting(Violation::message)
                    .filteredOn(message -> !message.contains("this rule can never run"))
                    .as(row.to())
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void trustInEverybodyIsAWarning() {
        Outcome outcome = read(option("trusted = [\"0.0.0.0/0\"]", ""));

        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        assertThat(((Outcome.Ok) outcome).warnings())
                .extracting(Violation::toString)
                .anySatisfy(
                        text -> assertThat(text).startsWith("proa.conf:24: everybody is trusted"));
    }

    /** The first proxy's word on TLS would be lost, and servers redirect to it for ever. */
    @Test
    void aProxyInFrontWhoseSchemeIsNotPassedOnIsAWarning() {
        String trusted = "trusted = [\"10.0.0.5\"]";
        String words = "servers are not told what X-Forwarded-Proto the proxies in front say";

        assertThat(warnings(option(trusted, ""))).anySatisfy(at -> assertThat(at).contains(words));
        for (String told :
                List.of(
                        "forwarded = [x-forwarded-for, x-forwarded-proto]",
                        "forwarded = [forwarded]",
                        "proxy-protocol = true")) {
            assertThat(warnings(option(trusted + ", " + told, "")))
                    .as(told)
                    .noneSatisfy(at -> assertThat(at).contains(words));
        }
    }

    private static List<String> warnings(Row row) {
        return ((Outcome.Ok) read(row)).warnings().stream().map(Violation::toString).toList();
    }

    @Test
    void aParameterIsComparedAsText() {
        assertThat(read(test("query = q, matches = \"\u00fc\"", "")))
                .isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void aRuleBehindOneThatIsCountedOrLeftToChanceMayRun() {
        for (String first :
                List.of(
                        "{ when { share = 10% }, deny = 503 }",
                        "{ when { table = hits, counter = requests, above = 100 }, deny = 429 }",
                        "{ when { time = \"09:00-17:00\" }, deny = 503 }")) {
            assertThat(read(new Row(RULE, first + "\n" + RULE, 0, "")))
                    .isInstanceOf(Outcome.Ok.class);
        }
    }
}
