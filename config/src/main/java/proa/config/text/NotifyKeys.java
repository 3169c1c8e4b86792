package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.NotifyConfig;
import proa.config.NotifyConfig.Target;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keys of {@code notify}, and what is read there. */
final class NotifyKeys {

    private static final int RETRIES_MAX = 10;
    private static final int RETRIES = 3;

    static final Key<ConfigObject> NOTIFY =
            Keys.named("notify", "nobody", "who is told of what happens, each node by itself");

    private static final Key<String> PROGRAM =
            optional(
                    "program",
                    Kinds.file(),
                    "see `webhook`",
                    "started for each event with the event as JSON on its standard input and its"
                            + " kind and subject as arguments; any exit code but 0 is a failure");
    private static final Key<String> WEBHOOK =
            optional(
                    "webhook",
                    Kinds.checked(Kinds.text(), NotifyKeys::mistake),
                    "see `program`",
                    "http or https URL that gets each event as JSON by POST; any status but 2xx is"
                            + " a failure");
    private static final Key<String> TOKEN =
            optional(
                    "token",
                    Kinds.file(),
                    "none",
                    "with `webhook`: file whose first line is sent as a bearer token; read anew"
                            + " each time");
    private static final Key<ConfigValue> ON =
            optional(
                    "on",
                    Kinds.any("list of kinds"),
                    "[group, ready, server, alarm]",
                    "kinds of events: node, ready, server, group, reload, view, operator, alarm");
    private static final Key<Duration> TIMEOUT =
            Keys.duration(
                    "timeout",
                    Keys.SECOND,
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(5),
                    "how long one attempt may take");
    private static final Key<Integer> ATTEMPTS =
            defaulted(
                    "retries",
                    Kinds.whole(0, RETRIES_MAX),
                    RETRIES,
                    "3",
                    "further attempts after one that failed, a second later, then two, then four,"
                            + " at most 30");

    static final Shape SHAPE =
            Shape.of(
                    "notify.NAME",
                    "Tells a program or a webhook of events. At most 256 wait for each; those that"
                            + " are too many are dropped and counted in `proa status`.",
                    PROGRAM,
                    WEBHOOK,
                    TOKEN,
                    ON,
                    TIMEOUT,
                    ATTEMPTS);

    private static final Kind<NotifyConfig.Kind> KIND =
            Kinds.choice(
                    Map.of(
                            "node", NotifyConfig.Kind.NODE,
                            "ready", NotifyConfig.Kind.READY,
                            "server", NotifyConfig.Kind.SERVER,
                            "group", NotifyConfig.Kind.GROUP,
                            "reload", NotifyConfig.Kind.RELOAD,
                            "view", NotifyConfig.Kind.VIEW,
                            "operator", NotifyConfig.Kind.OPERATOR,
                            "alarm", NotifyConfig.Kind.ALARM));

    private NotifyKeys() {}

    /** The URL is not repeated in messages: it may hold a secret. */
    static Optional<Kind.Reading<String>> mistake(String text) {
        try {
            URI url = new URI(text);
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (!web || url.getHost() == null) {
                return Optional.of(
                        Kind.Reading.bad("is no URL of a web server", "\"https://host/path\""));
            }
            return url.getUserInfo() == null
                    ? Optional.empty()
                    : Optional.of(
                            Kind.Reading.bad(
                                    "has a password in the URL", "token = \"FILE\" instead"));
        } catch (URISyntaxException _) {
            return Optional.of(Kind.Reading.bad("is no URL", "\"https://host/path\""));
        }
    }

    static List<NotifyConfig> read(Section file, ClusterReader.Folder folder) {
        return file.named(NOTIFY).stream()
                .flatMap(
                        item ->
                                file
                                        .open(item, SHAPE)
                                        .map(section -> one(item.name(), section, folder))
                                        .stream())
                .toList();
    }

    private static NotifyConfig one(String name, Section section, ClusterReader.Folder folder) {
        if (section.has(PROGRAM) == section.has(WEBHOOK)) {
            section.report()
                    .error(
                            section.path(),
                            "`notify." + name + "` needs either `program` or `webhook`",
                            "one of them");
        }
        if (section.has(TOKEN) && !section.has(WEBHOOK)) {
            section.report().conflict(section.path(TOKEN), "`token` needs `webhook`", "remove it");
        }
        List<NotifyConfig.Kind> on =
                section.some(ON, KIND, "event", "leave it out for the usual ones");
        return new NotifyConfig(
                name,
                target(section, folder),
                on.isEmpty() ? NotifyConfig.ON_DEFAULT : on,
                section.get(TIMEOUT),
                section.get(ATTEMPTS));
    }

    private static Target target(Section section, ClusterReader.Folder folder) {
        Optional<String> url = section.find(WEBHOOK);
        if (url.isPresent()) {
            Optional<Path> token =
                    section.find(TOKEN).map(name -> folder.path(section, TOKEN, name));
            return new Target.Webhook(url.get(), token);
        }
        return new Target.Program(
                section.find(PROGRAM)
                        .map(name -> folder.path(section, PROGRAM, name))
                        .orElse(Path.of("")));
    }
}
