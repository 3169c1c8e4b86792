package proa.node.reload;

import proa.cluster.member.Member;
import proa.cluster.member.SharedTable;
import proa.config.ClusterConfig;
import proa.config.EarlyNotice;
import proa.config.FrontendConfig;
import proa.config.GroupConfig;
import proa.config.TableConfig;
import proa.config.link.LinkMessage.Ownership;
import proa.node.admin.Answer;
import proa.node.admin.Configurations;
import proa.node.admin.Inspection;
import proa.node.admin.Json;
import proa.node.balance.Pool;
import proa.node.listener.DatagramCounters;
import proa.node.listener.Listener;
import proa.node.notify.Hooks;
import proa.node.record.FrontendCounters;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Everything about a running node as one document. */
final class StatusReport {

    private static final int PORT_MAX = 65_535;

    private final Setup setup;
    private final long incarnation;
    private final Instant began;
    private final Member member;
    private final Generations generations;
    private final Reloader reloader;
    private final BackendReport backends;
    private final Frontends frontends;
    private final Outside outside;
    private final SessionService sessions;
    private final Readiness readiness;
    private final NodeTls tls;
    private final Observing observing;
    private final Configurations configurations;
    private volatile Hooks hooks = new Hooks("", "", List::of);

    /** What runs. */
    record Running(
            Member member,
            Generations generations,
            Reloader reloader,
            Frontends frontends,
            Outside outside,
            SessionService sessions,
            Readiness readiness,
            NodeTls tls,
            Configurations configurations) {}

    StatusReport(
            Setup setup,
            long incarnation,
            Instant began,
            Running running,
            Overrides overrides,
            Observing observing) {
        this.setup = setup;
        this.incarnation = incarnation;
        this.began = began;
        member = running.member;
        generations = running.generations;
        reloader = running.reloader;
        backends = new BackendReport(overrides);
        frontends = running.frontends;
        outside = running.outside;
        sessions = running.sessions;
        readiness = running.readiness;
        tls = running.tls;
        configurations = running.configurations;
        this.observing = observing;
    }

    /** From now on it says who is told of events, too. */
    void tells(Hooks told) {
        hooks = told;
    }

    /** The document for operators' tools. */
    Inspection inspection(BooleanSupplier live) {
        return new Inspection() {
            @Override
            public Map<String, Object> status() {
                return document();
            }

            @Override
            public Map<String, Object> events() {
                return observing.events().document();
            }

            @Override
            public Map<String, Object> samples() {
                return observing.samples();
            }

            @Override
            public Map<String, Object> diagnosis() {
                return Diagnosis.of(setup, observing.metrics());
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
        Generation now = generations.current();
        document.put("config", now.hash());
        document.put("configuration", configuration(now));
        document.put("ready", lacking.isEmpty());
        document.put("lacking", lacking);
        document.put("outOfService", outside.outOfService());
        document.put("vipd", outside.status());
        document.put("members", members());
        document.put("nodes", now.config().cluster().nodes().stream().map(this::node).toList());
        document.put("groups", now.config().groups().stream().map(this::group).toList());
        document.put("frontends", now.config().frontends().stream().map(this::frontend).toList());
        document.put("sockets", sockets());
        document.put(
                "backends",
                now.pools().all().stream()
                        .filter(this::configured)
                        .map(backends::inShort)
                        .toList());
        document.put("drift", backends.drift());
        document.put("tables", now.config().tables().stream().map(this::table).toList());
        document.put("sessions", sessions.status());
        document.put("notify", hooks.status());
        document.put("replication", new Json.Raw(member.statusJson()));
        return document;
    }

    /** Where this node listens besides frontends, and vipd beside it. */
    private List<String> sockets() {
        List<InetSocketAddress> sockets = new ArrayList<>();
        ClusterConfig cluster = setup.config().cluster();
        cluster.node(setup.node())
                .map(ClusterConfig.Node::address)
                .ifPresent(
                        own ->
                                ports(cluster.ports())
                                        .mapToObj(port -> new InetSocketAddress(own, port))
                                        .forEach(sockets::add));
        observing.address().ifPresent(sockets::add);
        return sockets.stream().map(BackendReport::text).toList();
    }

    private static IntStream ports(ClusterConfig.Ports ports) {
        return IntStream.of(
                        ports.members(),
                        ports.members() + ClusterConfig.Ports.DETECTION_OFFSET,
                        ports.sessions(),
                        ports.mesh(),
                        EarlyNotice.port(ports))
                .filter(port -> port <= PORT_MAX);
    }

    private Map<String, Object> configuration(Generation now) {
        Map<String, Object> configuration =
                Answer.ordered(
                        "hash", now.hash(),
                        "generation", now.number(),
                        "loadedAt", now.loaded().toString(),
                        "draining", reloader.leavers().status());
        Map<String, Object> cluster = configurations.status();
        if (!cluster.isEmpty()) {
            configuration.put("cluster", cluster);
        }
        reloader.lastRefusal()
                .ifPresent(
                        refusal ->
                                configuration.put(
                                        "lastRefusal",
                                        Answer.ordered(
                                                "at", refusal.at().toString(),
                                                "by", refusal.by(),
                                                "reasons", refusal.reasons())));
        return configuration;
    }

    private Map<String, Object> members() {
        Member.View view = member.view();
        Map<String, Object> members =
                Answer.ordered(
                        "view", view.number(),
                        "present", view.members(),
                        "quorum", view.quorum(),
                        "synchronised", member.synchronised());
        tls.memberExpires().ifPresent(at -> members.put("certificateExpires", at.toString()));
        tls.memberRefusal().ifPresent(why -> members.put("certificateRefused", why));
        return members;
    }

    private Map<String, Object> node(ClusterConfig.Node node) {
        boolean self = node.name().equals(setup.node());
        return Answer.ordered(
                "name", node.name(),
                "id", node.id(),
                "addresses", node.addresses().stream().map(InetAddress::getHostAddress).toList(),
                "self", self,
                "present", member.view().members().contains(node.name()),
                "console", console(node),
                "outOfService", self ? outside.outOfService() : "");
    }

    /** Where the dashboard of a node is; empty: nowhere, or on its loopback only. */
    private String console(ClusterConfig.Node node) {
        return setup.config()
                .admin()
                .filter(admin -> admin.users().isPresent())
                .filter(admin -> admin.address().getAddress().isAnyLocalAddress())
                .map(
                        admin ->
                                (admin.tls().isPresent() ? "https://" : "http://")
                                        + BackendReport.text(
                                                new InetSocketAddress(
                                                        node.addresses().getFirst(),
                                                        admin.address().getPort()))
                                        + "/")
                .orElse("");
    }

    private Map<String, Object> group(GroupConfig group) {
        Ownership owned = outside.ownership().get(group.name());
        String lacks = readiness.byGroup().getOrDefault(group.name(), "");
        return Answer.ordered(
                "name",
                group.name(),
                "state",
                owned == null ? "UNKNOWN" : owned.state(),
                "owner",
                owned == null ? "" : owned.owner(),
                "term",
                owned == null ? 0L : owned.term(),
                "why",
                owned == null ? "vipd has not said" : owned.why(),
                "since",
                observing.since(group.name()),
                "vips",
                group.vips().stream()
                        .map(vip -> vip.name() + " " + vip.address().getHostAddress())
                        .toList(),
                "prefer",
                group.prefer(),
                "ready",
                lacks.isEmpty(),
                "lacking",
                lacks);
    }

    private Map<String, Object> frontend(FrontendConfig frontend) {
        Listener listener = frontends.open().get(frontend.name());
        Map<String, Object> status =
                Answer.ordered(
                        "name", frontend.name(),
                        "mode", frontend.mode(),
                        "address", BackendReport.text(frontends.address(frontend)),
                        "bound", listener != null,
                        "byKernel", frontend.forwarding().byKernel(),
                        "connections", listener == null ? 0 : listener.connections(),
                        "tls", tls.status(frontend.name()));
        status.put("counts", counts(observing.recorders().counters(frontend.name())));
        if (listener != null && frontend.mode() == FrontendConfig.Mode.UDP) {
            status.put("udp", datagrams(listener.datagrams()));
        }
        return status;
    }

    private static Map<String, Object> counts(FrontendCounters counters) {
        Map<String, Object> counts = BackendReport.counts(counters);
        counts.put("accepted", counters.connections());
        counts.put("ended", counters.requests());
        return counts;
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

    private Map<String, Object> table(TableConfig config) {
        SharedTable table = member.table(config.name());
        return Answer.ordered(
                "name", config.name(),
                "key", config.key(),
                "entries", table.size(),
                "entriesMax", config.entries(),
                "servers", table.servers());
    }
}
