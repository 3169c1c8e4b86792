package proa.node.reload;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.BackendConfig;
import proa.config.BackendTls;
import proa.config.FrontendConfig;
import proa.config.FrontendTls;
import proa.config.HttpOptions.Version;
import proa.config.ProaConfig;
import proa.config.tls.TicketSecrets;
import proa.node.balance.Pools;
import proa.node.listener.EventLoops;
import proa.node.listener.Protocol;
import proa.node.tls.FrontendSecurity;
import proa.node.tls.Renewable;
import proa.node.tls.ServerSecurity;
import proa.node.tls.TlsProtocol;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

/**
 * TLS of this node: what secures each frontend and backend, and a thread that looks after their
 * files, those of the members' certificate and the keys of session tickets. Kept before the event
 * loops, so that it gives native memory back after the last connection is gone.
 */
final class NodeTls implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeTls.class);

    /** A certificate that was replaced is in use within this time. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private static final Duration STOP_MAX = Duration.ofSeconds(2);

    /**
     * What no configuration has any more is kept for this long: a client may be in the middle of
     * its handshake, or wait for a server.
     */
    private static final Duration KEPT = Duration.ofMinutes(15);

    private final List<Retired> retired = new ArrayList<>(); // guarded by this
    private final Optional<MemberCertificates> members;

    /** Of frontends without a file of their own; not the members' before one of them has told. */
    private volatile TicketSecrets tickets =
            TicketSecrets.random(new SecureRandom(), Instant.now());

    private volatile Securities current = new Securities();
    private @Nullable Thread thread;

    /**
     * @param members what secures connections among members, looked after as everything else
     */
    NodeTls(Optional<MemberCertificates> members) {
        this.members = members;
    }

    private record Retired(Renewable what, long sinceNanos) {}

    /** What secures the frontends and backends of one configuration. */
    static final class Securities {
        private final Map<String, FrontendSecurity> frontends = new HashMap<>();
        private final Map<String, ServerSecurity> backends = new HashMap<>();

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

        private List<Renewable> all() {
            List<Renewable> all = new ArrayList<>(frontends.values());
            all.addAll(backends.values());
            return all;
        }

        private List<Renewable> beyond(Securities other) {
            List<Renewable> beyond = all();
            beyond.removeAll(other.all());
            return beyond;
        }
    }

    /**
     * Reads the files of a configuration; what is secured as before keeps its keys and counters.
     *
     * @throws StartException with one line for the operator; nothing is left then
     */
    Securities prepare(ProaConfig config, EventLoops loops, InstantSource time)
            throws StartException {
        Securities now = current;
        Securities next = new Securities();
        try {
            for (FrontendConfig frontend : config.frontends()) {
                if (frontend.tls().isPresent()) {
                    FrontendTls wanted = frontend.tls().get();
                    FrontendSecurity same = now.frontends.get(frontend.name());
                    next.frontends.put(
                            frontend.name(),
                            same != null && same.tls().equals(wanted)
                                    ? same
                                    : FrontendSecurity.open(
                                            frontend.name(),
                                            wanted,
                                            time,
                                            loops::afterTurn,
                                            tickets));
                }
            }
            for (BackendConfig backend : config.backends()) {
                if (backend.tls().isPresent()) {
                    BackendTls wanted = backend.tls().get();
                    ServerSecurity same = now.backends.get(backend.name());
                    next.backends.put(
                            backend.name(),
                            same != null && same.serves(wanted, offered(backend))
                                    ? same
                                    : ServerSecurity.open(
                                            backend.name(),
                                            wanted,
                                            offered(backend),
                                            loops::afterTurn));
                }
            }
            return next;
        } catch (IOException wrong) {
            abort(next);
            // No refusal for good: a certificate and its key are not replaced in one step.
            throw new StartException(Reasons.of(wrong), wrong);
        }
    }

    /** It is not used. */
    void abort(Securities next) {
        next.beyond(current).forEach(Renewable::release);
    }

    /** It is in use; from now on changes of its files are noticed. */
    synchronized void use(Securities next) {
        long now = System.nanoTime();
        current.beyond(next).forEach(gone -> retired.add(new Retired(gone, now)));
        current = next;
        next.frontends.values().forEach(each -> each.share(tickets)); // they may just have come
        if (thread == null && (members.isPresent() || !next.all().isEmpty())) {
            thread = Thread.ofVirtual().name("certificates").start(this::watch);
        }
    }

    /** What the keys of session tickets are computed from where no file says it. */
    TicketSecrets tickets() {
        return tickets;
    }

    /**
     * Another member has these too: from now on tickets are made by the secret that all will make
     * them by.
     *
     * @return what this node knows then
     */
    synchronized TicketSecrets share(TicketSecrets theirs, Instant now) {
        TicketSecrets merged = tickets.merge(theirs, now);
        if (!merged.equals(tickets)) {
            tickets = merged;
            current.frontends.values().forEach(each -> attempt(() -> each.share(merged)));
        }
        return merged;
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
        members.ifPresent(own -> attempt(own::renew));
        current.all().forEach(each -> attempt(each::renew));
        long now = System.nanoTime();
        for (Retired one : List.copyOf(retired)) {
            if (now - one.sinceNanos > KEPT.toNanos()) {
                retired.remove(one);
                attempt(one.what::release);
            }
        }
    }

    /** Each for itself: a defect in one keeps none of the others from being looked at. */
    private static void attempt(Runnable look) {
        try {
            look.run();
        } catch (RejectedExecutionException _) {
            LOG.debug("the event loops have ended");
        } catch (RuntimeException defect) {
            LOG.error("certificates were not looked at", defect); // the next look may do better
        }
    }

    /** What secures a frontend, for one thread at a time: hold this; null: it is in clear. */
    @Nullable FrontendSecurity frontend(String name) {
        return current.frontends.get(name);
    }

    /** Handshakes and certificates of a frontend; empty: it is in clear. */
    Map<String, Object> status(String frontend) {
        FrontendSecurity security = current.frontends.get(frontend);
        return security == null ? Map.of() : security.status();
    }

    /** When this node's certificate among members is over; empty: it has none. */
    Optional<Instant> memberExpires() {
        return members.map(MemberCertificates::expires);
    }

    /** Why this node's certificate among members is not as its files say; empty: it is. */
    Optional<String> memberRefusal() {
        return members.flatMap(MemberCertificates::refusal);
    }

    @Override
    public void close() {
        Thread watching = thread;
        if (watching != null) {
            watching.interrupt();
            try {
                watching.join(STOP_MAX);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        current.all().forEach(Renewable::release);
        retired.forEach(one -> one.what.release());
    }
}
