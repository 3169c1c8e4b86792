package proa.config.text;

import static proa.config.text.Key.optional;

import com.typesafe.config.ConfigObject;

import proa.config.OtlpConfig;

import java.time.Duration;

/** Keys of {@code admin.otlp}, and what is read there. */
final class OtlpKeys {

    static final Key<ConfigObject> OTLP =
            Keys.section("otlp", "nobody", "a collector that gets the metrics without asking");

    private static final Key<String> URL =
            Key.required(
                    "url",
                    Kinds.checked(Kinds.text(), NotifyKeys::mistake),
                    "http://localhost",
                    "http or https URL of the collector: http://127.0.0.1:4318/v1/metrics");
    private static final Key<Duration> EVERY =
            Keys.duration(
                    "every",
                    Keys.SECOND,
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(10),
                    "how often it gets them");
    private static final Key<Duration> TIMEOUT =
            Keys.duration(
                    "timeout",
                    Keys.SECOND,
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(5),
                    "how long one attempt may take; what fails is not repeated, the next one brings"
                            + " the sums");
    private static final Key<String> TOKEN =
            optional(
                    "token",
                    Kinds.file(),
                    "none",
                    "file whose first line is sent as a bearer token; read anew each time");
    private static final Key<String> HEADER =
            optional(
                    "header",
                    Kinds.token(),
                    "Authorization: Bearer",
                    "field that holds the token as it is instead, such as api-key");

    static final Shape SHAPE =
            Shape.of(
                    "admin.otlp",
                    "Posts the metrics of /metrics to a collector, by the OpenTelemetry protocol"
                            + " (OTLP/HTTP, protobuf, gzip).",
                    URL,
                    EVERY,
                    TIMEOUT,
                    TOKEN,
                    HEADER);

    private OtlpKeys() {}

    static OtlpConfig read(Section section, ClusterReader.Folder folder) {
        if (section.has(HEADER) && !section.has(TOKEN)) {
            section.report().conflict(section.path(HEADER), "`header` needs `token`", "remove it");
        }
        return new OtlpConfig(
                section.get(URL),
                section.get(EVERY),
                section.get(TIMEOUT),
                section.find(TOKEN).map(name -> folder.path(section, TOKEN, name)),
                section.find(HEADER));
    }
}
