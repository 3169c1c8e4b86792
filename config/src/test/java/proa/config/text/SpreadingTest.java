package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.Hash;
import proa.config.SpreadingConfig.HashKey;
import proa.config.SpreadingConfig.Limits;
import proa.config.SpreadingConfig.Method;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The keys of a backend that say how load is spread: how they are read, and what is wrong. */
class SpreadingTest {

    private static final String SHOP = "check { tcp = true, every = 2s }";
    private static final String WEB2 = "{ name = web2, address = \"10.0.1.2:8080\" }";

    /** The sound file with something in the backend {@code shop}, on line 38. */
    private static Outcome read(String inShop) {
        return parse(ViolationsTest.SOUND.replace(SHOP, SHOP + "\n      " + inShop));
    }

    private static Outcome parse(String text) {
        return ConfigParser.parse(text, "f", Path.of(""), Optional.empty());
    }

    private static BackendConfig shop(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        return ((Outcome.Ok) outcome).config().backend("shop").orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "round-robin, ROUND_ROBIN",
        "static-round-robin, STATIC_ROUND_ROBIN",
        "least-connections, LEAST_CONNECTIONS",
        "random, RANDOM",
        "two-choices, TWO_CHOICES",
        "least-time, LEAST_TIME",
        "peak-ewma, PEAK_EWMA",
        "first, FIRST"
    })
    void everyAlgorithmHasItsWord(String word, Balance balance) {
        BackendConfig shop = shop(read("balance = " + word));
        assertThat(shop.balance()).isEqualTo(balance);
        assertThat(shop.spreading()).isEqualTo(SpreadingConfig.DEFAULTS);
    }

    @Test
    void everyKeyOfAHashIsRead() {
        hashes("key = src", new HashKey.Source(false));
        hashes("key = src-three-octets", new HashKey.Source(true));
        hashes("key = uri", new HashKey.Uri());
        hashes("key = path", new HashKey.Path());
        hashes("key = host", new HashKey.Host());
        hashes("key = sni", new HashKey.ServerName());
        hashes("header = X-User", new HashKey.Header("X-User"));
        hashes("cookie = session", new HashKey.Cookie("session"));
        hashes("parameter = \"user[id]\"", new HashKey.Parameter("user[id]"));
        hashes("parameter = sid, body = 16k", new HashKey.FormParameter("sid", 16 << 10));
    }

    private static void hashes(String words, HashKey key) {
        assertThat(shop(read("balance = hash, hash { " + words + " }")).spreading().hash())
                .contains(new Hash(key, Method.MAGLEV, Optional.empty()));
    }

    @Test
    void everythingWrittenArrives() {
        String text =
                """
                balance = hash
                hash { key = uri, method = ring, load-percent-max = 125 }
                active-min = 2
                limits { connections = 2k, queue = 50, queue-timeout = 300ms }
                """;
        Outcome outcome =
                parse(
                        ViolationsTest.SOUND
                                .replace(SHOP, SHOP + "\n" + text)
                                .replace(
                                        WEB2,
                                        "{ name = web2, address = \"10.0.1.2:8080\", tier = 2,"
                                                + " connections = 30 }"));
        BackendConfig shop = shop(outcome);
        assertThat(shop.spreading())
                .isEqualTo(
                        new SpreadingConfig(
                                Optional.of(
                                        new Hash(new HashKey.Uri(), Method.RING, Optional.of(125))),
                                Optional.empty(),
                                2,
                                new Limits(Optional.of(2_000), 50, Duration.ofMillis(300))));
        assertThat(shop.servers().getFirst().tier()).isEqualTo(1);
        assertThat(shop.servers().getFirst().connectionsMax()).isEmpty();
        assertThat(shop.servers().get(1).tier()).isEqualTo(2);
        assertThat(shop.servers().get(1).connectionsMax()).contains(30);
        assertThat(shop(read("slow-start = 30s")).spreading().slowStart())
                .contains(Duration.ofSeconds(30));
    }

    @Test
    void everyKeyChangesTheHashOfTheConfiguration() {
        assertThat(
                        List.of(
                                hash("idle-connections = 64"),
                                hash("balance = random"),
                                hash("balance = hash, hash { key = src }"),
                                hash("balance = hash, hash { key = src-three-octets }"),
                                hash("balance = hash, hash { key = src, method = modulo }"),
                                hash("balance = hash, hash { key = uri }"),
                                hash("balance = hash, hash { cookie = a }"),
                                hash("balance = hash, hash { header = a }"),
                                hash("balance = hash, hash { parameter = a }"),
                                hash("balance = hash, hash { parameter = a, body = 1k }"),
                                hash("balance = hash, hash { parameter = a, body = 2k }"),
                                hash("slow-start = 1s"),
                                hash("limits { connections = 1 }"),
                                hash("limits { connections = 1, queue = 1 }")))
                .doesNotHaveDuplicates();
    }

    private static String hash(String inShop) {
        return ((Outcome.Ok) read(inShop)).hash();
    }

    /**
     * One mistake in the backend {@code shop}.
     *
     * @param written what is written there
     * @param words part of the violation's text
     */
    record Row(String written, String words) {}

    static final List<Row> ERRORS =
            List.of(
                    new Row("balance = hash", "`balance = hash` does not say what is hashed"),
                    new Row("hash { key = src }", "`hash` needs `balance = hash`"),
                    new Row("balance = hash, hash {}", "needs exactly one of `key`, `header`"),
                    new Row(
                            "balance = hash, hash { key = src, cookie = a }",
                            "needs exactly one of `key`, `header`"),
                    new Row("balance = hash, hash { key = source }", "is not one of host | path"),
                    new Row("balance = hash, hash { header = \"a b\" }", "cannot stand here"),
                    new Row(
                            "balance = hash, hash { key = src, load-percent-max = 100 }",
                            "100 is out of range"),
                    new Row("balance = hash, hash { key = src, method = maglew }", "maglev"),
                    new Row(
                            "balance = hash, hash { cookie = a, body = 1k }",
                            "`body` needs `parameter`"),
                    new Row("balance = hash, hash { parameter = a, body = 0 }", "out of range"),
                    new Row("balance = hash, hash { parameter = a, body = 65k }", "out of range"),
                    new Row("balance = least_conn", "is not one of"),
                    new Row("balance = first, slow-start = 10s", "share cannot grow"),
                    new Row("balance = static-round-robin, slow-start = 10s", "share cannot grow"),
                    new Row(
                            "balance = hash, hash { key = src }, slow-start = 10s",
                            "share cannot grow"),
                    new Row("slow-start = 10ms", "out of range"),
                    new Row("slow_start = 10s", "slow-start"),
                    new Row("active-min = 3", "3 servers shall be active, and there are 2"),
                    new Row("limits { queue = 10001 }", "out of range"),
                    new Row("limits { maxqueue = 1 }", "limits { queue"));

    @ParameterizedTest
    @FieldSource("ERRORS")
    void aMistakeIsAnErrorAtItsLine(Row row) {
        Outcome outcome = read(row.written());
        assertThat(outcome).as(row.written()).isInstanceOf(Outcome.Refused.class);
        assertThat(((Outcome.Refused) outcome).violations())
                .as(row.written())
                .singleElement()
                .satisfies(violation -> assertThat(violation.line()).isEqualTo(38))
                .satisfies(violation -> assertThat(violation.toString()).contains(row.words()));
    }

    static final List<Row> WARNINGS =
            List.of(
                    new Row("active-min = 2", "no server has a `tier`"),
                    new Row("limits { queue = 10 }", "nobody ever waits"),
                    new Row("limits { queue-timeout = 1s }", "nobody ever waits"));

    @ParameterizedTest
    @FieldSource("WARNINGS")
    void whatHasNoEffectIsWarnedOf(Row row) {
        Outcome outcome = read(row.written());
        assertThat(outcome).isInstanceOf(Outcome.Ok.class);
        assertThat(((Outcome.Ok) outcome).warnings())
                .extracting(Violation::toString)
                .anyMatch(warning -> warning.contains(row.words()));
    }

    @Test
    void aBackupHasNoTier() {
        Outcome outcome =
                parse(
                        ViolationsTest.SOUND.replace(
                                WEB2,
                                "{ name = web2, address = \"10.0.1.2:8080\", tier = 2, backup ="
                                        + " true }"));
        assertThat(((Outcome.Refused) outcome).violations())
                .singleElement()
                .satisfies(
                        violation ->
                                assertThat(violation.toString())
                                        .contains("a backup comes after every tier"));
    }

    @Test
    void aConnectionHasOnlyItsSource() {
        String echo = "echo { sticky { table = stuck }";
        for (String key : List.of("key = uri", "cookie = a", "parameter = a, body = 1k")) {
            Outcome outcome =
                    parse(
                            ViolationsTest.SOUND.replace(
                                    echo, "echo { balance = hash, hash { " + key + " }"));
            assertThat(outcome).isInstanceOf(Outcome.Refused.class);
            assertThat(((Outcome.Refused) outcome).violations())
                    .extracting(Violation::toString)
                    .anyMatch(text -> text.contains("a TCP connection has no request to hash"));
        }
        assertThat(
                        parse(
                                ViolationsTest.SOUND.replace(
                                        echo, "echo { balance = hash, hash { key = src }")))
                .isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void aRingHoldsSoManyPoints() {
        String many = "servers = [ { name = web0, address = \"10.0.2.1:80\", weight = 256 }";
        StringBuilder servers = new StringBuilder(many);
        for (int server = 1; server < 33; server++) {
            servers.append(", { name = web")
                    .append(server)
                    .append(", address = \"10.0.2.")
                    .append(server + 1)
                    .append(":80\", weight = 256 }");
        }
        String text =
                "big { balance = hash, hash { key = src, method = ring }, check { tcp = true }, "
                        + servers
                        + " ] }\n  shop {";
        Outcome outcome =
                parse(
                        ViolationsTest.SOUND
                                .replace("  shop {", "  " + text)
                                .replace("{ backend = shop }", "{ backend = big }"));
        assertThat(((Outcome.Refused) outcome).violations())
                .extracting(Violation::toString)
                .anyMatch(words -> words.contains("a ring holds 8192"));
    }
}
