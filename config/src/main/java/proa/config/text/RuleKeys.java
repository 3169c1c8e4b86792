package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.HttpOptions;
import proa.config.HttpOptions.Forwarded;
import proa.config.Template;

import java.time.DayOfWeek;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The keys of what rules do and of what conditions test; part of the table {@link Keys} begins. */
final class RuleKeys {

    private RuleKeys() {}

    private static Key<ConfigObject> fields(String name, String meaning) {
        return Keys.named(name, "or another", meaning);
    }

    /** The actions of a rule that have a section of their own. */
    static final class Action {
        static final Key<ConfigObject> SET_REQUEST =
                fields(
                        "set-request-header",
                        "templates for fields of the request by name, instead of what was"
                                + " there: `{ X-Real-IP = \"%{src}\" }`");
        static final Key<ConfigObject> ADD_REQUEST =
                fields("add-request-header", "fields added to the request, likewise");
        static final Key<ConfigValue> REMOVE_REQUEST =
                optional(
                        "remove-request-header",
                        Kinds.any("name or list"),
                        "or another",
                        "fields removed from the request");
        static final Key<ConfigObject> REPLACE_REQUEST =
                fields(
                        "replace-request-header",
                        "in the values of these fields every match is replaced");
        static final Key<ConfigObject> SET_RESPONSE =
                fields(
                        "set-response-header",
                        "fields of the server's response by name, instead of what was there");
        static final Key<ConfigObject> ADD_RESPONSE =
                fields("add-response-header", "fields added to responses of servers, likewise");
        static final Key<ConfigValue> REMOVE_RESPONSE =
                optional(
                        "remove-response-header",
                        Kinds.any("name or list"),
                        "or another",
                        "fields removed from responses of servers");
        static final Key<ConfigObject> REPLACE_RESPONSE =
                fields(
                        "replace-response-header",
                        "in the values of these fields of responses every match is replaced");
        static final Key<ConfigObject> REWRITE =
                Keys.section("rewrite", "or another", "changes the path or query servers get");
        static final Key<ConfigObject> REDIRECT =
                Keys.section("redirect", "or another", "sends the client elsewhere");
        static final Key<ConfigObject> RESPOND =
                Keys.section("respond", "or another", "answers with a fixed response");
        static final Key<ConfigObject> TARPIT =
                Keys.section("tarpit", "or another", "holds the client, then refuses");
        static final Key<Boolean> DROP =
                optional(
                        "drop",
                        Kinds.choice(Map.of("true", true)),
                        "or another",
                        "true: ends the connection without a byte; the reset does not pass the"
                                + " first router");

        private Action() {}
    }

    /** {@code replace-…-header { NAME }}. */
    static final class Replace {
        static final Key<String> MATCH =
                required("match", RuleKinds.byteRegex(), "x", "what is searched for in each value");
        static final Key<String> WITH =
                required("with", RuleKinds.replacement(), "", "what replaces it; $1 is a group");
        static final Shape SHAPE =
                Shape.of(
                        "frontends.NAME.rules[…].replace-request-header.NAME",
                        "One replacement; `replace-response-header` has the same keys.",
                        MATCH,
                        WITH);

        private Replace() {}
    }

    /** {@code rewrite}. */
    static final class Rewrite {
        static final Key<String> PREFIX =
                optional(
                        "prefix",
                        Kinds.pathAlone(),
                        "or a match",
                        "beginning of the path that is replaced");
        static final Key<String> MATCH =
                optional(
                        "match",
                        RuleKinds.byteRegex(),
                        "or `prefix`",
                        "the first match in the path is replaced");
        static final Key<String> QUERY_MATCH =
                optional(
                        "query-match",
                        RuleKinds.byteRegex(),
                        "or `prefix`",
                        "the first match in the query is replaced");
        static final Key<String> WITH =
                required("with", RuleKinds.replacement(), "/", "what replaces it; $1 is a group");
        static final Shape SHAPE =
                Shape.of(
                        "frontends.NAME.rules[…].rewrite",
                        "Changes what servers get; conditions and %{path} go on to mean what the"
                                + " client sent.",
                        PREFIX,
                        MATCH,
                        QUERY_MATCH,
                        WITH);

        private Rewrite() {}
    }

    /** {@code redirect}. */
    static final class Redirect {
        static final Key<String> SCHEME =
                optional(
                        "scheme",
                        Kinds.choice(Map.of("http", "http", "https", "https")),
                        "the request's",
                        "http or https");
        static final Key<Template> HOST =
                optional(
                        "host",
                        RuleKinds.uriTemplate(),
                        "the request's, without port",
                        "host, with a port if need be");
        static final Key<Template> PATH =
                optional(
                        "path",
                        RuleKinds.uriTemplate(),
                        "the request's, with query",
                        "path, with a query if need be: \"/new%{path}?%{query}\"");
        static final Key<Integer> CODE =
                defaulted(
                        "code",
                        Kinds.choice(
                                Map.of("301", 301, "302", 302, "303", 303, "307", 307, "308", 308)),
                        302,
                        "302",
                        "301 and 308 are for good; 307 and 308 keep the method");
        static final Shape SHAPE =
                Shape.of(
                        "frontends.NAME.rules[…].redirect",
                        "Where to; at least one of `scheme`, `host`, `path`.",
                        SCHEME,
                        HOST,
                        PATH,
                        CODE);

        private Redirect() {}
    }

    /** {@code respond}. */
    static final class Respond {
        static final Key<Integer> STATUS =
                defaulted("status", Kinds.whole(200, 599), 200, "200", "status of the response");
        static final Key<String> TYPE =
                defaulted(
                        "type",
                        RuleKinds.mediaType(),
                        "text/plain; charset=utf-8",
                        "text/plain; charset=utf-8",
                        "media type of the body");
        static final Key<String> BODY =
                defaulted("body", RuleKinds.body(), "", "", "the body, UTF-8, as written");
        static final Shape SHAPE =
                Shape.of("frontends.NAME.rules[…].respond", "The response.", STATUS, TYPE, BODY);

        private Respond() {}
    }

    /** {@code tarpit}. */
    static final class Tarpit {
        static final Key<Duration> DELAY =
                Keys.duration(
                        "delay",
                        Keys.MILLI,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(10),
                        "how long it is held; with a thousand held on an event loop, others are"
                                + " refused at once");
        static final Key<Integer> STATUS =
                defaulted("status", Kinds.whole(400, 599), 429, "429", "status at the end");
        static final Shape SHAPE =
                Shape.of("frontends.NAME.rules[…].tarpit", "How long.", DELAY, STATUS);

        private Tarpit() {}
    }

    /** Keys of a frontend about senders and answers. */
    static final class Options {
        static final Key<ConfigValue> TRUSTED =
                optional(
                        "trusted",
                        Kinds.any("list of networks"),
                        "nobody",
                        "proxies in front, whose X-Forwarded fields and PROXY header are believed");
        static final Key<Boolean> PROXY_PROTOCOL =
                defaulted(
                        "proxy-protocol",
                        Kinds.flag(),
                        false,
                        "false",
                        "true: connections of `trusted` senders begin with a PROXY header, version"
                                + " 1 or 2");
        static final Kind<Forwarded> FIELD =
                Kinds.choice(
                        Map.of(
                                "x-forwarded-for", Forwarded.X_FORWARDED_FOR,
                                "x-forwarded-proto", Forwarded.X_FORWARDED_PROTO,
                                "x-forwarded-host", Forwarded.X_FORWARDED_HOST,
                                "x-forwarded-port", Forwarded.X_FORWARDED_PORT,
                                "forwarded", Forwarded.FORWARDED));
        static final Key<ConfigValue> FORWARDED =
                optional(
                        "forwarded",
                        Kinds.any("list of fields"),
                        "[x-forwarded-for]",
                        "fields that tell servers of the client: " + FIELD.form());
        static final Key<Forwarded> CLIENT_FIELD =
                defaulted(
                        "client-field",
                        Kinds.choice(
                                Map.of(
                                        "x-forwarded-for", Forwarded.X_FORWARDED_FOR,
                                        "forwarded", Forwarded.FORWARDED)),
                        Forwarded.X_FORWARDED_FOR,
                        "x-forwarded-for",
                        "the field in which `trusted` senders name the client: say forwarded (RFC"
                                + " 7239) when that is what they write. The other one is never"
                                + " read, for a client could have added it. Addresses are taken"
                                + " from the right, up to the first that is not trusted; the walk"
                                + " ends at one that is hidden, `unknown` or malformed");
        static final Key<ConfigObject> ERROR_PAGES =
                Keys.named(
                        "error-pages",
                        "one line of text",
                        "files with the bodies of Proa's own answers by status:"
                                + " `{ 503 = \"errors/503.html\" }`");

        private Options() {}

        static List<Forwarded> forwarded(Section section) {
            return section.has(FORWARDED)
                    ? section.all(FORWARDED, FIELD)
                    : HttpOptions.DEFAULTS.forwarded();
        }
    }

    /** Tests of conditions beyond plain comparisons. */
    static final class Test {
        static final Key<String> PATH_SUFFIX =
                optional(
                        "path-suffix",
                        RuleKinds.pathSuffix(),
                        "",
                        "the path, without query, ends so");
        static final Key<String> PATH_REGEX =
                optional(
                        "path-regex",
                        RuleKinds.byteRegex(),
                        "",
                        "found in the path; ^ and $ bind it to the ends");
        static final Key<String> RAW_PATH_REGEX =
                optional(
                        "raw-path-regex",
                        RuleKinds.byteRegex(),
                        "",
                        "found in the path as the client sent it, without query");
        static final Key<String> HOST_SUFFIX =
                optional(
                        "host-suffix",
                        RuleKinds.hostSuffix(),
                        "",
                        "the host, without port, ends so, in any case");
        static final Key<String> HOST_REGEX =
                optional(
                        "host-regex",
                        RuleKinds.hostRegex(),
                        "",
                        "found in the host, in lower case and without port");
        static final Key<String> QUERY =
                optional(
                        "query",
                        Kinds.token(),
                        "",
                        "a query parameter of this name is there, or equals `value`");
        static final Key<String> MATCHES =
                optional(
                        "matches",
                        RuleKinds.regex(),
                        "any",
                        "with `header`, `cookie`, `query` or `certificate`: found in its value");
        static final Key<ConfigValue> DST =
                optional(
                        "dst",
                        Kinds.any("network or list"),
                        "",
                        "the address the client connected to lies in one of these");
        static final Key<Integer> DST_PORT =
                optional("dst-port", Kinds.whole(1, 65_535), "", "the port it connected to");
        static final Key<Integer> SHARE =
                optional("share", RuleKinds.share(), "", "a random part of all requests: 5%");
        static final Key<RuleKinds.Span> TIME =
                optional("time", RuleKinds.span(), "", "the time of the day");
        static final Key<ConfigValue> DAYS =
                optional(
                        "days",
                        Kinds.any("list of days"),
                        "every day",
                        "mon, tue, wed, thu, fri, sat, sun; with or without `time`");
        static final Kind<DayOfWeek> DAY = RuleKinds.day();
        static final Key<String> ZONE =
                optional("zone", RuleKinds.zone(), "UTC", "with `time` or `days`: whose clock");

        private Test() {}
    }
}
