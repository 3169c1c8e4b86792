package proa.node.reload;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.config.HttpOptions.Version;
import proa.config.ProaConfig;
import proa.node.balance.Pools;
import proa.node.listener.EventLoops;
import proa.node.listener.Protocol;
import proa.node.tls.FrontendSecurity;
import proa.node.tls.Renewable;
import proa.node.tls.ServerSecurity;
import proa.node.tls.TlsProtocol;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

/**
 * TLS of this node: what secures each frontend and backend, and a thread that looks after their
 * files and the keys of session tickets. Kept before the event loops, so that it gives native
 * memory back after the last connection is gone.
 */
final class NodeTls implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeTls.class);

    /** A certificate that was replaced is in use within this time. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private static final Duration STOP_MAX = Duration.ofSeconds(2);

    private final Map<String, FrontendSecurity> frontends = new HashMap<>();
    private final Map<String, ServerSecurity> backends = new HashMap<>();
    private final List<Renewable> all = new ArrayList<>();
    private @Nullable Thread thread;

    /**
     * Reads every file; from now on changes are noticed.
     *
     * @throws StartException with one line for the operator
     */
    void open(ProaConfig config, EventLoops loops, InstantSource time) throws StartException {
        try {
            for (FrontendConfig frontend : config.frontends()) {
                if (frontend.tls().isPresent()) {
                    FrontendSecurity security =
                            FrontendSecurity.open(
                                    frontend.name(), frontend.tls().get(), time, loops::afterTurn);
                    frontends.put(frontend.name(), security);
                    all.add(security);
                }
            }
            for (BackendConfig backend : config.backends()) {
                if (backend.tls().isPresent()) {
                    ServerSecurity security =
                            ServerSecurity.open(
                                    backend.name(),
                                    backend.tls().get(),
                                    offered(backend),
                                    loops::afterTurn);
                    backends.put(backend.name(), security);
                    all.add(security);
                }
            }
        } catch (IOException wrong) {
            throw new StartException(Reasons.of(wrong), wrong);
        }
        if (!all.isEmpty()) {
            thread = Thread.ofVirtual().name("certificates").start(this::watch);
        }
    }

    private static List<String> offered(BackendConfig backend) {
        return backend.protocol() == Version.HTTP_2 ? List.of(Version.HTTP_2.word()) : List.of();
    }

    private void watch() {
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK.toNanos());
            look();
        }
    }

    /** Looks for what is new. */
    synchronized void look() {
        try {
            all.forEach(Renewable::renew);
        } catch (RejectedExecutionException _) {
            LOG.debug("the event loops have ended");
        } catch (RuntimeException defect) {
            LOG.error("certificates were not looked at", defect); // the next look may do better
        }
    }

    /** A frontend's protocol, inside TLS if so configured. */
    Protocol around(FrontendConfig frontend, Protocol protocol) {
        FrontendSecurity security = frontends.get(frontend.name());
        return security == null ? protocol : new TlsProtocol(security, protocol);
    }

    /** Connections to servers are secured as configured. */
    void secure(Pools pools) {
        backends.forEach(
                (name, security) ->
                        pools.pool(name).servers().forEach(server -> server.secure(security)));
    }

    /** Handshakes and certificates of a frontend; empty: it is in clear. */
    Map<String, Object> status(String frontend) {
        FrontendSecurity security = frontends.get(frontend);
        return security == null ? Map.of() : security.status();
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join(STOP_MAX);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        all.forEach(Renewable::release);
    }
}
