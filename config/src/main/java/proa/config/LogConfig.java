package proa.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * An access log.
 *
 * @param format what a line looks like
 * @param target where lines go
 * @param every of so many requests one is logged, 1 to 1,000,000; those that failed always are
 * @param empty whether connections without a single byte of a request are logged too
 * @param fields names of request fields whose values a line of {@link Format.Httplog} or {@link
 *     Format.Json} has
 */
public record LogConfig(
        Format format, Target target, int every, boolean empty, List<String> fields) {

    public LogConfig {
        fields = List.copyOf(fields);
    }

    /** What a line looks like. */
    public sealed interface Format {
        /** HAProxy's {@code option httplog}. */
        record Httplog() implements Format {}

        /** HAProxy's {@code option tcplog}. */
        record Tcplog() implements Format {}

        /** An object for each line. */
        record Json() implements Format {}

        /** The operator's own. */
        record Own(List<Piece> pieces) implements Format {
            public Own {
                pieces = List.copyOf(pieces);
            }
        }
    }

    /** A piece of an operator's line. */
    public sealed interface Piece {
        /** As written. */
        record Literal(String text) implements Piece {}

        /** A value. */
        record Value(Field of) implements Piece {}

        /** The value of the request's field of that name. */
        record Header(String name) implements Piece {}
    }

    /** What a line can say. The words are keys of JSON lines and values of templates. */
    public enum Field {
        TIME,
        FRONTEND,
        BACKEND,
        SERVER,
        CLIENT,
        CLIENT_PORT,
        METHOD,
        TARGET,
        PROTOCOL,
        STATUS,
        BYTES_IN,
        BYTES_OUT,
        REQUEST_MILLIS,
        QUEUE_MILLIS,
        CONNECT_MILLIS,
        RESPONSE_MILLIS,
        TOTAL_MILLIS,
        TERMINATION,
        RETRIES,
        REQUEST_ID;

        /** As it is written. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Where lines go. */
    public sealed interface Target {
        /** The standard output of the process. */
        record Stdout() implements Target {}

        /** Behind what is in a file, which is opened anew when it has been renamed. */
        record File(Path path) implements Target {}

        /** Datagrams to a syslog daemon of the network. */
        record Network(InetSocketAddress address, Syslog as) implements Target {}

        /** Datagrams to a syslog daemon of this machine, such as {@code /dev/log}. */
        record Local(Path socket, Syslog as) implements Target {}
    }

    /**
     * How syslog messages begin.
     *
     * @param facility 0 to 23
     * @param modern by RFC 5424; else by RFC 3164
     */
    public record Syslog(int facility, boolean modern) {}
}
