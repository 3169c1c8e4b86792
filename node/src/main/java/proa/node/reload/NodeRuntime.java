package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.ProaConfig;
import proa.config.link.LinkMessage.Ownership;
import proa.config.link.LinkMessage.State;
import proa.node.admin.AdminServer;
import proa.node.balance.Pools;
import proa.node.early.CompilerThreads;
import proa.node.exchange.Traffic;
import proa.node.link.SelfRequest;
import proa.node.listener.EventLoops;
import proa.node.listener.Listeners;
import proa.node.listener.Protocol;
import proa.node.probe.Probes;
import proa.node.protocol.http1.ErrorPages;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.http2.NegotiatedHttp;
import proa.node.protocol.tcp.TcpProtocol;
import proa.node.protocol.udp.UdpProtocol;
import proa.node.rules.FrontendTraffic;
import proa.node.rules.Surroundings;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A running node: everything between a configuration and the first answer, and back.
 *
 * <p>Start, in the order that answers soonest: membership (which joins in the background), event
 * loops, pools, probes, listeners; then the session store, the warm-up and the link to vipd, each
 * in the background. What is not there yet is said by {@link #lacking()}.
 *
 * <p>A planned stop: connections are told to end, vipd hands every group over, nothing more is
 * accepted, what is in flight ends or meets the deadline.
 */
public final class NodeRuntime implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeRuntime.class);

    /** vipd hands over within milliseconds, if anybody can take over. */
    private static final Duration LEAVE_MAX = Duration.ofSeconds(2);

    /** Kept-alive connections have this long to hear that they end, before the address moves. */
    private static final Duration FAREWELL = Duration.ofMillis(1_200);

    /** Loops that have not turned for this long are stuck. */
    private static final Duration STUCK = Duration.ofSeconds(5);

    private static final long LOOK_NANOS = 5_000_000;

    private static final Surroundings SURROUNDINGS =
            new Surroundings(
                    InstantSource.system(), bound -> ThreadLocalRandom.current().nextInt(bound));

    private final Setup setup;
    private final Instant began;
    private final Undo parts;
    private final EventLoops loops;
    private final Listeners listeners;
    private final Frontends frontends;
    private final SelfRequest self;
    private final Readiness readiness;
    private final Outside outside;
    private boolean stopped;

    private NodeRuntime(Setup setup, Engines engines, Instant began, Undo parts)
            throws StartException, IOException {
        this.setup = setup;
        this.began = began;
        this.parts = parts;
        ProaConfig config = setup.config();
        Thread.ofPlatform().name("compilers").daemon().start(CompilerThreads::yieldToTraffic);
        RunDirectory run = parts.keep(RunDirectory.open(setup.runDirectory()));
        long incarnation = Incarnation.next(setup.stateDirectory(), began);
        Member member = parts.keep(engines.member(config, setup.node(), incarnation));
        NodeTls tls = parts.keep(new NodeTls());
        loops = parts.keep(EventLoops.start());
        tls.open(config, loops, InstantSource.system());
        listeners = parts.keep(new Listeners(loops, NodePlaces.of(config.limits())));
        OwnTraffic own = OwnTraffic.open(listeners);
        SharedTables tables = new SharedTables(member);
        Pools pools = pools(config, own, tables, incarnation);
        tls.secure(pools);
        Probes probes = parts.keep(Probes.start(pools.all(), incarnation));
        frontends = parts.keep(new Frontends(config, listeners));
        openFrontends(tls, tables, pools);
        self = parts.keep(SelfRequest.start(own.address()));
        SessionService sessions =
                parts.keep(
                        SessionService.start(
                                setup, engines, member, frontends, tls, of(Mode.SESSIONS)));
        WarmUp warmUp =
                parts.keep(
                        WarmUp.start(
                                own, pools.pool(OwnTraffic.NAME), config, () -> self.served() > 0));
        readiness = new Readiness(config, member, probes, warmUp, sessions, frontends);
        outside =
                parts.keep(
                        Outside.start(
                                config,
                                setup.node(),
                                incarnation,
                                run.vipdSocket(),
                                new ServerShare(readiness.vitals(loops, self), config, pools),
                                this::owned));
        StatusReport report =
                new StatusReport(
                        setup,
                        incarnation,
                        began,
                        member,
                        pools,
                        frontends,
                        outside,
                        sessions,
                        readiness,
                        tls);
        parts.keep(AdminServer.open(run.nodeSocket(), report.inspection(this::live)));
        parts.keep(Thread.ofVirtual().name("ready").start(this::announce)::interrupt);
    }

    /**
     * Starts a node; it answers when this returns, and is ready when nothing is {@link #lacking()}.
     *
     * @param began when the process was started, for the log
     * @throws StartException with one line for the operator; nothing is left behind
     */
    public static NodeRuntime start(Setup setup, Engines engines, Instant began)
            throws StartException {
        Undo parts = new Undo();
        try {
            return new NodeRuntime(setup, engines, began, parts);
        } catch (StartException e) {
            parts.close();
            throw e;
        } catch (IOException e) {
            parts.close();
            throw new StartException(Reasons.of(e), e);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /** What keeps this node from taking traffic of its own accord; empty: ready. */
    public List<String> lacking() {
        return readiness.lacking();
    }

    /** Where a frontend of this configuration listens, or will. */
    public InetSocketAddress address(String frontend) {
        return setup.config().frontends().stream()
                .filter(each -> each.name().equals(frontend))
                .map(frontends::address)
                .findFirst()
                .orElseThrow();
    }

    /** A planned stop; returns when everything is closed. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (stopped) {
            return;
        }
        stopped = true;
        Thread farewell = Thread.ofVirtual().name("farewell").start(this::farewell);
        try {
            leave();
            self.close();
            listeners.drain(); // whatever ends from here on says so, however busy the farewell is
            listeners.stop();
            listeners.drain(); // those that came last
            drain();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed without waiting
        }
        end(farewell); // before the loops that it speaks to
        parts.close();
        LOG.info("stopped");
    }

    private List<FrontendConfig> of(Mode... modes) {
        List<Mode> wanted = List.of(modes);
        return setup.config().frontends().stream()
                .filter(frontend -> wanted.contains(frontend.mode()))
                .toList();
    }

    private static Pools pools(
            ProaConfig config, OwnTraffic own, SharedTables tables, long incarnation) {
        return new Pools(
                Stream.concat(config.backends().stream(), Stream.of(own.backend())).toList(),
                tables::sticky,
                System::nanoTime,
                incarnation,
                InstantSource.system());
    }

    private void openFrontends(NodeTls tls, SharedTables tables, Pools pools)
            throws StartException, IOException {
        for (FrontendConfig frontend : of(Mode.HTTP, Mode.TCP, Mode.UDP)) {
            frontends.open(frontend, tls.around(frontend, protocol(frontend, tables, pools)));
        }
        LOG.info("listening: {}", frontends.describe());
    }

    private static Protocol protocol(FrontendConfig frontend, SharedTables tables, Pools pools)
            throws IOException {
        Traffic traffic =
                new FrontendTraffic(
                        frontend,
                        tables,
                        backend -> pools.pool(backend)::destination,
                        SURROUNDINGS);
        return switch (frontend.mode()) {
            case TCP -> new TcpProtocol(frontend, () -> traffic, byServerName(frontend, pools));
            case UDP -> new UdpProtocol(frontend, () -> traffic);
            case HTTP ->
                    new NegotiatedHttp(
                            new HttpProtocol(
                                    frontend,
                                    () -> traffic,
                                    ErrorPages.read(frontend.http().errorPages())),
                            frontend.http());
            case SESSIONS -> throw new IllegalStateException("sessions have no backend");
        };
    }

    private static boolean byServerName(FrontendConfig frontend, Pools pools) {
        return frontend.routes().stream()
                .anyMatch(route -> pools.pool(route.backend()).config().byServerName());
    }

    private void owned(Ownership ownership) {
        frontends.own(ownership.group(), ownership.state() == State.ACTIVE);
    }

    private boolean live() {
        return System.nanoTime() - loops.oldestTickNanos() < STUCK.toNanos();
    }

    private void announce() {
        await(() -> self.served() > 0);
        long answered = Duration.between(began, Instant.now()).toMillis();
        LOG.info("serving: first answer {} ms after the start of the process", answered);
        await(() -> lacking().isEmpty());
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        long ready = Duration.between(began, Instant.now()).toMillis();
        LOG.info("ready: in {} ms", ready);
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Hands the groups over, after kept-alive connections have heard that they end. */
    private void leave() throws InterruptedException {
        LOG.info("leaving: {} connections", frontends.connections());
        if (outside.ownsSomething()) {
            Thread.sleep(FAREWELL);
        }
        if (!outside.leave(LEAVE_MAX)) {
            LOG.warn("vipd has not handed over within {} ms", LEAVE_MAX.toMillis());
        }
    }

    /**
     * Tells HTTP connections to end, again and again, for new ones still arrive. Those of sessions
     * would end at once and come back here, as long as the address is ours.
     */
    private void farewell() {
        while (!Thread.currentThread().isInterrupted()) {
            listeners.drain(Mode.HTTP);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static void end(Thread thread) {
        thread.interrupt();
        try {
            thread.join(LEAVE_MAX);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain() throws InterruptedException {
        long deadline = System.nanoTime() + setup.drain().toNanos();
        while (frontends.connections() > 0 && System.nanoTime() - deadline < 0) {
            Thread.sleep(Duration.ofNanos(LOOK_NANOS));
        }
        int left = frontends.connections();
        if (left > 0) {
            LOG.warn("{} connections did not end within {} s", left, setup.drain().toSeconds());
        }
    }
}
