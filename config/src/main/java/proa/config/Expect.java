package proa.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the answer to an HTTP probe must be; everything that is written must hold.
 *
 * @param statuses one of these; not empty
 * @param string the body contains it
 * @param regex an RE2 expression that matches somewhere in the body
 * @param json values the body, read as JSON, must have
 * @param bodyBytesMax so much of the body is read and looked at; 1 KiB to 1 MiB; default 64 KiB
 */
public record Expect(
        List<StatusRange> statuses,
        Optional<String> string,
        Optional<String> regex,
        List<JsonValue> json,
        int bodyBytesMax) {

    public static final int BODY_BYTES_MAX_DEFAULT = 64 << 10;

    public Expect {
        statuses = List.copyOf(statuses);
        json = List.copyOf(json);
    }

    /** This status and any body. */
    public static Expect status(int status) {
        return new Expect(
                List.of(new StatusRange(status, status)),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                BODY_BYTES_MAX_DEFAULT);
    }

    /** Whether the head of an answer is not enough to judge it. */
    public boolean needsBody() {
        return string.isPresent() || regex.isPresent() || !json.isEmpty();
    }

    /** Whether a status is one of those expected. */
    public boolean accepts(int status) {
        return statuses.stream().anyMatch(range -> status >= range.from && status <= range.to);
    }

    /** The expected statuses for a message: {@code 200, 300-399}. */
    public String shownStatuses() {
        return statuses.stream().map(StatusRange::toString).collect(Collectors.joining(", "));
    }

    /** Statuses from one to another, both included; 100 to 599. */
    public record StatusRange(int from, int to) {
        @Override
        public String toString() {
            return from == to ? Integer.toString(from) : from + "-" + to;
        }
    }

    /**
     * One value of a JSON body.
     *
     * @param path keys and indexes, {@code checks[0].status}; empty for the whole body
     * @param value the text of a string, a number, {@code true}, {@code false} or {@code null}
     */
    public record JsonValue(String path, String value) {}
}
