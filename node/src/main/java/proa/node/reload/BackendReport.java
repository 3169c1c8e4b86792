package proa.node.reload;

import proa.node.admin.Answer;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.record.Changes.Change;
import proa.node.record.Checked;
import proa.node.record.Responses;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Backends and servers as documents. */
final class BackendReport {

    /** Of each server in the document of everything; that of its backend has all. */
    private static final int CHANGES_MAX = 4;

    private static final double NANOS_PER_MILLI = 1e6;

    private final Overrides overrides;

    BackendReport(Overrides overrides) {
        this.overrides = overrides;
    }

    /** With the last few changes of each server. */
    Map<String, Object> inShort(Pool pool) {
        return backend(pool, CHANGES_MAX);
    }

    /** With all changes of each server that are kept. */
    Map<String, Object> backend(Pool pool) {
        return backend(pool, Integer.MAX_VALUE);
    }

    private Map<String, Object> backend(Pool pool, int changesMax) {
        Map<String, Object> backend =
                Answer.ordered(
                        "name", pool.name(),
                        "balance", pool.config().balance(),
                        "waiting", pool.waiting(),
                        "panic", pool.panicking(),
                        "servers",
                                pool.servers().stream()
                                        .map(server -> server(pool, server, changesMax))
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

    /** With all its changes that are kept. */
    Map<String, Object> server(Pool pool, PooledServer server) {
        return server(pool, server, Integer.MAX_VALUE);
    }

    private Map<String, Object> server(Pool pool, PooledServer server, int changesMax) {
        Map<String, Object> document =
                Answer.ordered(
                        "name", server.name(),
                        "address", text(server.address()),
                        "state", server.health(),
                        "ejected", server.standing().ejected(),
                        "order", server.order(),
                        "ordered", server.ordered(),
                        "working", server.standing().working(),
                        "weight", server.weight(),
                        "backup", server.backup(),
                        "current", server.current(),
                        "total", server.total(),
                        "connectFailures", server.connectFailures(),
                        "counts", counts(server.counters()));
        server.counters().checked().ifPresent(found -> document.put("check", check(found)));
        List<Change> changes = server.counters().changes().all();
        document.put(
                "changes",
                changes.subList(Math.max(0, changes.size() - changesMax), changes.size()).stream()
                        .map(BackendReport::change)
                        .toList());
        overrides
                .of(pool.name(), server.name())
                .ifPresent(override -> document.put("drift", override.text()));
        return document;
    }

    private static Map<String, Object> check(Checked found) {
        return Answer.ordered(
                "at", found.at().toString(),
                "passed", found.why().isEmpty(),
                "result", found.result(),
                "code", found.code(),
                "tookMillis", found.tookNanos() / NANOS_PER_MILLI,
                "why", found.why());
    }

    private static Map<String, Object> change(Change change) {
        return Answer.ordered(
                "at", change.at().toString(),
                "from", change.from(),
                "to", change.to(),
                "reason", change.reason());
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

    /** As a URL has it: IPv6 in brackets (RFC 3986 §3.2.2). */
    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host)
                + ":"
                + address.getPort();
    }
}
