package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigObject;

import proa.config.RateConfig;

import java.time.Duration;
import java.util.Map;

/** The keys of rates of frontends and servers; part of the table that {@link Keys} begins. */
final class RateKeys {

    static final Key<Integer> PER_SECOND =
            required(
                    "per-second",
                    Kinds.count(1, RateConfig.PER_SECOND_MAX),
                    1,
                    "how many in a second, in the long run");
    static final Key<Integer> BURST =
            optional(
                    "burst",
                    Kinds.count(1, RateConfig.PER_SECOND_MAX),
                    "a tenth of `per-second`, at least 1",
                    "how many may come at once after a silence");

    /** In {@code frontends.NAME.limits}. */
    static final Key<ConfigObject> CONNECTIONS =
            Keys.section("connection-rate", "unlimited", "how often new connections may come");

    static final Key<ConfigObject> REQUESTS =
            Keys.section(
                    "request-rate",
                    "unlimited",
                    "how often requests may come, of all clients together; mode http");

    static final Key<Boolean> WAITS =
            defaulted(
                    "excess",
                    Kinds.choice(Map.of("wait", true, "refuse", false)),
                    true,
                    "wait",
                    "wait: nobody is accepted before the next turn, and who comes meanwhile waits"
                            + " in the kernel's queue; refuse: closed at once");
    static final Shape OF_CONNECTIONS =
            Shape.of(
                    "frontends.NAME.limits.connection-rate",
                    "New connections, on each node by itself. Over all nodes: a `limit` rule with"
                            + " `by { constant = NAME }` in mode tcp.",
                    PER_SECOND,
                    BURST,
                    WAITS);

    static final Key<Duration> WAIT =
            Keys.duration(
                    "wait",
                    Duration.ZERO,
                    Duration.ofMinutes(1),
                    Duration.ZERO,
                    "how long a request that comes too early may wait for its turn, though never"
                            + " longer than its backend's `queue-timeout`; 429 beyond");
    static final Shape OF_REQUESTS =
            Shape.of(
                    "frontends.NAME.limits.request-rate",
                    "Requests, before any rule, on each node by itself. Over all nodes: a `limit`"
                            + " rule with `by { constant = NAME }`.",
                    PER_SECOND,
                    BURST,
                    WAIT);

    /** In elements of {@code backends.NAME.servers}. */
    static final Key<ConfigObject> SERVER =
            Keys.section(
                    "rate",
                    "unlimited",
                    "how often it gets a request (http) or connection (tcp); what does not fit goes"
                            + " to others, or waits as `limits` of the backend says");

    static final Key<String> TABLE =
            optional(
                    "table",
                    Kinds.name(),
                    "each node by itself",
                    "a table with `key = text` and a rate of `requests`, by which all nodes"
                            + " together keep to it within the counter's window; there is no"
                            + " `burst` then");
    static final Shape OF_SERVER =
            Shape.of(
                    "backends.NAME.servers[…].rate",
                    "Requests (http) or connections (tcp) to one server; not with `mode = udp`.",
                    PER_SECOND,
                    BURST,
                    TABLE);

    private RateKeys() {}
}
