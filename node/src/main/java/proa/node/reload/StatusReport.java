package proa.node.reload;

import proa.cluster.member.Member;
import proa.cluster.member.SharedTable;
import proa.config.FrontendConfig;
import proa.config.GroupConfig;
import proa.config.link.LinkMessage.Ownership;
import proa.node.admin.Inspection;
import proa.node.admin.Json;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.balance.Pools;
import proa.node.listener.DatagramCounters;
import proa.node.listener.Listener;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Everything about a running node as one document. */
final class StatusReport {

    private final Setup setup;
    private final long incarnation;
    private final Instant began;
    private final Member member;
    private final Pools pools;
    private final Frontends frontends;
    private final Outside outside;
    private final SessionService sessions;
    private final Readiness readiness;
    private final NodeTls tls;

    StatusReport(
            Setup setup,
            long incarnation,
            Instant began,
            Member member,
            Pools pools,
            Frontends frontends,
            Outside outside,
            SessionService sessions,
            Readiness readiness,
            NodeTls tls) {
        this.setup = setup;
        this.incarnation = incarnation;
        this.began = began;
        this.member = member;
        this.pools = pools;
        this.frontends = frontends;
        this.outside = outside;
        this.sessions = sessions;
        this.readiness = readiness;
        this.tls = tls;
    }

    /** The document for operators' tools. */
    Inspection inspection(BooleanSupplier live) {
        return new Inspection() {
            @Override
            public Map<String, Object> status() {
                return document();
            }

            @Override
            public List<String> lacking() {
                return readiness.lacking();
            }

            @Override
            public boolean live() {
                return live.getAsBoolean();
            }
        };
    }

    private Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        List<String> lacking = readiness.lacking();
        document.put("cluster", setup.config().cluster().name());
        document.put("node", setup.node());
        document.put("incarnation", incarnation);
        document.put("pid", ProcessHandle.current().pid());
        document.put("uptimeMillis", Duration.between(began, Instant.now()).toMillis());
        document.put("config", setup.hash());
        document.put("ready", lacking.isEmpty());
        document.put("lacking", lacking);
        document.put("vipd", outside.status());
        document.put("members", members());
        document.put("groups", setup.config().groups().stream().map(this::group).toList());
        document.put("frontends", setup.config().frontends().stream().map(this::frontend).toList());
        document.put(
                "backends",
                pools.all().stream().filter(this::configured).map(this::backend).toList());
        document.put("tables", setup.config().tables().stream().map(t -> table(t.name())).toList());
        document.put("sessions", sessions.status());
        document.put("replication", new Json.Raw(member.statusJson()));
        return document;
    }

    private Map<String, Object> members() {
        Member.View view = member.view();
        return ordered(
                "view", view.number(),
                "present", view.members(),
                "quorum", view.quorum(),
                "synchronised", member.synchronised());
    }

    private Map<String, Object> group(GroupConfig group) {
        Ownership owned = outside.ownership().get(group.name());
        String lacks = readiness.byGroup().getOrDefault(group.name(), "");
        return ordered(
                "name", group.name(),
                "state", owned == null ? "UNKNOWN" : owned.state(),
                "owner", owned == null ? "" : owned.owner(),
                "term", owned == null ? 0L : owned.term(),
                "why", owned == null ? "vipd has not said" : owned.why(),
                "ready", lacks.isEmpty(),
                "lacking", lacks);
    }

    private Map<String, Object> frontend(FrontendConfig frontend) {
        Listener listener = frontends.open().get(frontend.name());
        Map<String, Object> status =
                ordered(
                        "name", frontend.name(),
                        "mode", frontend.mode(),
                        "address", text(frontends.address(frontend)),
                        "bound", listener != null,
                        "connections", listener == null ? 0 : listener.connections(),
                        "tls", tls.status(frontend.name()));
        if (listener != null && frontend.mode() == FrontendConfig.Mode.UDP) {
            status.put("udp", datagrams(listener.datagrams()));
        }
        return status;
    }

    private static Map<String, Object> datagrams(DatagramCounters counters) {
        Map<String, Object> counts = new LinkedHashMap<>();
        for (DatagramCounters.Kind kind : DatagramCounters.Kind.values()) {
            counts.put(kind.word(), counters.of(kind));
        }
        return counts;
    }

    private boolean configured(Pool pool) {
        return !pool.name().equals(OwnTraffic.NAME);
    }

    private Map<String, Object> backend(Pool pool) {
        Map<String, Object> backend =
                ordered(
                        "name", pool.name(),
                        "balance", pool.config().balance(),
                        "waiting", pool.waiting(),
                        "panic", pool.panicking(),
                        "servers", pool.servers().stream().map(StatusReport::server).toList());
        pool.keys().ifPresent(keys -> backend.put("keys", keys(keys)));
        pool.cookies().ifPresent(cookies -> backend.put("cookies", cookies(cookies)));
        return backend;
    }

    private static Map<String, Object> keys(Pool.Keys keys) {
        return ordered("awayShare", keys.awayShare(), "movedShare", keys.movedShare());
    }

    private static Map<String, Object> cookies(Pool.Cookies cookies) {
        return ordered("forged", cookies.forged(), "expired", cookies.expired());
    }

    private static Map<String, Object> server(PooledServer server) {
        return ordered(
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
                "connectFailures", server.connectFailures());
    }

    private Map<String, Object> table(String name) {
        SharedTable table = member.table(name);
        return ordered("name", name, "entries", table.size(), "servers", table.servers());
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int at = 0; at < keysAndValues.length; at += 2) {
            map.put((String) keysAndValues[at], keysAndValues[at + 1]);
        }
        return map;
    }
}
