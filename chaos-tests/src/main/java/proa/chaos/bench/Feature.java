package proa.chaos.bench;

import proa.chaos.bench.program.Additions;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What an operator may ask of a frontend of HTTP on top of the defaults. Timeouts, counters of
 * traffic and the limits of heads and connections are never off: whatever these cost is in every
 * figure.
 */
enum Feature {
    /** Nothing else than what everybody gets. */
    DEFAULTS("the defaults", true) {
        @Override
        Additions additions() {
            return Additions.NONE;
        }
    },

    ROUTES("20 routes by path, host and header", true) {
        @Override
        Additions additions() {
            return Additions.NONE.withRoutes(routes());
        }
    },

    RULES("20 rules, none of which applies", true) {
        @Override
        Additions additions() {
            return Additions.NONE.withRules(rules());
        }
    },

    HEADERS("headers set and removed both ways", true) {
        @Override
        Additions additions() {
            return Additions.NONE.withRules(
                    """
                    { set-request-header { X-Real-IP = "%{src}", X-Request-Path = "%{path}" } }
                    { remove-request-header = [X-Debug] }
                    { set-response-header { Strict-Transport-Security = "max-age=63072000" } }
                    { remove-response-header = [Server, X-Powered-By] }
                    """);
        }
    },

    FORWARDED("all that servers are told of clients", true) {
        @Override
        Additions additions() {
            return Additions.NONE.withFrontend(
                    "forwarded = [x-forwarded-for, x-forwarded-proto, x-forwarded-host,"
                            + " x-forwarded-port, forwarded]");
        }
    },

    COUNTING("requests and errors counted by client", true) {
        @Override
        Additions additions() {
            return Additions.NONE
                    .withTable(table("seen"))
                    .withRules(
                            """
                            { track = seen }
                            { when { table = seen, counter = requests, above = 999m }, deny = 429 }
                            """);
        }
    },

    LIMIT("a limit of requests by client", true) {
        @Override
        Additions additions() {
            return Additions.NONE
                    .withTable(table("limited"))
                    .withRules("{ limit { table = limited, to = 999m } }");
        }
    },

    RATE("a rate of the frontend", true) {
        @Override
        Additions additions() {
            return Additions.NONE.withFrontend("limits { " + RATE_KEYS + " }");
        }
    },

    PACE("least rates of slow clients", true) {
        @Override
        Additions additions() {
            return Additions.NONE.withFrontend("limits { " + PACE_KEYS + " }");
        }
    },

    REQUEST_ID("a request id, in both directions", true) {
        @Override
        Additions additions() {
            return Additions.NONE.withFrontend("request-id { response = true }");
        }
    },

    STICKY_TABLE("stickiness by a table", true) {
        @Override
        Additions additions() {
            return Additions.NONE
                    .withTable("stuck { key = src, expire = 30m, entries = 100k }")
                    .withBackend("sticky { table = stuck }");
        }
    },

    STICKY_COOKIE("stickiness by a signed cookie", true) {
        @Override
        Additions additions() {
            return Additions.NONE.withBackend(
                    "sticky { cookie { name = SERVERID, insert = true, secrets ="
                            + " [a-secret-of-the-bench] } }");
        }
    },

    LEAST("least connections, with limits and a line", true) {
        @Override
        Additions additions() {
            return Additions.NONE.withBackend(
                    "balance = least-connections, limits { connections = 1k, queue = 500" + " }");
        }
    },

    HASH("a consistent hash of the URI", true) {
        @Override
        Additions additions() {
            return Additions.NONE.withBackend(hash());
        }
    },

    CHECKS("a health check and passive ejection", true) {
        @Override
        Additions additions() {
            return Additions.NONE.withBackend(
                    "check { http { get = \"/\" }, every = 1s }, passive { failures = 3,"
                            + " within = 30s, out = 30s }");
        }
    },

    /** A backend is balanced in one way, and sticks in one. */
    TOGETHER("all of these that go together", true) {
        @Override
        Additions additions() {
            return Additions.NONE
                    .withFrontend("limits { " + RATE_KEYS + ", " + PACE_KEYS + " }")
                    .and(HEADERS.additions())
                    .and(RULES.additions())
                    .and(ROUTES.additions())
                    .and(FORWARDED.additions())
                    .and(COUNTING.additions())
                    .and(LIMIT.additions())
                    .and(REQUEST_ID.additions())
                    .and(STICKY_COOKIE.additions())
                    .and(LEAST.additions())
                    .and(CHECKS.additions());
        }
    },

    /** Nothing is promised of it: a line is more than half of what a request is. */
    LOG("an access log in a file", false) {
        @Override
        Additions additions() {
            return Additions.NONE.withFrontend("log { file = \"access.log\" }");
        }
    };

    private static final String RATE_KEYS =
            "request-rate { per-second = 1m, burst = 1m, wait = 1s }";
    private static final String PACE_KEYS = "min-body-rate = 100, min-read-rate = 100";

    private final String label;
    private final boolean promised;

    Feature(String label, boolean promised) {
        this.label = label;
        this.promised = promised;
    }

    String label() {
        return label;
    }

    /** Whether it may cost no more than {@link FeatureCosts#SHARE_MAX}. */
    boolean isPromised() {
        return promised && this != DEFAULTS && this != TOGETHER;
    }

    /** The name of its program. */
    String program() {
        return "proa-" + name().toLowerCase(Locale.ROOT);
    }

    static Feature of(String program) {
        return Arrays.stream(values())
                .filter(each -> each.program().equals(program))
                .findFirst()
                .orElseThrow();
    }

    /** What a configuration has for it. */
    abstract Additions additions();

    private static String table(String name) {
        return name
                + " { key = src, expire = 30m, entries = 100k, count { requests { rate-over = 10s"
                + " }, errors { rate-over = 10s } } }";
    }

    private static String hash() {
        return "balance = hash, hash { key = uri, method = maglev }";
    }

    private static String routes() {
        return IntStream.range(0, 20)
                .mapToObj(
                        at ->
                                switch (at % 3) {
                                    case 0 -> "{ path-prefix = \"/elsewhere" + at + "\" }";
                                    case 1 -> "{ host = \"host" + at + ".example\" }";
                                    default -> "{ header = X-Version, value = \"" + at + "\" }";
                                })
                .map(when -> "{ when " + when + ", backend = servers }")
                .collect(Collectors.joining("\n"));
    }

    private static String rules() {
        return IntStream.range(0, 20)
                .mapToObj(
                        at ->
                                switch (at % 4) {
                                    case 0 -> "{ path-prefix = \"/admin" + at + "\" }";
                                    case 1 -> "{ header = X-Rule-" + at + " }";
                                    case 2 -> "{ src = [\"10." + at + ".0.0/16\"] }";
                                    default -> "{ method = METHOD" + at + " }";
                                })
                .map(when -> "{ when " + when + ", deny = 403 }")
                .collect(Collectors.joining("\n"));
    }
}
