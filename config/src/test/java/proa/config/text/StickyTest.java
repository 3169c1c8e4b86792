package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.BackendConfig.FirstChoice;
import proa.config.BackendConfig.Sticky;
import proa.config.SpreadingConfig.HashKey;
import proa.config.StickyCookie;
import proa.config.StickyCookie.Attributes;
import proa.config.StickyCookie.Life;
import proa.config.StickyCookie.Mode;
import proa.config.StickyCookie.SameSite;
import proa.config.StickyCookie.Secret;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a backend that keep clients on their server: how they are read, and what is wrong.
 */
class StickyTest {

    private static final String STICKY = "check { tcp = true, every = 2s }";

    /** The sound file with a table of texts, and this in the backend {@code shop}. */
    private static Outcome read(String sticky) {
        return ConfigParser.parse(
                ViolationsTest.SOUND
                        .replaceFirst("tables \\{", "tables {\n  texts { key = text, expire = 1h }")
                        .replace(STICKY, STICKY + "\n      sticky { " + sticky + " }"),
                "f",
                Path.of(""),
                Optional.empty());
    }

    private static Sticky sticky(String words) {
        Outcome outcome = read(words);
        assertThat(outcome).as(words).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config().backend("shop").orElseThrow().sticky();
    }

    @Test
    void aCookieIsOursUnlessSaidOtherwise() {
        assertThat(sticky("cookie { name = ID }")).isEqualTo(new Sticky.Cookie("ID"));
        assertThat(sticky("cookie { name = ID, insert = true }"))
                .isEqualTo(new Sticky.Cookie("ID"));
        assertThat(mode("prefix = true")).isEqualTo(Mode.PREFIX);
        assertThat(mode("rewrite = true, insert = false")).isEqualTo(Mode.REWRITE);
    }

    private static Mode mode(String words) {
        return ((Sticky.Cookie) sticky("cookie { name = ID, " + words + " }")).cookie().mode();
    }

    /** nginx's {@code sticky cookie srv_id expires=1h domain=.example.com path=/} and HAProxy's. */
    @Test
    void everyAttributeOfACookieArrives() {
        String words =
                """
                cookie {
                  name = srv_id, expires = 1h, domain = .example.com, path = /shop
                  secure = true, http-only = false, same-site = none
                  indirect = false, max-idle = 30m, max-life = 8h
                  secrets = [ "first secret of ours", "second secret of ours" ]
                }
                """;
        StickyCookie cookie = ((Sticky.Cookie) sticky(words)).cookie();
        assertThat(cookie)
                .isEqualTo(
                        new StickyCookie(
                                "srv_id",
                                Mode.INSERT,
                                false,
                                new Attributes(
                                        "/shop",
                                        Optional.of(".example.com"),
                                        true,
                                        false,
                                        Optional.of(SameSite.NONE),
                                        Optional.of(Duration.ofHours(1))),
                                new Life(
                                        Optional.of(Duration.ofMinutes(30)),
                                        Optional.of(Duration.ofHours(8))),
                                List.of(
                                        new Secret("first secret of ours"),
                                        new Secret("second secret of ours"))));
        assertThat(cookie.toString()).doesNotContain("of ours");
        assertThat(((Sticky.Cookie) sticky("cookie { name = ID, same-site = unsaid }")).cookie())
                .satisfies(each -> assertThat(each.attributes().sameSite()).isEmpty());
    }

    @Test
    void aTableKeepsAPartOfTheRequest() {
        assertThat(sticky("table = texts, by { header = X-User }"))
                .isEqualTo(
                        new Sticky.Table("texts", new HashKey.Header("X-User"), FirstChoice.HASH));
        assertThat(sticky("table = texts, by { key = sni }, first-choice = algorithm"))
                .isEqualTo(
                        new Sticky.Table("texts", new HashKey.ServerName(), FirstChoice.ALGORITHM));
    }

    @Test
    void whatIsLearnedIsFoundWhereItIsSaid() {
        assertThat(sticky("learn { table = texts, cookie = SID }"))
                .isEqualTo(
                        new Sticky.Learn(
                                "texts",
                                Optional.empty(),
                                Optional.of("SID"),
                                List.of(new HashKey.Cookie("SID"))));
        assertThat(
                        sticky(
                                "learn { table = texts, header = X-S, find-parameter = s,"
                                        + " find-header = X-T, find-cookie = u }"))
                .isEqualTo(
                        new Sticky.Learn(
                                "texts",
                                Optional.of("X-S"),
                                Optional.empty(),
                                List.of(
                                        new HashKey.Cookie("u"),
                                        new HashKey.Header("X-T"),
                                        new HashKey.Parameter("s"))));
    }

    @Test
    void aRouteIsFoundInACookieOrAParameter() {
        assertThat(sticky("route { cookie = JSESSIONID, parameter = jsessionid }"))
                .isEqualTo(new Sticky.Route(Optional.of("JSESSIONID"), Optional.of("jsessionid")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cookie { name = a }, table = texts | needs exactly one of",
                "cookie { name = a, insert = true, prefix = true } | either inserted",
                "cookie { name = a, prefix = true, path = / } | `path` needs `insert`",
                "cookie { name = a, rewrite = true, max-idle = 1h } | `max-idle` needs `insert`",
                "cookie { name = a, same-site = none } | not `secure` (secure = true)",
                "cookie { name = a, path = \"/;x\" } | `path`",
                "cookie { name = a, domain = \"a b\" } | `domain`",
                "cookie { name = a, secrets = [ short ] } | a secret is a text of 16 to 256",
                "cookie { name = a, secrets = [] } | no secret is listed",
                "learn { table = texts } | `learn` needs either `cookie` or `header`",
                "learn { table = texts, cookie = a, header = b } | needs either",
                "learn { table = text, cookie = a } | no table is named \"text\"",
                "learn { table = stuck, cookie = a } | kept by another key (key = text)",
                "table = texts | kept by another key (key = src)",
                "table = stuck, by { header = a } | kept by another key (key = text)",
                "table = texts, by { header = a, cookie = b } | `by` needs exactly one of",
                "cookie { name = a }, by { header = a } | `by` needs `table`",
                "route { } | `route` needs `cookie` or `parameter`",
                "lern { } | unknown key `lern`",
            })
    void whatIsWrongIsSaidAtItsLine(String words, String message) {
        Outcome outcome = read(words);
        assertThat(outcome).as(words).isInstanceOf(Outcome.Refused.class);
        List<Violation> violations = ((Outcome.Refused) outcome).violations();
        assertThat(violations)
                .as(words)
                .anySatisfy(
                        violation -> {
                            assertThat(violation.toString()).contains(message);
                            assertThat(violation.line()).isEqualTo(39);
                        });
    }

    @Test
    void aSecretIsNotShownWhenItIsWrong() {
        assertThat(read("cookie { name = a, secrets = [ hushhush ] }").toString())
                .contains("16 to 256")
                .doesNotContain("hushhush");
    }

    @Test
    void rulesDoNotCountInATableOfTexts() {
        Outcome outcome =
                ConfigParser.parse(
                        ViolationsTest.SOUND.replaceFirst("key = src", "key = text"),
                        "f",
                        Path.of(""),
                        Optional.empty());
        assertThat(outcome.toString()).contains("which part of the request is the key?");
    }

    private static List<String> warningsBeside(String servers) {
        String other =
                "other { sticky { table = stuck }, check { tcp = true }, servers = ["
                        + servers
                        + "] }";
        Outcome outcome =
                ConfigParser.parse(
                        ViolationsTest.SOUND.replace(
                                "  echo { sticky", "  " + other + "\n  echo { sticky"),
                        "f",
                        Path.of(""),
                        Optional.empty());
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).warnings().stream().map(Violation::toString).toList();
    }

    @Test
    void backendsThatShareATableShareTheNamesOfTheirServers() {
        assertThat(warningsBeside("{ name = e1, address = \"10.0.1.3:7001\" }"))
                .noneMatch(warning -> warning.contains("stick"));
        assertThat(warningsBeside("{ name = e1, address = \"10.0.1.4:7000\" }"))
                .anyMatch(warning -> warning.contains("which is another machine"));
        assertThat(warningsBeside("{ name = e2, address = \"10.0.1.3:7000\" }"))
                .anyMatch(warning -> warning.contains("has a name in common"));
    }
}
