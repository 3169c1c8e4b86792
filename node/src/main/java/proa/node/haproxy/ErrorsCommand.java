package proa.node.haproxy;

import proa.node.haproxy.Figures.Backend;
import proa.node.haproxy.Figures.Captured;
import proa.node.haproxy.Figures.Frontend;
import proa.node.haproxy.Figures.Server;
import proa.node.record.Malformed;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * {@code show errors}: the last malformed request and answer of each frontend, in HAProxy's layout
 * with the reason in words and the request's id. Their bytes are not kept, since they may have
 * secrets; part of {@link Commands}.
 */
final class ErrorsCommand {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss.SSS", Locale.ROOT);

    private final Figures figures;
    private final InstantSource time;

    ErrorsCommand(Figures figures, InstantSource time) {
        this.figures = figures;
        this.time = time;
    }

    String show(List<String> words) {
        String proxy = Commands.word(words, 2);
        String kind = Commands.word(words, 3);
        if (proxy.equals("request") || proxy.equals("response")) {
            kind = proxy;
            proxy = "";
        }
        if (!kind.isEmpty() && !kind.equals("request") && !kind.equals("response")) {
            return "'show errors' expects 'request' or 'response', not '" + kind + "'.\n";
        }
        if (!proxy.isEmpty() && frontend(proxy) == 0 && backend(proxy) == 0) {
            return "No such proxy.\n";
        }
        long total = figures.captured().stream().mapToLong(Captured::events).sum();
        StringBuilder out = new StringBuilder("Total events captured on [");
        out.append(at(time.instant())).append("] : ").append(total).append('\n');
        for (Captured captured : figures.captured()) {
            for (Malformed each : captured.last()) {
                boolean meant =
                        (proxy.isEmpty()
                                        || proxy.equals(captured.frontend())
                                        || proxy.equals(each.backend()))
                                && (kind.isEmpty() || kind.equals("response") == each.ofServer());
                out.append(meant ? words(captured.frontend(), each) : "");
            }
        }
        return out.toString();
    }

    private static String at(Instant time) {
        return TIME.format(time.atZone(ZoneId.systemDefault()));
    }

    /** Of a whole message that is wrong, the place is its end; what is not known is 0. */
    private String words(String frontend, Malformed message) {
        String whose =
                message.ofServer()
                        ? "backend %s: invalid response\n  frontend %s"
                                .formatted(
                                        named(message.backend(), backend(message.backend())),
                                        named(frontend, frontend(frontend)))
                        : "frontend %s: invalid request\n  backend %s"
                                .formatted(
                                        named(frontend, frontend(frontend)),
                                        named(message.backend(), backend(message.backend())));
        String client =
                message.client() == null
                        ? "-"
                        : message.client().getHostAddress() + ":" + message.clientPort();
        return " \n[%s] %s, server %s, event #%d, src %s\n"
                        .formatted(
                                at(Instant.ofEpochMilli(message.wallMillis())),
                                whose,
                                named(message.server(), server(message)),
                                message.number(),
                                client)
                + "  buffer starts at 0 (including 0 out), 0 free,\n"
                + "  len %d, wraps at 0, error at position %d\n"
                        .formatted(
                                message.length(),
                                message.at() < 0 ? message.length() : message.at())
                + "  reason: %s\n".formatted(message.reason())
                + "  request id: %s\n"
                        .formatted(message.requestId().isEmpty() ? "-" : message.requestId())
                + "  (the bytes are not kept)\n";
    }

    private static String named(String name, int id) {
        return name.isEmpty() ? "<NONE> (#-1)" : name + " (#" + id + ")";
    }

    /** The number that {@code show stat} gives it; 0: there is none of that name. */
    private int frontend(String name) {
        return figures.frontends().stream().map(Frontend::name).toList().indexOf(name) + 1;
    }

    private int backend(String name) {
        int at = figures.backends().stream().map(Backend::name).toList().indexOf(name) + 1;
        return at == 0 ? 0 : figures.frontends().size() + at;
    }

    private int server(Malformed message) {
        return figures.backends().stream()
                .filter(backend -> backend.name().equals(message.backend()))
                .map(Backend::servers)
                .mapToInt(
                        servers ->
                                servers.stream()
                                                .map(Server::name)
                                                .toList()
                                                .indexOf(message.server())
                                        + 1)
                .findFirst()
                .orElse(0);
    }
}
