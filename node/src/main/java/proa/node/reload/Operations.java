package proa.node.reload;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.text.Suggest;
import proa.node.admin.Answer;
import proa.node.admin.Control;
import proa.node.admin.Events;
import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.overrides.Registers;
import proa.node.overrides.ServerOverride;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What operators do to a running node. Not while a reload is under way, and one at a time. */
final class Operations implements Control {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private final Reloader reloader;
    private final Generations generations;
    private final Overrides overrides;
    private final BackendReport report;
    private final InstantSource time;
    private final Optional<SessionFiles> sessions;
    private final KeyKeeping keys;
    private final String node;
    private final OverrideExchange exchange;
    private final Events events;

    Operations(
            String node,
            Reloader reloader,
            Generations generations,
            Overrides overrides,
            OverrideExchange exchange,
            BackendReport report,
            Optional<SessionFiles> sessions,
            KeyKeeping keys,
            Events events,
            InstantSource time) {
        this.node = node;
        this.exchange = exchange;
        this.reloader = reloader;
        this.generations = generations;
        this.overrides = overrides;
        this.report = report;
        this.time = time;
        this.sessions = sessions;
        this.keys = keys;
        this.events = events;
    }

    @Override
    public Answer reload(String by) {
        return switch (reloader.reload(by)) {
            case Reload.Done done ->
                    Answer.ok(
                            Answer.ordered(
                                    "generation", done.generation(),
                                    "hash", done.hash(),
                                    "changes", done.changes(),
                                    "warnings", done.warnings()));
            case Reload.Refused(var reasons) -> Answer.refused(reasons);
        };
    }

    @Override
    public Answer backend(String name) {
        Pool pool = pool(name);
        return pool == null ? noBackend(name) : Answer.ok(report.backend(pool));
    }

    private @Nullable Pool pool(String name) {
        return name.equals(OwnTraffic.NAME) ? null : generations.current().pools().find(name);
    }

    private Answer noBackend(String name) {
        List<String> names =
                generations.current().config().backends().stream()
                        .map(backend -> backend.name())
                        .toList();
        return notFound("there is no backend " + name, name, names);
    }

    private static Answer notFound(String message, String name, List<String> names) {
        String hint =
                Suggest.nearest(name, names)
                        .orElseGet(() -> "there are " + String.join(", ", names));
        return Answer.error(Answer.NOT_FOUND, message + " (" + hint + ")");
    }

    @Override
    public Answer server(String backend, String name, Wish wish, String by) {
        synchronized (reloader) {
            Pool pool = pool(backend);
            if (pool == null) {
                return noBackend(backend);
            }
            PooledServer server = pool.named(name);
            if (server == null) {
                List<String> names = pool.servers().stream().map(PooledServer::name).toList();
                return notFound("backend " + backend + " has no server " + name, name, names);
            }
            return change(pool, server, wish, by);
        }
    }

    private Answer change(Pool pool, PooledServer server, Wish wish, String by) {
        ServerOverride override = override(pool, server, wish, by);
        if (!overrides.takes(override)) {
            return Answer.error(
                    Answer.REFUSED,
                    Registers.ASKED_MAX + " servers are not as the file says, which is the most");
        }
        try {
            overrides.put(override, generations.current().pools());
        } catch (IOException e) {
            LOG.error("the wish of {} is not on the disk", by, e);
            return Answer.error(
                    Answer.REFUSED,
                    "it would not survive a restart: the state directory cannot be written: "
                            + Reasons.of(e));
        }
        events.add(
                Events.Kind.OPERATOR,
                pool.name() + "/" + server.name(),
                "server by "
                        + by
                        + ": "
                        + override.order().name().toLowerCase(Locale.ROOT)
                        + ", weight "
                        + server.givenWeight()
                        + wish.limit().map(limit -> " for " + limit.toSeconds() + " s").orElse(""));
        exchange.changed();
        Map<String, Object> document = report.server(pool, server);
        if (wish.weight().isPresent()) {
            pool.keys().ifPresent(keys -> document.put("keys", BackendReport.keys(keys)));
        }
        return Answer.ok(document);
    }

    /** What is not wished stays as it was asked for before, and ends when it would have. */
    private ServerOverride override(Pool pool, PooledServer server, Wish wish, String by) {
        Instant now = time.instant();
        int configured = server.configuredWeight();
        Optional<ServerOverride> before =
                overrides
                        .of(pool.name(), server.name())
                        .flatMap(asked -> asked.inForce(configured, now));
        Optional<Instant> end = wish.limit().map(now::plus);
        return new ServerOverride(
                new ServerOverride.Name(pool.name(), server.name()),
                wish.order().or(() -> before.map(ServerOverride::order)).orElse(Order.READY),
                wish.weight()
                        .map(weight -> weight.of(configured))
                        .or(() -> before.flatMap(ServerOverride::weight))
                        .filter(weight -> weight != configured),
                configured,
                by,
                node,
                overrides.next(),
                wish.order().isPresent() ? end : before.flatMap(ServerOverride::until),
                wish.weight().isPresent() ? end : before.flatMap(ServerOverride::weightUntil));
    }

    @Override
    public Answer session(String key, int database, boolean content, String by) {
        return sessions.map(files -> files.show(key, database, content, by))
                .orElseGet(() -> Control.super.session(key, database, content, by));
    }

    @Override
    public Answer exportSessions(Path file, String by) {
        return sessions.map(files -> files.export(file, by))
                .orElseGet(() -> Control.super.exportSessions(file, by));
    }

    @Override
    public Answer importSessions(Path file, String by) {
        return sessions.map(files -> files.bringIn(file, by))
                .orElseGet(() -> Control.super.importSessions(file, by));
    }

    @Override
    public Answer keepKeys(String frontend, Duration limit, String by) {
        return keys.keep(frontend, limit, by);
    }

    @Override
    public Answer takeKeys(String frontend, String by) {
        return keys.take(frontend, by);
    }
}
