package proa.node.reload;

import proa.node.admin.Answer;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.record.Responses;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Backends and servers as documents. */
final class BackendReport {

    private final Overrides overrides;

    BackendReport(Overrides overrides) {
        this.overrides = overrides;
    }

    Map<String, Object> backend(Pool pool) {
        Map<String, Object> backend =
                Answer.ordered(
                        "name", pool.name(),
                        "balance", pool.config().balance(),
                        "waiting", pool.waiting(),
                        "panic", pool.panicking(),
                        "servers",
                                pool.servers().stream()
                                        .map(server -> server(pool, server))
                                        .toList());
        pool.keys().ifPresent(keys -> backend.put("keys", keys(keys)));
        pool.cookies()
                .ifPresent(
                        cookies ->
                                backend.put(
                                        "cookies",
                                        Answer.ordered(
                                                "forged", cookies.forged(),
                                                "expired", cookies.expired())));
        return backend;
    }

    /** What differs from the file because an operator asked for it. */
    List<Map<String, Object>> drift() {
        return overrides.all().stream().map(OverrideText::document).toList();
    }

    static Map<String, Object> keys(Pool.Keys keys) {
        return Answer.ordered("awayShare", keys.awayShare(), "movedShare", keys.movedShare());
    }

    Map<String, Object> server(Pool pool, PooledServer server) {
        Map<String, Object> document =
                Answer.ordered(
                        "name", server.name(),
                        "address", text(server.address()),
                        "state", server.health(),
                        "ejected", server.standing().ejected(),
                        "order", server.order(),
                        "working", server.standing().working(),
                        "weight", server.weight(),
                        "backup", server.backup(),
                        "current", server.current(),
                        "total", server.total(),
                        "connectFailures", server.connectFailures(),
                        "counts", counts(server.counters()));
        overrides
                .of(pool.name(), server.name())
                .ifPresent(override -> document.put("drift", override.text()));
        return document;
    }

    /** Answers by their class, and bytes both ways, since the start. */
    static Map<String, Object> counts(Responses responses) {
        Map<String, Object> counts = new LinkedHashMap<>();
        for (int first = 2; first <= Responses.CLASSES; first++) {
            counts.put(first + "xx", responses.answers(first));
        }
        counts.put("received", responses.received());
        counts.put("sent", responses.sent());
        return counts;
    }

    static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
