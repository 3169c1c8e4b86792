package proa.node.reload;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.config.AdminConfig;
import proa.config.link.LinkMessage.Ownership;
import proa.config.link.LinkMessage.State;
import proa.node.admin.Events;
import proa.node.admin.Events.Kind;
import proa.node.admin.Health;
import proa.node.admin.Inspection;
import proa.node.admin.Monitoring;
import proa.node.admin.Router;
import proa.node.admin.WebAnswer;
import proa.node.admin.WebRequest;
import proa.node.admin.WebServer;
import proa.node.console.Accounts;
import proa.node.console.Console;
import proa.node.console.Snapshots;
import proa.node.link.VipdLink;
import proa.node.log.AccessLogs;
import proa.node.metrics.Exposition;
import proa.node.notify.Collector;
import proa.node.notify.Hooks;
import proa.node.rules.RequestIds;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What others learn of a running node without being its clients: events, access logs, metrics and
 * health. Any thread.
 */
final class Observing implements AutoCloseable {

    static final String LEAVING = "the node is leaving";

    /** Before who wants it: with {@code proa drain}, or for an upgrade. */
    static final String OUT_OF_SERVICE = "out of service: ";

    private static final Logger LOG = LoggerFactory.getLogger(Observing.class);

    private final String node;
    private final Events events = new Events(InstantSource.system());
    private final AccessLogs logs;
    private final Recorders recorders;
    private final RequestIds requestIds = new RequestIds(new SecureRandom().nextLong());
    private final Map<String, String> groups = new ConcurrentHashMap<>();
    private final Map<String, Instant> moved = new ConcurrentHashMap<>();
    private volatile Hooks hooks = new Hooks("", "", List::of);
    private volatile boolean leaving;
    private @Nullable Parts parts; // guarded by this
    private @Nullable Exposition exposition; // guarded by this
    private @Nullable WebServer server; // guarded by this
    private @Nullable Collector collector; // guarded by this
    private volatile @Nullable Snapshots snapshots;

    private Observing(Setup setup) {
        node = setup.node();
        logs = new AccessLogs(node, ZoneId.systemDefault());
        recorders = new Recorders(logs);
    }

    static Observing start(Setup setup) {
        return new Observing(setup);
    }

    Events events() {
        return events;
    }

    Recorders recorders() {
        return recorders;
    }

    RequestIds requestIds() {
        return requestIds;
    }

    /** These tell of events. */
    void tells(Hooks told) {
        hooks = told;
        events.listen(told::tell);
    }

    /** These have the connections that lines of logs tell of. */
    void follow(Frontends frontends) {
        logs.follow(frontends::taken, frontends::connections);
    }

    /**
     * What is told of and what can be asked.
     *
     * @param inspection what the dashboard shows
     * @param router answers the API
     */
    record Parts(
            Setup setup,
            Instant began,
            StatusReport.Running running,
            NodeMeters.Loops loops,
            Inspection inspection,
            Router router) {}

    /** Tells of the cluster and of reloads, and answers monitoring if that is configured. */
    synchronized void open(Parts made) throws IOException {
        events.add(Kind.NODE, node, "started with configuration " + made.setup().hash());
        made.running().member().onView(this::view);
        made.running().reloader().tell(this::reloaded);
        parts = made;
        if (made.setup().config().admin().isPresent()) {
            serve(made.setup().config().admin().get());
        }
    }

    /** Answers monitoring, and whoever logs in where there are users; once, after the opening. */
    synchronized void serve(AdminConfig admin) throws IOException {
        Parts of = Objects.requireNonNull(parts);
        NodeMeters meters =
                new NodeMeters(
                        of.setup(),
                        of.began(),
                        of.running(),
                        of.loops(),
                        recorders,
                        events,
                        () -> hooks.figures(),
                        () -> leaving);
        Exposition made = new Exposition(meters::addTo);
        exposition = made;
        Health health = new Health(monitoring(made, meters, of.running(), of.loops().live()));
        server = WebServer.open(admin, site(admin, health, of));
        collector =
                admin.otlp()
                        .map(
                                otlp ->
                                        Collector.start(
                                                otlp, () -> made.otlp(resource(of), of.began())))
                        .orElse(null);
        LOG.info(
                "admin: {}{}",
                server.address(),
                admin.users().isPresent() ? ", with the dashboard" : "");
    }

    /** By OpenTelemetry's semantic conventions for a service. */
    private static Map<String, String> resource(Parts of) {
        return Map.of(
                "service.name", "proa",
                "service.namespace", of.setup().config().cluster().name(),
                "service.instance.id", of.setup().node());
    }

    /** Monitoring alone, or with the dashboard and the API in front of it. */
    private Function<WebRequest, WebAnswer> site(AdminConfig config, Health health, Parts of)
            throws IOException {
        if (config.users().isEmpty()) {
            return health::answer;
        }
        Accounts accounts = new Accounts(config.users().get());
        SampleValues values = new SampleValues(of.running(), recorders);
        Snapshots made = Snapshots.start(of.inspection(), values, InstantSource.system());
        snapshots = made;
        return new Console(health, of.router(), accounts, made, System::nanoTime);
    }

    /** The last hour; empty where nobody can look at it. */
    Map<String, Object> samples() {
        Snapshots taken = snapshots;
        return taken == null ? Map.of() : taken.samples().document();
    }

    /** The exposition; empty where nobody is to ask for it. */
    synchronized String metrics() {
        return exposition == null ? "" : exposition.text();
    }

    /** When a group last changed its owner, as far as this node knows; empty: it has not. */
    String since(String group) {
        Instant at = moved.get(group);
        return at == null ? "" : at.toString();
    }

    private Monitoring monitoring(
            Exposition metrics,
            NodeMeters meters,
            StatusReport.Running running,
            BooleanSupplier live) {
        return new Monitoring() {
            @Override
            public String metrics() {
                return metrics.text();
            }

            @Override
            public boolean live() {
                return live.getAsBoolean();
            }

            @Override
            public List<String> lacking() {
                List<String> lacking = new ArrayList<>(running.readiness().lacking());
                String out = running.outside().outOfService();
                if (!out.isEmpty()) {
                    lacking.addFirst(OUT_OF_SERVICE + out);
                }
                if (leaving) {
                    lacking.addFirst(LEAVING);
                }
                return lacking;
            }

            @Override
            public List<String> warnings() {
                return Stream.concat(
                                meters
                                        .refused(running.generations().current())
                                        .map(Observing::words)
                                        .stream(),
                                running
                                        .tls()
                                        .memberRefusal()
                                        .map(why -> "the certificate among members: " + why)
                                        .stream())
                        .toList();
            }

            @Override
            public Map<String, List<String>> frontends() {
                return running.frontends().lacking();
            }
        };
    }

    private static String words(Reloader.Refusal refusal) {
        return "a reload by "
                + refusal.by()
                + " at "
                + refusal.at()
                + " was refused: "
                + String.join("; ", refusal.reasons());
    }

    /** Where monitoring asks; empty: nowhere. */
    synchronized Optional<InetSocketAddress> address() {
        return Optional.ofNullable(server).map(WebServer::address);
    }

    /** Something has happened to a server or backend. */
    void server(String name, String what) {
        events.add(Kind.SERVER, name, what);
    }

    /** What vipd says: these have the addresses, and it is an event. */
    VipdLink.Listener ofVipd(Frontends frontends) {
        return new VipdLink.Listener() {
            @Override
            public void owned(Ownership now) {
                frontends.own(now.group(), now.state() == State.ACTIVE, now.tail());
                group(now);
            }

            @Override
            public void stands(String why) {
                events.add(Kind.NODE, node, why.isEmpty() ? "in service" : OUT_OF_SERVICE + why);
            }

            @Override
            public void alarm(String text) {
                events.add(Kind.ALARM, "vipd", text);
            }
        };
    }

    /** Only what is new is an event. */
    private void group(Ownership now) {
        String words =
                now.state()
                        + ", owner "
                        + (now.owner().isEmpty() ? "unknown" : now.owner())
                        + ", term "
                        + now.term();
        if (!words.equals(groups.put(now.group(), words))) {
            moved.put(now.group(), Instant.now());
            events.add(Kind.GROUP, now.group(), words + ": " + now.why());
        }
    }

    private void reloaded(String by, Reload result) {
        switch (result) {
            case Reload.Done done ->
                    events.add(
                            Kind.RELOAD,
                            "generation " + done.generation(),
                            "by " + by + ": " + String.join("; ", done.changes()));
            case Reload.Refused(var reasons) ->
                    events.add(
                            Kind.RELOAD, "refused", "by " + by + ": " + String.join("; ", reasons));
        }
    }

    private void view(Member.View view) {
        events.add(
                Kind.VIEW,
                Long.toString(view.number()),
                String.join(", ", view.members()) + (view.quorum() ? "" : "; no quorum"));
    }

    /** A planned stop begins: monitoring sends nobody here any more. */
    void leaves() {
        leaving = true;
        events.add(Kind.NODE, node, "leaves");
    }

    @Override
    public synchronized void close() {
        Snapshots taken = snapshots;
        if (taken != null) {
            taken.close();
        }
        if (collector != null) {
            collector.close();
        }
        try {
            if (server != null) {
                server.close();
            }
        } catch (IOException e) {
            LOG.debug("monitoring", e);
        }
        if (exposition != null) {
            exposition.close();
        }
        logs.close();
    }
}
