package proa.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who is told of what happens to a node. Each node tells what it sees itself.
 *
 * @param name unique within the file
 * @param target whom to tell
 * @param on which kinds of events
 * @param timeout one attempt may take this long; 1 s to 60 s
 * @param retries further attempts after one that failed; 0 to 10
 */
public record NotifyConfig(
        String name, Target target, List<Kind> on, Duration timeout, int retries) {

    public static final List<Kind> ON_DEFAULT =
            List.of(Kind.GROUP, Kind.READY, Kind.SERVER, Kind.ALARM);

    public NotifyConfig {
        on = List.copyOf(on);
    }

    /** Whom to tell. */
    public sealed interface Target {

        /** A program of this machine, which reads the event as JSON from its standard input. */
        record Program(Path file) implements Target {}

        /**
         * A POST with the event as JSON.
         *
         * @param url http or https; may hold a secret and is never logged
         * @param token file with a bearer token
         */
        record Webhook(String url, Optional<Path> token) implements Target {}
    }

    /** What happens. */
    public enum Kind {
        NODE,
        READY,
        SERVER,
        GROUP,
        RELOAD,
        VIEW,
        OPERATOR,
        ALARM
    }
}
