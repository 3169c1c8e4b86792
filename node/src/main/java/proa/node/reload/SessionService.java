package proa.node.reload;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.cluster.sessions.SessionStore;
import proa.cluster.snapshot.Snapshots;
import proa.config.ClusterConfig;
import proa.config.FrontendConfig;
import proa.node.admin.Answer;
import proa.node.admin.Events;
import proa.node.listener.ListenException;
import proa.node.listener.Protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The session store and its frontends, if the configuration has any. The store starts in the
 * background for seconds; its frontends are bound at once, and answer that it is starting.
 */
final class SessionService implements AutoCloseable {

    /** What readiness says while the store is not there. */
    static final String LACK = "the session store takes no writes";

    private static final Logger LOG = LoggerFactory.getLogger(SessionService.class);

    private static final double MILLIS = 1e3;

    /** A cluster that has lost a member, or waits for its majority, may come back. */
    private static final Duration IMPORT_PATIENCE = Duration.ofMinutes(1);

    private final Engines engines;
    private final @Nullable SessionStore store;
    private final @Nullable Snapshots snapshots;
    private volatile boolean leaving;

    private SessionService(
            Engines engines, @Nullable SessionStore store, @Nullable Snapshots snapshots) {
        this.engines = engines;
        this.store = store;
        this.snapshots = snapshots;
    }

    /**
     * What a frontend of a later configuration speaks.
     *
     * @throws StartException when the file of its users cannot be used
     */
    Protocol protocol(FrontendConfig frontend) throws StartException {
        if (store == null) {
            throw new IllegalStateException("the store starts with the node, or not at all");
        }
        return engines.sessionProtocol(frontend, store);
    }

    static SessionService start(
            Setup setup,
            Engines engines,
            Member member,
            Frontends frontends,
            NodeTls.Securities tls,
            List<FrontendConfig> sessions)
            throws StartException, ListenException {
        if (sessions.isEmpty()) {
            return new SessionService(engines, null, null);
        }
        SessionStore store = engines.sessions(setup, member);
        try {
            for (FrontendConfig frontend : sessions) {
                frontends.open(
                        frontend, tls.around(frontend, engines.sessionProtocol(frontend, store)));
            }
            return new SessionService(engines, store, snapshots(setup, store));
        } catch (StartException | ListenException e) {
            store.close();
            throw e;
        }
    }

    private static @Nullable Snapshots snapshots(Setup setup, SessionStore store) {
        ClusterConfig cluster = setup.config().cluster();
        Snapshots.Place place =
                new Snapshots.Place(
                        cluster.name(),
                        setup.node(),
                        cluster.nodes().size(),
                        setup.stateDirectory());
        return setup.config()
                .sessions()
                .snapshot()
                .map(settings -> Snapshots.start(store, place, settings))
                .orElse(null);
    }

    /** Sessions as files, where there is a store. */
    Optional<SessionFiles> files(Setup setup, Events events) {
        return Optional.ofNullable(store)
                .map(
                        some ->
                                new SessionFiles(
                                        setup,
                                        some,
                                        events,
                                        () -> leaving,
                                        IMPORT_PATIENCE,
                                        System::nanoTime));
    }

    /** Whether writes are acknowledged, or nobody asked for a store. */
    boolean open() {
        return store == null || store.writable();
    }

    /** What the node lacks now; a group waits for the store only at the start (decision 10). */
    List<String> lacking() {
        return open() ? List.of() : List.of(LACK);
    }

    /** Whether the configuration asks for a store. */
    boolean enabled() {
        return store != null;
    }

    /** For the status. */
    Map<String, Object> status() {
        if (store == null) {
            return Map.of("enabled", false);
        }
        Map<String, Object> status =
                Answer.ordered(
                        "enabled", true,
                        "writable", store.writable(),
                        "members", store.members(),
                        "settled", store.settled(),
                        "conflicts", store.conflicts(),
                        "dropped", store.dropped());
        if (snapshots != null) {
            status.put("snapshot", snapshot(snapshots.state()));
        }
        return status;
    }

    private static Map<String, Object> snapshot(Snapshots.State state) {
        return Answer.ordered(
                "takenAt",
                state.takenMillis() == 0
                        ? ""
                        : Instant.ofEpochMilli(state.takenMillis()).toString(),
                "takenSeconds",
                state.takenMillis() / MILLIS,
                "sessions",
                state.entries(),
                "bytes",
                state.bytes(),
                "restored",
                state.restored(),
                "failure",
                state.failure());
    }

    @Override
    public void close() {
        leaving = true;
        if (snapshots != null) {
            snapshots.close(); // while the store still has everything
        }
        if (store != null) {
            LOG.debug("closing the session store");
            store.close();
        }
    }
}
