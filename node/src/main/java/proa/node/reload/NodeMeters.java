package proa.node.reload;

import proa.cluster.member.Member;
import proa.cluster.member.SharedTable;
import proa.config.FrontendConfig;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.TableConfig;
import proa.config.link.LinkMessage.Ownership;
import proa.config.link.LinkMessage.State;
import proa.node.admin.Events;
import proa.node.admin.JsonReader;
import proa.node.balance.Health;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.listener.Listener;
import proa.node.log.LogCounters;
import proa.node.metrics.Family;
import proa.node.metrics.Scrape;
import proa.node.notify.Hooks;
import proa.node.record.Ending;
import proa.node.record.FrontendCounters;
import proa.node.record.Responses;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Reads what a running node has counted, when somebody asks. Any thread. */
final class NodeMeters {

    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final Setup setup;
    private final Instant began;
    private final StatusReport.Running running;
    private final Loops loops;
    private final Recorders recorders;
    private final Events events;
    private final Supplier<List<Hooks.Figures>> hooks;
    private final BooleanSupplier draining;
    private final KernelMeters kernel = new KernelMeters(Path.of("/proc"));

    /**
     * The event loops.
     *
     * @param oldestTickNanos {@link System#nanoTime()} of the last sign of life of the most silent
     * @param live whether that is recent
     */
    record Loops(LongSupplier oldestTickNanos, BooleanSupplier live) {}

    NodeMeters(
            Setup setup,
            Instant began,
            StatusReport.Running running,
            Loops loops,
            Recorders recorders,
            Events events,
            Supplier<List<Hooks.Figures>> hooks,
            BooleanSupplier draining) {
        this.setup = setup;
        this.began = began;
        this.running = running;
        this.loops = loops;
        this.recorders = recorders;
        this.events = events;
        this.hooks = hooks;
        this.draining = draining;
    }

    /** The values of now. */
    void addTo(Scrape scrape) {
        Generation now = running.generations().current();
        node(now, scrape);
        Map<String, Listener> open = running.frontends().open();
        now.config().frontends().forEach(each -> frontend(each, open, scrape));
        now.config().backends().forEach(each -> backend(now.pools().pool(each.name()), scrape));
        kernel.addTo(scrape, now);
        cluster(now.config(), scrape);
        tables(now.config(), scrape);
        replication(scrape);
        sessions(scrape);
        now.config().groups().forEach(group -> group(group, scrape));
        for (Events.Kind kind : Events.Kind.values()) {
            scrape.add(Family.EVENTS, events.count(kind), kind.word());
        }
        recorders.logs().counters().forEach((name, counters) -> log(name, counters, scrape));
        for (Hooks.Figures hook : hooks.get()) {
            scrape.add(Family.NOTIFY_TOLD, hook.told(), hook.hook());
            scrape.add(Family.NOTIFY_FAILED, hook.failed(), hook.hook());
            scrape.add(Family.NOTIFY_DROPPED, hook.dropped(), hook.hook());
        }
    }

    private void node(Generation now, Scrape scrape) {
        scrape.add(Family.NODE, 1, setup.node(), setup.config().cluster().name());
        scrape.add(Family.READY, running.readiness().lacking().isEmpty());
        scrape.add(Family.DRAINING, draining.getAsBoolean());
        scrape.add(Family.OUT_OF_SERVICE, !running.outside().outOfService().isEmpty());
        scrape.add(Family.STARTED, began.toEpochMilli() / MILLIS);
        scrape.add(Family.CONNECTIONS, running.frontends().connections());
        scrape.add(
                Family.LOOP_AGE,
                Math.max(0, System.nanoTime() - loops.oldestTickNanos().getAsLong()) / NANOS);
        scrape.add(Family.GENERATION, now.number());
        scrape.add(Family.LOADED, now.loaded().toEpochMilli() / MILLIS);
        scrape.add(Family.REFUSED, refused(now).isPresent());
        scrape.add(Family.CONFIGURATION_DIFFERING, running.configurations().differing().size());
        running.tls()
                .memberExpires()
                .ifPresent(
                        at -> {
                            scrape.add(Family.MEMBER_CERTIFICATE, at.getEpochSecond());
                            scrape.add(
                                    Family.MEMBER_CERTIFICATE_REFUSED,
                                    running.tls().memberRefusal().isPresent());
                        });
    }

    /** The reload that was refused since the configuration of now was taken in. */
    Optional<Reloader.Refusal> refused(Generation now) {
        return running.reloader()
                .lastRefusal()
                .filter(refusal -> refusal.at().isAfter(now.loaded()));
    }

    private void frontend(FrontendConfig frontend, Map<String, Listener> open, Scrape scrape) {
        String name = frontend.name();
        Listener listener = open.get(name);
        if (!frontend.forwarding().byKernel()) { // which never has a socket
            scrape.add(Family.FRONTEND_BOUND, listener != null, name);
        }
        scrape.add(Family.FRONTEND_OPEN, listener == null ? 0 : listener.connections(), name);
        expiry(running.tls().status(name))
                .ifPresent(
                        at -> scrape.add(Family.FRONTEND_CERTIFICATE, at.getEpochSecond(), name));
        if (frontend.mode() != FrontendConfig.Mode.HTTP
                && frontend.mode() != FrontendConfig.Mode.TCP) {
            return;
        }
        FrontendCounters counters = recorders.counters(name);
        scrape.add(Family.FRONTEND_CONNECTIONS, counters.connections(), name);
        scrape.add(Family.FRONTEND_REQUESTS, counters.requests(), name);
        scrape.add(Family.FRONTEND_RECEIVED, counters.received(), name);
        scrape.add(Family.FRONTEND_SENT, counters.sent(), name);
        if (frontend.mode() == FrontendConfig.Mode.HTTP) {
            answers(Family.FRONTEND_RESPONSES, counters, scrape, name);
        }
        for (Ending ending : Ending.values()) {
            long count = counters.endings(ending);
            if (ending != Ending.NORMAL && count > 0) {
                scrape.add(Family.FRONTEND_ENDINGS, count, name, ending.code());
            }
        }
    }

    private static Optional<Instant> expiry(Map<String, Object> tls) {
        return tls.get("certificates") instanceof List<?> certificates
                ? certificates.stream()
                        .filter(Map.class::isInstance)
                        .map(each -> ((Map<?, ?>) each).get("expires"))
                        .map(at -> Instant.parse(String.valueOf(at)))
                        .min(Instant::compareTo)
                : Optional.empty();
    }

    private static void answers(
            Family family, Responses responses, Scrape scrape, String... names) {
        for (int first = 1; first <= Responses.CLASSES; first++) {
            String[] labels = Arrays.copyOf(names, names.length + 1);
            labels[names.length] = first + "xx";
            scrape.add(family, responses.answers(first), labels);
        }
    }

    private static void backend(Pool pool, Scrape scrape) {
        String name = pool.name();
        scrape.add(
                Family.BACKEND_UP, pool.servers().stream().filter(PooledServer::up).count(), name);
        scrape.add(Family.BACKEND_SERVERS, pool.servers().size(), name);
        scrape.add(Family.BACKEND_OPEN, pool.current(), name);
        scrape.add(Family.BACKEND_WAITING, pool.waiting(), name);
        scrape.add(Family.BACKEND_PANIC, pool.panicking(), name);
        scrape.add(Family.BACKEND_RECEIVED, pool.counters().received(), name);
        scrape.add(Family.BACKEND_SENT, pool.counters().sent(), name);
        scrape.add(Family.BACKEND_RETRIES, pool.counters().retries(), name);
        scrape.add(Family.BACKEND_LATENCY, pool.counters().latency(), name);
        pool.keys()
                .ifPresent(
                        keys -> {
                            scrape.add(Family.BACKEND_AWAY, keys.awayShare(), name);
                            scrape.add(Family.BACKEND_MOVED, keys.movedShare(), name);
                        });
        answers(Family.BACKEND_RESPONSES, pool.counters(), scrape, name);
        pool.servers().forEach(server -> server(name, server, scrape));
    }

    private static void server(String backend, PooledServer server, Scrape scrape) {
        String name = server.name();
        scrape.add(Family.SERVER_UP, server.up(), backend, name);
        scrape.add(Family.SERVER_HEALTH, health(server.health()), backend, name);
        scrape.add(Family.SERVER_EJECTED, server.standing().ejected(), backend, name);
        scrape.add(Family.SERVER_WEIGHT, server.weight(), backend, name);
        scrape.add(Family.SERVER_OPEN, server.current(), backend, name);
        scrape.add(Family.SERVER_CHOSEN, server.total(), backend, name);
        scrape.add(Family.SERVER_OPENED, server.counters().opened(), backend, name);
        scrape.add(Family.SERVER_FAILURES, server.connectFailures(), backend, name);
        scrape.add(Family.SERVER_RECEIVED, server.counters().received(), backend, name);
        scrape.add(Family.SERVER_SENT, server.counters().sent(), backend, name);
        answers(Family.SERVER_RESPONSES, server.counters(), scrape, backend, name);
    }

    private static int health(Health health) {
        return switch (health) {
            case UP -> 1;
            case DOWN -> 0;
            case UNKNOWN -> -1;
        };
    }

    private void cluster(ProaConfig config, Scrape scrape) {
        Member.View view = running.member().view();
        scrape.add(Family.MEMBERS, view.members().size());
        scrape.add(Family.CONFIGURED, config.cluster().nodes().size());
        scrape.add(Family.VIEW, view.number());
        scrape.add(Family.QUORUM, view.quorum());
        scrape.add(Family.SYNCHRONISED, running.member().synchronised());
    }

    private void tables(ProaConfig config, Scrape scrape) {
        for (TableConfig each : config.tables()) {
            SharedTable table = running.member().table(each.name());
            scrape.add(Family.TABLE_ENTRIES, table.size(), each.name());
            scrape.add(Family.TABLE_LIMIT, each.entries(), each.name());
            StuckMeters.add(config, each.name(), table.servers(), scrape);
        }
    }

    /** What the members tell each other, as the status has it. */
    private void replication(Scrape scrape) {
        if (!(JsonReader.read(running.member().statusJson()) instanceof Map<?, ?> status)) {
            return;
        }
        if (status.get("replication") instanceof Map<?, ?> replication) {
            ReplicationMeters.add(replication, scrape);
        }
        if (status.get("tables") instanceof List<?> tables) {
            tables.forEach(table -> ReplicationMeters.addTable((Map<?, ?>) table, scrape));
        }
    }

    private void sessions(Scrape scrape) {
        Map<String, Object> status = running.sessions().status();
        if (Boolean.TRUE.equals(status.get("enabled"))) {
            scrape.add(Family.SESSIONS_WRITABLE, Boolean.TRUE.equals(status.get("writable")));
            scrape.add(Family.SESSIONS_SETTLED, Boolean.TRUE.equals(status.get("settled")));
            scrape.add(Family.SESSIONS_MEMBERS, number(status, "members"));
            scrape.add(Family.SESSIONS_CONFLICTS, number(status, "conflicts"));
            scrape.add(Family.SESSIONS_DROPPED, number(status, "dropped"));
            if (status.get("snapshot") instanceof Map<?, ?> snapshot) {
                scrape.add(Family.SNAPSHOT_TAKEN, number(snapshot, "takenSeconds"));
                scrape.add(Family.SNAPSHOT_FAILED, !"".equals(snapshot.get("failure")));
            }
        }
    }

    private static double number(Map<?, ?> of, String word) {
        return of.get(word) instanceof Number value ? value.doubleValue() : 0;
    }

    private void group(GroupConfig group, Scrape scrape) {
        Ownership owned = running.outside().ownership().get(group.name());
        String lacks = running.readiness().byGroup().getOrDefault(group.name(), "");
        scrape.add(
                Family.GROUP_OWNED, owned != null && owned.state() == State.ACTIVE, group.name());
        scrape.add(Family.GROUP_TERM, owned == null ? 0 : owned.term(), group.name());
        scrape.add(Family.GROUP_READY, lacks.isEmpty(), group.name());
    }

    private static void log(String name, LogCounters counters, Scrape scrape) {
        scrape.add(Family.LOG_LINES, counters.written(), name);
        scrape.add(Family.LOG_DROPPED, counters.dropped(), name);
        scrape.add(Family.LOG_FAILED, counters.failed(), name);
    }
}
