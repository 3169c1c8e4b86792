package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.LimitMode;
import proa.config.FrontendConfig.OnPartition;
import proa.config.FrontendConfig.RateLimit;
import proa.config.FrontendConfig.Rule;
import proa.config.ProaConfig;
import proa.config.SpreadingConfig.HashKey;
import proa.config.TableConfig;
import proa.config.TableConfig.Counter;
import proa.config.TableConfig.Value;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tables that count, and the rules and conditions about them, as they are written. */
class CountingTest {

    private static final Condition ALWAYS = new Condition.Always();

    private static final String FILE =
            """
            schema = 1
            cluster {
              name = edge, insecure = true
              nodes {
                lb1 { id = 1, addresses = ["10.0.0.11"] }
                lb2 { id = 2, addresses = ["10.0.0.12"] }
                lb3 { id = 3, addresses = ["10.0.0.13"] }
              }
            }
            tables {
              clients {
                key = network, ipv4-prefix = 28, expire = 1m
                count {
                  logins { total = true }
                  connections { rate-over = 10s, current = true }
                  requests { rate-over = 10s, total = true }
                  bytes-out { rate-over = 1m }
                }
                tags = [blocked, level]
              }
              keys { key = text, expire = 1m, count { requests { rate-over = 1m } } }
            }
            frontends {
              http {
                bind { address = "10.0.0.11", port = 80 }, mode = http
                rules = [
                  { track = clients }
                  { track = keys, by { header = X-Api-Key } }
                  { limit { table = clients, to = 1k, headers = true } }
                  { by { cookie = sid }, limit { table = keys, to = 30, mode = strict, status = 403 } }
                  { limit { table = clients, counter = bytes-out, to = 1g, on-partition = share } }
                  { count { table = clients, counter = logins, add = 2 } }
                  { tag { table = clients, tag = blocked, value = 1 } }
                  { when { table = clients, counter = connections, number = current, above = 10 }, deny = 429 }
                  { when { table = clients, counter = logins, number = total, above = 5 }, deny = 403 }
                  { when { table = clients, tag = blocked, above = 0 }, deny = 403 }
                ]
                backend = shop
              }
              tcp {
                bind { address = "10.0.0.11", port = 81 }, mode = tcp
                rules = [
                  { limit { table = clients, counter = connections, to = 5 } }
                  { when { table = clients, tag = level, above = 2 }, drop = true }
                ]
                backend = shop
              }
            }
            backends { shop { check { tcp = true }, servers = [ { name = a, address = "10.0.0.1:80" } ] } }
            """;

    /**
     * A mistake.
     *
     * @param from text that is replaced
     * @param to what stands there instead
     * @param words what the violation says
     */
    record Mistake(String from, String to, String words) {}

    static final List<Mistake> MISTAKES =
            List.of(
                    new Mistake("logins { total = true }", "logins { }", "logins keeps nothing"),
                    new Mistake("logins { total", "logins { currant", "unknown key `currant`"),
                    new Mistake(
                            "logins { total = true }",
                            "logins { current = true }",
                            "only connections end"),
                    new Mistake(
                            "rate-over = 1m }\n    }\n    tags",
                            "rate-over = 2m }\n    }\n    tags",
                            "before the counter's window of 2m is over"),
                    new Mistake("[blocked, level]", "[level, level]", "a tag is there twice"),
                    new Mistake("[blocked, level]", "[logins, level]", "logins is a counter"),
                    new Mistake(
                            "keys { key = text",
                            "keys { ipv4-prefix = 8, key = text",
                            "`ipv4-prefix` needs `key = network`"),
                    new Mistake(
                            "{ track = keys, by { header = X-Api-Key } }",
                            "{ track = keys }",
                            "table keys is not on addresses"),
                    new Mistake(
                            "{ track = clients }",
                            "{ track = clients, by { header = X } }",
                            "table clients is on addresses"),
                    new Mistake("by { cookie = sid }", "by { }", "`by` needs exactly one of"),
                    new Mistake("counter = logins, add", "counter = login, add", "no counter"),
                    new Mistake(
                            "counter = logins, add", "counter = requests, add", "by themselves"),
                    new Mistake("tag = blocked, value", "tag = block, value", "no tag \"block\""),
                    new Mistake("tag = blocked, above", "counter = blocked, above", "no counter"),
                    new Mistake(
                            "number = current, above",
                            "number = total, above",
                            "counter connections keeps no such number (total = true there)"),
                    new Mistake(
                            "counter = logins, number = total, above",
                            "counter = logins, above",
                            "counter logins keeps no such number"),
                    new Mistake("to = 30, mode", "to = 2, mode", "a strict limit of 2 leaves some"),
                    new Mistake(
                            "mode = strict, status",
                            "mode = strict, on-partition = each, status",
                            "would not be strict"),
                    new Mistake(
                            "to = 1g, on-partition = share",
                            "to = 1g, mode = strict",
                            "only requests can be limited strictly"),
                    new Mistake(
                            "counter = bytes-out, to", "counter = logins, to", "no rate to limit"),
                    new Mistake(
                            "counter = connections, to = 5",
                            "counter = connections, to = 5, headers = true",
                            "a TCP client cannot be told"),
                    new Mistake(
                            "drop = true }\n    ]",
                            "redirect { scheme = https } }\n    ]",
                            "this rule needs `mode = http`"));

    @Test
    void tablesHaveTheirCountersInOneOrder() {
        assertThat(read(FILE).tables())
                .containsExactly(
                        new TableConfig(
                                "clients",
                                TableConfig.Key.NETWORK,
                                new TableConfig.Prefix(28, 56),
                                Duration.ofMinutes(1),
                                100_000,
                                List.of(
                                        counter("requests", 10, true, false),
                                        counter("connections", 10, false, true),
                                        counter("bytes-out", 60, false, false),
                                        new Counter("logins", Optional.empty(), true, false)),
                                List.of("blocked", "level")),
                        new TableConfig(
                                "keys",
                                TableConfig.Key.TEXT,
                                Duration.ofMinutes(1),
                                100_000,
                                Optional.of(Duration.ofMinutes(1))));
    }

    @Test
    void rulesAreRead() {
        FrontendConfig http = read(FILE).frontends().getFirst();
        assertThat(http.rules())
                .containsExactly(
                        new Rule.Track(ALWAYS, "clients"),
                        new Rule.Track(
                                ALWAYS, "keys", Optional.of(new HashKey.Header("X-Api-Key"))),
                        new Rule.Limit(
                                ALWAYS,
                                Optional.empty(),
                                new RateLimit(
                                        "clients",
                                        "requests",
                                        1_000,
                                        LimitMode.APPROXIMATE,
                                        OnPartition.EACH),
                                true,
                                429),
                        new Rule.Limit(
                                ALWAYS,
                                Optional.of(new HashKey.Cookie("sid")),
                                new RateLimit(
                                        "keys",
                                        "requests",
                                        30,
                                        LimitMode.STRICT,
                                        OnPartition.SHARE),
                                false,
                                403),
                        new Rule.Limit(
                                ALWAYS,
                                Optional.empty(),
                                new RateLimit(
                                        "clients",
                                        "bytes-out",
                                        1_000_000_000,
                                        LimitMode.APPROXIMATE,
                                        OnPartition.SHARE),
                                false,
                                429),
                        new Rule.Count(ALWAYS, "clients", "logins", 2),
                        new Rule.Tag(ALWAYS, "clients", "blocked", 1),
                        deny("connections", Value.CURRENT, 10, 429),
                        deny("logins", Value.TOTAL, 5, 403),
                        deny("blocked", Value.TAG, 0, 403));
    }

    @ParameterizedTest
    @FieldSource("MISTAKES")
    void aMistakeIsReportedWhereItIs(Mistake mistake) {
        assertThat(FILE).contains(mistake.from());
        String text = FILE.replace(mistake.from(), mistake.to());
        int line = 1 + (int) FILE.substring(0, FILE.indexOf(mistake.from())).lines().count() - 1;
        Outcome outcome = parse(text);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).violations())
                .anySatisfy(
                        violation -> {
                            assertThat(violation.toString()).contains(mistake.words());
                            assertThat(violation.line()).isBetween(line - 3, line + 3);
                        });
    }

    @Test
    void aCounterThatNothingAddsToIsAWarning() {
        Outcome outcome =
                parse(
                        FILE.replace(
                                "logins { total",
                                "reqests { total = true }\n" + "      logins { total"));
        assertThat(((Outcome.Ok) outcome).warnings())
                .extracting(Violation::toString)
                .anySatisfy(
                        text ->
                                assertThat(text)
                                        .contains("nothing adds to counter reqests")
                                        .contains("did you mean \"requests\"?"));
    }

    private static Rule deny(String name, Value value, long above, int status) {
        return new Rule.Deny(new Condition.RateAbove("clients", name, value, above), status);
    }

    private static Counter counter(String name, int seconds, boolean total, boolean current) {
        return new Counter(name, Optional.of(Duration.ofSeconds(seconds)), total, current);
    }

    private static ProaConfig read(String text) {
        Outcome outcome = parse(text);
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        assertThat(((Outcome.Ok) outcome).warnings()).isEmpty();
        return ((Outcome.Ok) outcome).config();
    }

    private static Outcome parse(String text) {
        return ConfigParser.parse(text, "proa.conf", Path.of("/etc/proa"), Optional.of("lb1"));
    }
}
