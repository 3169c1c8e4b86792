package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.FrontendConfig.LimitMode;
import proa.config.FrontendConfig.OnPartition;
import proa.config.TableConfig;

import java.time.Duration;
import java.util.Map;

/** The keys of what is counted and limited; part of the table that {@link Keys} begins. */
final class LimitKeys {

    /** Largest number that a limit or a comparison can have: a thousand terabytes. */
    private static final long AMOUNT_MAX = 1_000_000_000_000_000L;

    private LimitKeys() {}

    /** The part of {@code tables.NAME} that says what is kept. */
    static final class Table {
        static final Key<TableConfig.Key> KEY =
                required(
                        "key",
                        Kinds.choice(
                                Map.of(
                                        "src", TableConfig.Key.SOURCE,
                                        "network", TableConfig.Key.NETWORK,
                                        "text", TableConfig.Key.TEXT,
                                        "integer", TableConfig.Key.INTEGER)),
                        TableConfig.Key.SOURCE,
                        "what an entry is kept for; src: the client's address; network: the"
                                + " network of it; text, integer: the part of the request that `by`"
                                + " says where the table is used (of a text a 128-bit hash is"
                                + " kept)");
        static final Key<Integer> IPV4_PREFIX =
                defaulted(
                        "ipv4-prefix",
                        Kinds.whole(1, 32),
                        TableConfig.Prefix.DEFAULT.ipv4(),
                        "24",
                        "with `key = network`: bits of an IPv4 address that count");
        static final Key<Integer> IPV6_PREFIX =
                defaulted(
                        "ipv6-prefix",
                        Kinds.whole(1, 128),
                        TableConfig.Prefix.DEFAULT.ipv6(),
                        "56",
                        "with `key = network`: bits of an IPv6 address that count");
        static final Key<ConfigObject> COUNT =
                Keys.named(
                        "count",
                        "nothing",
                        "what the table counts, by name: `requests`, `connections`, `errors`"
                                + " (answers of 400 to 499), `failures` (500 to 599), `bytes-in`,"
                                + " `bytes-out`, and names of your own that `count` rules add to;"
                                + " at most 16");
        static final Key<ConfigValue> TAGS =
                optional(
                        "tags",
                        Kinds.any("name or list"),
                        "none",
                        "names of numbers that `tag` rules set; at most 16");

        static final Key<Duration> RATE_OVER =
                optional(
                        "rate-over",
                        Kinds.duration(Keys.SECOND, Duration.ofHours(1)),
                        "no rate",
                        "window of the counter, sliding");
        static final Key<Boolean> TOTAL =
                defaulted(
                        "total",
                        Kinds.flag(),
                        false,
                        "false",
                        "keep the sum since the entry was created");
        static final Key<Boolean> CURRENT =
                defaulted(
                        "current",
                        Kinds.flag(),
                        false,
                        "false",
                        "`connections` only: keep how many there are now, on the nodes in sight");
        static final Shape COUNTED =
                Shape.of(
                        "tables.NAME.count.NAME",
                        "A counter, summed over all nodes. It keeps at least one of these.",
                        RATE_OVER,
                        TOTAL,
                        CURRENT);

        private Table() {}
    }

    /** {@code by}: which part of a request is the key of a table on texts or numbers. */
    static final class By {
        static final Key<String> CONSTANT =
                optional(
                        "constant",
                        Kinds.name(),
                        "or `key`",
                        "the same key for all, in a table on texts: what is limited is the frontend"
                                + " as a whole, together with those that say the same");
        static final Shape SHAPE =
                Shape.of(
                        "by",
                        "The part of a request that is the key; what does not have it is not"
                                + " counted.",
                        SpreadingKeys.Hash.KEY,
                        SpreadingKeys.Hash.HEADER,
                        SpreadingKeys.Hash.COOKIE,
                        SpreadingKeys.Hash.PARAMETER,
                        CONSTANT);

        private By() {}
    }

    /** Actions of a rule. */
    static final class Action {
        static final Key<ConfigObject> BY =
                Keys.section(
                        "by",
                        "in a table on addresses: not used",
                        "with `track` or `limit`, in a table on texts or numbers: part of the"
                                + " request that is the key");
        static final Key<ConfigObject> LIMIT =
                Keys.section(
                        "limit",
                        "or another",
                        "count the request, or refuse it when its key has used up a limit; refused"
                                + " ones are not counted");
        static final Key<ConfigObject> COUNT =
                Keys.section(
                        "count",
                        "or another",
                        "add to a counter of your own for the key the request is tracked by");
        static final Key<ConfigObject> TAG =
                Keys.section(
                        "tag", "or another", "set a tag for the key the request is tracked by");

        private Action() {}
    }

    /** {@code limit}, {@code count} and {@code tag} of a rule. */
    static final class Of {
        static final Key<String> TABLE = required("table", Kinds.name(), "none", "the table");
        static final Key<String> COUNTER =
                defaulted(
                        "counter",
                        Kinds.name(),
                        TableConfig.Counter.REQUESTS,
                        TableConfig.Counter.REQUESTS,
                        "its counter, which keeps a rate");
        static final Key<Long> TO =
                required(
                        "to",
                        Kinds.amount(1, AMOUNT_MAX),
                        1L,
                        "most within the counter's window, over all nodes");
        static final Key<LimitMode> MODE =
                defaulted(
                        "mode",
                        Kinds.choice(
                                Map.of(
                                        "approximate", LimitMode.APPROXIMATE,
                                        "strict", LimitMode.STRICT)),
                        LimitMode.APPROXIMATE,
                        "approximate",
                        "approximate: each node decides by what it knows, some milliseconds behind;"
                                + " strict (`requests` only): never more, each configured node has"
                                + " its part and borrows from those in sight");
        static final Key<OnPartition> ON_PARTITION =
                optional(
                        "on-partition",
                        Kinds.choice(Map.of("each", OnPartition.EACH, "share", OnPartition.SHARE)),
                        "each; share if strict",
                        "what a part of a split cluster allows: the whole limit, or its members'"
                                + " part of it");
        static final Key<Boolean> HEADERS =
                defaulted(
                        "headers",
                        Kinds.flag(),
                        false,
                        "false",
                        "tell clients by RateLimit, RateLimit-Policy and Retry-After");
        static final Key<Integer> STATUS =
                defaulted("status", Kinds.whole(400, 599), 429, "429", "what refused ones hear");
        static final Shape LIMIT =
                Shape.of(
                        "frontends.NAME.rules[…].limit",
                        "A limit over all nodes on what a key may do.",
                        TABLE,
                        COUNTER,
                        TO,
                        MODE,
                        ON_PARTITION,
                        HEADERS,
                        STATUS);

        static final Key<String> OWN_COUNTER =
                required("counter", Kinds.name(), "none", "a counter of your own");
        static final Key<Long> ADD =
                defaulted("add", Kinds.amount(1, AMOUNT_MAX), 1L, "1", "how much is added");
        static final Shape COUNT =
                Shape.of(
                        "frontends.NAME.rules[…].count",
                        "Adds to a counter of your own.",
                        TABLE,
                        OWN_COUNTER,
                        ADD);

        static final Key<String> TAG = required("tag", Kinds.name(), "none", "one of its tags");
        static final Key<Long> VALUE =
                required("value", Kinds.amount(0, 4_294_967_295L), 0L, "its value from now on");
        static final Shape SET =
                Shape.of(
                        "frontends.NAME.rules[…].tag",
                        "Sets a tag on all nodes; a later value replaces it.",
                        TABLE,
                        TAG,
                        VALUE);

        private Of() {}
    }

    /** What conditions compare. */
    static final class Test {
        static final Key<String> TABLE =
                optional(
                        "table", Kinds.name(), "", "with `counter` or `tag`, and `above`: a table");
        static final Key<String> COUNTER =
                optional("counter", Kinds.name(), "", "with `table`: one of its counters");
        static final Key<String> TAG =
                optional("tag", Kinds.name(), "", "with `table`: one of its tags");
        static final Key<TableConfig.Value> NUMBER =
                defaulted(
                        "number",
                        Kinds.choice(
                                Map.of(
                                        "rate", TableConfig.Value.RATE,
                                        "total", TableConfig.Value.TOTAL,
                                        "current", TableConfig.Value.CURRENT)),
                        TableConfig.Value.RATE,
                        "rate",
                        "with `counter`: what came within its window, everything, or what is there"
                                + " now");
        static final Key<Long> ABOVE =
                optional(
                        "above",
                        Kinds.amount(0, AMOUNT_MAX),
                        "",
                        "with `table`: the key has more than this, over all nodes; the key is the"
                                + " one the request is tracked by, else the client's address");

        private Test() {}
    }
}
