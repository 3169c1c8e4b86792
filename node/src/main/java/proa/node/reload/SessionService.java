package proa.node.reload;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.cluster.sessions.SessionStore;
import proa.config.FrontendConfig;
import proa.node.listener.ListenException;

import java.util.List;
import java.util.Map;

/**
 * The session store and its frontends, if the configuration has any. The store starts in the
 * background for seconds; its frontends are bound at once, and answer that it is starting.
 */
final class SessionService implements AutoCloseable {

    /** What readiness says while the store is not there. */
    static final String LACK = "the session store takes no writes";

    private static final Logger LOG = LoggerFactory.getLogger(SessionService.class);

    private final @Nullable SessionStore store;

    private SessionService(@Nullable SessionStore store) {
        this.store = store;
    }

    static SessionService start(
            Setup setup,
            Engines engines,
            Member member,
            Frontends frontends,
            NodeTls tls,
            List<FrontendConfig> sessions)
            throws StartException, ListenException {
        if (sessions.isEmpty()) {
            return new SessionService(null);
        }
        SessionStore store = engines.sessions(setup.config(), setup.node(), member);
        try {
            for (FrontendConfig frontend : sessions) {
                frontends.open(
                        frontend, tls.around(frontend, engines.sessionProtocol(frontend, store)));
            }
            return new SessionService(store);
        } catch (StartException | ListenException e) {
            store.close();
            throw e;
        }
    }

    /** Whether writes are acknowledged, or nobody asked for a store. */
    boolean open() {
        return store == null || store.writable();
    }

    /** What the node lacks now; a group waits for the store only at the start (decision 10). */
    List<String> lacking() {
        return open() ? List.of() : List.of(LACK);
    }

    /** For the status. */
    Map<String, Object> status() {
        return store == null
                ? Map.of("enabled", false)
                : Map.of(
                        "enabled",
                        true,
                        "writable",
                        store.writable(),
                        "members",
                        store.members(),
                        "settled",
                        store.settled());
    }

    @Override
    public void close() {
        if (store != null) {
            LOG.debug("closing the session store");
            store.close();
        }
    }
}
