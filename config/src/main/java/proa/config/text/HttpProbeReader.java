package proa.config.text;

import proa.config.BackendConfig.Probe;
import proa.config.Expect;
import proa.config.Expect.JsonValue;
import proa.config.Expect.StatusRange;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Reads {@code backends.NAME.check.http}. */
final class HttpProbeReader {

    /** Fields that frame the message or have a key of their own, and what to do instead. */
    private static final Map<String, String> RESERVED =
            Map.of(
                    "host", "`host = shop.example` beside `headers`",
                    "connection", "a probe closes its connection",
                    "content-length", "computed from `body`",
                    "transfer-encoding", "`body` is sent with its length");

    private HttpProbeReader() {}

    static Probe read(Section section) {
        Asked asked = asked(section);
        Expect expect = expect(section);
        if (asked.method.equals("HEAD") && expect.needsBody()) {
            section.report()
                    .error(
                            section.path(CheckKeys.Http.HEAD),
                            "an answer to HEAD has no body to expect anything of",
                            "get = \"" + Kinds.clip(asked.path) + "\"");
        }
        return new Probe.Http(
                asked.method,
                asked.path,
                section.find(CheckKeys.Http.HOST),
                fields(section),
                section.find(CheckKeys.Http.BODY).orElse(""),
                expect);
    }

    private record Asked(String method, String path) {}

    private static Asked asked(Section section) {
        boolean free = section.has(CheckKeys.Http.METHOD) || section.has(CheckKeys.Http.PATH);
        long named =
                Stream.of(CheckKeys.Http.GET, CheckKeys.Http.HEAD, CheckKeys.Http.OPTIONS)
                        .filter(section::has)
                        .count();
        boolean half = section.has(CheckKeys.Http.METHOD) != section.has(CheckKeys.Http.PATH);
        if (half || named + (free ? 1 : 0) != 1) {
            section.report()
                    .error(
                            section.path(),
                            "`http` needs exactly one of `get`, `head`, `options`, or `method` with"
                                    + " `path`",
                            "http { get = \"/health\" }");
        }
        return Stream.of(CheckKeys.Http.GET, CheckKeys.Http.HEAD, CheckKeys.Http.OPTIONS)
                .flatMap(
                        key ->
                                section
                                        .find(key)
                                        .map(path -> new Asked(upper(key.name()), path))
                                        .stream())
                .findFirst()
                .orElseGet(
                        () ->
                                new Asked(
                                        section.find(CheckKeys.Http.METHOD).orElse("GET"),
                                        section.find(CheckKeys.Http.PATH).orElse("/")));
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT);
    }

    private static List<Probe.Field> fields(Section section) {
        return section.named(CheckKeys.Http.HEADERS).stream()
                .flatMap(
                        item -> {
                            String reserved = RESERVED.get(item.name().toLowerCase(Locale.ROOT));
                            if (reserved != null) {
                                section.report()
                                        .error(
                                                item.path(),
                                                "the probe's `" + item.name() + "` is not free",
                                                reserved);
                            }
                            return section
                                    .read(Kinds.text(), item)
                                    .map(value -> new Probe.Field(item.name(), value))
                                    .stream();
                        })
                .toList();
    }

    private static Expect expect(Section section) {
        List<StatusRange> statuses =
                section.some(
                        CheckKeys.Http.EXPECT_STATUS,
                        HealthKinds.statuses(),
                        "status",
                        "expect-status = \"200-299\"");
        return new Expect(
                statuses.isEmpty() ? Expect.status(200).statuses() : statuses,
                section.find(CheckKeys.Http.EXPECT_STRING),
                section.find(CheckKeys.Http.EXPECT_REGEX),
                json(section),
                Math.toIntExact(section.get(CheckKeys.Http.BODY_MAX)));
    }

    private static List<JsonValue> json(Section section) {
        return section.items(CheckKeys.Http.EXPECT_JSON).stream()
                .flatMap(item -> section.open(item, CheckKeys.Http.JSON).stream())
                .map(
                        value ->
                                new JsonValue(
                                        value.get(CheckKeys.Http.JSON_PATH),
                                        value.get(CheckKeys.Http.JSON_VALUE)))
                .toList();
    }
}
