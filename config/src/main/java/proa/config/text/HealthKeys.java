package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.HealthConfig.Failure;
import proa.config.HealthConfig.Passive;

import java.time.Duration;
import java.util.Map;

/** The keys of agents and of judging live traffic; part of the table that {@link Keys} begins. */
final class HealthKeys {

    private static final Duration HOUR = Duration.ofHours(1);

    private HealthKeys() {}

    static final Key<ConfigObject> AGENT =
            Keys.section(
                    "agent", "none", "a program on each server that says its weight and state");
    static final Key<ConfigObject> PASSIVE =
            Keys.section("passive", "not judged", "what live traffic itself shows");
    static final Key<Integer> PANIC_BELOW =
            defaulted(
                    "panic-below",
                    HealthKinds.percent(0, 100),
                    0,
                    "0%",
                    "with a smaller share of the servers up, all are used rather than few or none;"
                            + " 0%: never");

    /** {@code backends.NAME.agent}. */
    static final class Agent {
        static final Key<Integer> PORT =
                required(
                        "port",
                        Kinds.whole(1, 65_535),
                        1,
                        "TCP port of the agent, on the server's address");
        static final Key<Duration> EVERY =
                Keys.duration(
                        "every",
                        Duration.ofMillis(100),
                        HOUR,
                        Duration.ofSeconds(5),
                        "interval between questions to one agent");
        static final Key<Duration> TIMEOUT =
                optional(
                        "timeout",
                        Kinds.duration(Duration.ofMillis(10), HOUR),
                        "the smaller of 2s and `every`",
                        "for one question, from connect to answer");
        static final Key<String> SEND =
                optional("send", HealthKinds.bytes(), "nothing", "what is said to the agent first");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.agent",
                        "HAProxy's agent protocol: the agent answers a connection with one line of"
                                + " words: `75%`, `up`, `down`, `ready`, `drain`, `maint`. An agent"
                                + " that cannot be reached changes nothing.",
                        PORT,
                        EVERY,
                        TIMEOUT,
                        SEND);

        private Agent() {}
    }

    /** {@code backends.NAME.passive}. */
    static final class Traffic {
        static final Map<String, Failure> FAILURES =
                Map.of(
                        "connect", Failure.CONNECT,
                        "no-answer", Failure.NO_ANSWER,
                        "server-error", Failure.SERVER_ERROR);

        static final Key<Integer> COUNT =
                defaulted(
                        "failures",
                        Kinds.whole(1, 1000),
                        Passive.FAILURES_DEFAULT,
                        Integer.toString(Passive.FAILURES_DEFAULT),
                        "so many within `within` take a server out");
        static final Key<Duration> WITHIN =
                Keys.duration(
                        "within",
                        Keys.SECOND,
                        HOUR,
                        Duration.ofSeconds(30),
                        "window of the failures");
        static final Key<Duration> OUT =
                Keys.duration(
                        "out",
                        Keys.SECOND,
                        HOUR,
                        Duration.ofSeconds(30),
                        "time without traffic; twice as long each time it fails again soon after");
        static final Key<Duration> OUT_MAX =
                Keys.duration(
                        "out-max",
                        Keys.SECOND,
                        Keys.DAY,
                        Duration.ofMinutes(5),
                        "never longer than this");
        static final Key<Integer> EJECTED_MAX =
                defaulted(
                        "ejected-max",
                        HealthKinds.percent(1, 100),
                        Passive.EJECTED_MAX_PERCENT_DEFAULT,
                        Passive.EJECTED_MAX_PERCENT_DEFAULT + "%",
                        "nobody is taken out when more than this share of the servers would be"
                                + " unavailable");
        static final Key<ConfigValue> COUNTED =
                optional(
                        "count",
                        Kinds.any("failure or list"),
                        "[connect, no-answer]",
                        "what is a failure: `connect`, `no-answer`, `server-error` (a status of 500"
                                + " and above but 501 and 505; requests can provoke it)");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.passive",
                        "A server that fails live traffic is taken out for a while.",
                        COUNT,
                        WITHIN,
                        OUT,
                        OUT_MAX,
                        EJECTED_MAX,
                        COUNTED);

        private Traffic() {}
    }
}
