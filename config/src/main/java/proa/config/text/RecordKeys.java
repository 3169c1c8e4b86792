package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.LogConfig;
import proa.config.LogConfig.Format;
import proa.config.RecordOptions.Accept;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The keys of access logs and request ids; part of the table that {@link Keys} begins. */
final class RecordKeys {

    private static final int MANY = 1_000_000;
    private static final int LOCAL0 = 16;

    private static final List<String> FACILITIES =
            List.of(
                    "kern",
                    "user",
                    "mail",
                    "daemon",
                    "auth",
                    "syslog",
                    "lpr",
                    "news",
                    "uucp",
                    "cron",
                    "authpriv",
                    "ftp");

    static final Key<ConfigObject> LOG =
            Keys.section("log", "none", "a line for each request or connection");
    static final Key<ConfigObject> REQUEST_ID =
            Keys.section("request-id", "none", "an id from the client to the server and the log");

    static final Key<Format> FORMAT =
            optional(
                    "format",
                    Kinds.choice(
                            Map.of(
                                    "httplog", new Format.Httplog(),
                                    "tcplog", new Format.Tcplog(),
                                    "json", new Format.Json())),
                    "httplog; mode tcp: tcplog",
                    "what a line looks like: HAProxy's lines of requests or of connections, or"
                            + " JSON");
    static final Key<List<LogConfig.Piece>> TEMPLATE =
            optional(
                    "template",
                    LogTemplates.kind(),
                    "see `format`",
                    "a line of your own, with `%{…}` of the keys of JSON lines and"
                            + " `%{header:NAME}`");
    static final Key<String> FILE =
            optional(
                    "file",
                    Kinds.file(),
                    "standard output",
                    "where lines are appended; opened anew when it has been renamed, and on"
                            + " SIGUSR1");
    static final Key<String> SYSLOG =
            optional(
                    "syslog",
                    Kinds.text(),
                    "standard output",
                    "where each line is a datagram: address:port (UDP) or the path of a socket such"
                            + " as /dev/log");
    static final Key<Integer> FACILITY =
            defaulted(
                    "facility",
                    Kinds.choice(facilities()),
                    LOCAL0,
                    "local0",
                    "with `syslog`: what messages are filed under");
    static final Key<Boolean> MODERN =
            defaulted(
                    "syslog-format",
                    Kinds.choice(Map.of("rfc3164", false, "rfc5424", true)),
                    false,
                    "rfc3164",
                    "with `syslog`: how messages begin");
    static final Key<Integer> EVERY =
            defaulted(
                    "every",
                    Kinds.count(1, MANY),
                    1,
                    "1",
                    "of so many requests one is logged; those that failed always are");
    static final Key<Boolean> EMPTY =
            defaulted(
                    "empty",
                    Kinds.flag(),
                    false,
                    "false",
                    "whether connections that never sent a byte are logged");
    static final Key<ConfigValue> FIELDS =
            optional(
                    "request-headers",
                    Kinds.any("list of tokens"),
                    "none",
                    "fields of the request whose values are logged, at most 8; none that hold"
                            + " secrets");
    static final Shape LOG_SHAPE =
            Shape.of(
                    "frontends.NAME.log",
                    "The access log. Lines that nobody takes in time are dropped and counted;"
                            + " traffic never waits for them.",
                    FORMAT,
                    TEMPLATE,
                    FILE,
                    SYSLOG,
                    FACILITY,
                    MODERN,
                    EVERY,
                    EMPTY,
                    FIELDS);

    static final Key<String> HEADER =
            defaulted(
                    "header",
                    Kinds.token(),
                    "X-Request-ID",
                    "X-Request-ID",
                    "the field that holds the id");
    static final Key<Boolean> GENERATE =
            defaulted(
                    "generate",
                    Kinds.flag(),
                    true,
                    "true",
                    "whether a request without an id gets one");
    static final Key<Accept> ACCEPT =
            defaulted(
                    "accept-from",
                    Kinds.choice(
                            Map.of(
                                    "nobody", Accept.NOBODY,
                                    "trusted", Accept.TRUSTED,
                                    "anybody", Accept.ANYBODY)),
                    Accept.TRUSTED,
                    "trusted",
                    "whose id is kept (at most 128 characters of a token); others get a new one");
    static final Key<Boolean> RESPOND =
            defaulted(
                    "response",
                    Kinds.flag(),
                    false,
                    "false",
                    "whether responses have the field too, those of our own as well");
    static final Shape REQUEST_ID_SHAPE =
            Shape.of(
                    "frontends.NAME.request-id",
                    "The id of a request; mode http.",
                    HEADER,
                    GENERATE,
                    ACCEPT,
                    RESPOND);

    static final Key<ConfigObject> ADMIN =
            Keys.section("admin", "none", "dashboard, API, metrics and health of each node");
    static final Key<java.net.InetSocketAddress> LISTEN =
            Key.required(
                    "listen",
                    Kinds.socket(),
                    new java.net.InetSocketAddress(Keys.NOWHERE, 1),
                    "address:port of each machine: 127.0.0.1:9110, or 0.0.0.0:9110 with `allow`");
    static final Key<ConfigValue> ALLOW =
            optional(
                    "allow",
                    Kinds.any("list of networks"),
                    "everybody, on loopback",
                    "networks that may ask; required unless `listen` is a loopback address");
    static final Key<ConfigObject> ADMIN_TLS =
            Keys.section("tls", "in clear", "certificate of this listener; TLS 1.2 and 1.3");
    static final Key<String> USERS =
            optional(
                    "users",
                    Kinds.file(),
                    "nobody can log in",
                    "file of those who may log in to the dashboard and the API, lines of"
                            + " `name:hash:role` with the roles view, operate, admin; written by"
                            + " `proa users add --role`; read anew when it changes");
    static final Shape ADMIN_SHAPE =
            Shape.of(
                    "admin",
                    "Answers /metrics, /health/live and /health/ready without a login; with"
                            + " `users` also the dashboard at / and the API at /api/v1.",
                    LISTEN,
                    ALLOW,
                    ADMIN_TLS,
                    USERS,
                    OtlpKeys.OTLP,
                    HaproxyKeys.HAPROXY);
    static final Shape ADMIN_IDENTITY =
            Shape.of(
                    "admin.tls",
                    "The certificate of the admin listener; `%{node}` stands for the node's name.",
                    TlsKeys.Clients.OWN_CERTIFICATE,
                    TlsKeys.Clients.KEY);

    private RecordKeys() {}

    private static Map<String, Integer> facilities() {
        Map<String, Integer> words = new HashMap<>();
        FACILITIES.forEach(word -> words.put(word, FACILITIES.indexOf(word)));
        for (int local = 0; local < 8; local++) {
            words.put("local" + local, LOCAL0 + local);
        }
        return Map.copyOf(words);
    }
}
