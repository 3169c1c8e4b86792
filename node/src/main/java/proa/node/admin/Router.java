package proa.node.admin;

import proa.node.admin.Control.Weight;
import proa.node.admin.Control.Wish;
import proa.node.balance.Order;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Requests on the node's sockets → answers. {@code GET /status}, {@code /events}, {@code /ready},
 * {@code /live}, {@code /backends/NAME}; {@code POST
 * /backends/NAME/servers/NAME?order=…&weight=…&seconds=…}, {@code POST /reload}, {@code POST
 * /sessions/export?file=…}, {@code POST /sessions/import?file=…}.
 */
final class Router {

    private static final Duration LIMIT_MAX = Duration.ofDays(30);
    private static final int PERCENT_MAX = 25_600;

    private final Inspection node;
    private final Control control;

    Router(Inspection node, Control control) {
        this.node = node;
        this.control = control;
    }

    /**
     * Answers a request.
     *
     * @param method of HTTP
     * @param target path and query
     * @param level what may be done over this socket
     * @param by who asks
     */
    Answer answer(String method, String target, Level level, String by) {
        int mark = target.indexOf('?');
        List<String> path =
                List.of((mark < 0 ? target : target.substring(0, mark)).split("/", -1)).stream()
                        .skip(1)
                        .map(Router::decoded)
                        .toList();
        Map<String, String> query = mark < 0 ? Map.of() : query(target.substring(mark + 1));
        return switch (method) {
            case "GET" -> get(path);
            case "POST" -> post(path, query, level, by);
            default -> Answer.error(Answer.METHOD_NOT_ALLOWED, "only GET and POST");
        };
    }

    private Answer get(List<String> path) {
        return switch (path.getFirst()) {
            case "status" -> Answer.ok(node.status());
            case "events" -> Answer.ok(node.events());
            case "ready" -> {
                List<String> lacking = node.lacking();
                yield new Answer(
                        lacking.isEmpty() ? Answer.OK : Answer.UNAVAILABLE,
                        Map.of("ready", lacking.isEmpty(), "lacking", lacking));
            }
            case "live" ->
                    new Answer(
                            node.live() ? Answer.OK : Answer.UNAVAILABLE,
                            Map.of("live", node.live()));
            case "backends" -> path.size() == 2 ? control.backend(path.get(1)) : nothing();
            default -> nothing();
        };
    }

    private static Answer nothing() {
        return Answer.error(
                Answer.NOT_FOUND,
                "there are /status, /events, /ready, /live and /backends/NAME to GET; /reload,"
                        + " /backends/NAME/servers/NAME, /sessions/export and /sessions/import to"
                        + " POST");
    }

    private Answer post(List<String> path, Map<String, String> query, Level level, String by) {
        if (path.equals(List.of("reload"))) {
            return level.includes(Level.ADMIN) ? control.reload(by) : tooLow(Level.ADMIN, level);
        }
        if (path.equals(List.of("sessions", "export"))
                || path.equals(List.of("sessions", "import"))) {
            return level.includes(Level.ADMIN)
                    ? sessions(path.get(1), query.getOrDefault("file", ""), by)
                    : tooLow(Level.ADMIN, level);
        }
        if (path.size() == 4 && path.get(0).equals("backends") && path.get(2).equals("servers")) {
            return level.includes(Level.OPERATE)
                    ? server(path.get(1), path.get(3), query, by)
                    : tooLow(Level.OPERATE, level);
        }
        return nothing();
    }

    private Answer sessions(String what, String name, String by) {
        try {
            Path file = Path.of(name);
            if (!file.isAbsolute() || file.getFileName() == null) {
                return Answer.error(
                        Answer.BAD_REQUEST, "file is the absolute path of a file, not " + name);
            }
            return what.equals("export")
                    ? control.exportSessions(file, by)
                    : control.importSessions(file, by);
        } catch (InvalidPathException e) {
            return Answer.error(Answer.BAD_REQUEST, "file is no path: " + e.getMessage());
        }
    }

    private static Answer tooLow(Level needed, Level level) {
        return Answer.error(
                Answer.FORBIDDEN,
                "this needs the level "
                        + lower(needed)
                        + " of the socket "
                        + needed.file()
                        + "; "
                        + level.file()
                        + " gives "
                        + lower(level));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private Answer server(String backend, String server, Map<String, String> query, String by) {
        Optional<Order> order = Optional.empty();
        Optional<Weight> weight = Optional.empty();
        Optional<Duration> limit = Optional.empty();
        try {
            for (Map.Entry<String, String> wish : query.entrySet()) {
                switch (wish.getKey()) {
                    case "order" -> order = Optional.of(order(wish.getValue()));
                    case "weight" -> weight = Optional.of(weight(wish.getValue()));
                    case "seconds" -> limit = Optional.of(limit(wish.getValue()));
                    default ->
                            throw new IllegalArgumentException(
                                    "there are order, weight and seconds, not " + wish.getKey());
                }
            }
        } catch (IllegalArgumentException wrong) {
            return Answer.error(Answer.BAD_REQUEST, String.valueOf(wrong.getMessage()));
        }
        if (order.isEmpty() && weight.isEmpty()) {
            return Answer.error(Answer.BAD_REQUEST, "neither order nor weight");
        }
        return control.server(backend, server, new Wish(order, weight, limit), by);
    }

    private static Order order(String text) {
        return switch (text) {
            case "ready" -> Order.READY;
            case "drain" -> Order.DRAIN;
            case "maintenance" -> Order.MAINTENANCE;
            default ->
                    throw new IllegalArgumentException(
                            "a server is ready, drain or maintenance, not " + text);
        };
    }

    /** A weight as an operator writes it: {@code 5}, {@code 50%} or {@code file}. */
    static Weight weight(String text) {
        if (text.equals("file")) {
            return new Weight.OfFile();
        }
        boolean share = text.endsWith("%");
        int max = share ? PERCENT_MAX : Weight.MAX;
        int number = number(share ? text.substring(0, text.length() - 1) : text, max);
        if (number < 0) {
            throw new IllegalArgumentException(
                    "a weight is 0 to 256, a share of the file's like 50%, or file; not " + text);
        }
        return share ? new Weight.Share(number) : new Weight.Absolute(number);
    }

    private static Duration limit(String text) {
        int seconds = number(text, (int) LIMIT_MAX.toSeconds());
        if (seconds < 1) {
            throw new IllegalArgumentException(
                    "seconds are 1 to " + LIMIT_MAX.toSeconds() + ", not " + text);
        }
        return Duration.ofSeconds(seconds);
    }

    /** A number of 0 to {@code max}, or −1. */
    private static int number(String text, int max) {
        try {
            int number = Integer.parseInt(text);
            return number > max ? -1 : number;
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            query.put(decoded(parts[0]), parts.length < 2 ? "" : decoded(parts[1]));
        }
        return query;
    }

    /** What cannot be decoded stays as it is, and is not found. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }
}
