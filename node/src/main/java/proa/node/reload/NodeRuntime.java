package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.cluster.replication.ServerHint;
import proa.config.AdminConfig;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.ProaConfig;
import proa.node.admin.AdminServer;
import proa.node.admin.Configurations;
import proa.node.admin.Inspection;
import proa.node.admin.Level;
import proa.node.admin.Router;
import proa.node.balance.Pools;
import proa.node.early.CompilerThreads;
import proa.node.exchange.Traffic;
import proa.node.haproxy.StatsSocket;
import proa.node.link.SelfRequest;
import proa.node.listener.EventLoops;
import proa.node.listener.Listeners;
import proa.node.probe.Probes;
import proa.node.reload.Readiness.Fetched;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** Kept-alive connections have this long to hear that they end, before the address moves. */
    private static final Duration FAREWELL = Duration.ofMillis(1_200);

    /** Loops that have not turned for this long are stuck. */
    private static final Duration STUCK = Duration.ofSeconds(5);

    /** The thread that says farewell is in the middle of one turn of it at most. */
    private static final Duration END_MAX = Duration.ofSeconds(2);

    private static final long LOOK_NANOS = 5_000_000;

    private final Setup setup;
    private final Instant began;
    private final Undo parts;
    private final EventLoops loops;
    private final Listeners listeners;
    private final Frontends frontends;
    private final SelfRequest self;
    private final Readiness readiness;
    private final Outside outside;
    private final Probes probes;
    private final Generations generations = new Generations();
    private final Reloader reloader;
    private final Observing observing;
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
        NodeTls tls = parts.keep(new NodeTls(engines.certificates()));
        loops = parts.keep(EventLoops.start(EventLoops::endProcess));
        NodeTls.Securities secured = tls.prepare(config, loops, InstantSource.system());
        tls.use(secured);
        listeners = parts.keep(new Listeners(loops, NodePlaces.of(config.limits())));
        OwnTraffic own = OwnTraffic.open(listeners);
        SharedTables tables = new SharedTables(member, config, loops::later);
        Pools pools = pools(own, tables, incarnation);
        secured.secure(pools);
        Overrides overrides = overrides(new OverrideFile(setup.stateDirectory()), pools);
        observing = parts.keep(Observing.start(setup));
        probes = parts.keep(Probes.start(pools.all(), incarnation, observing::server));
        frontends = parts.keep(new Frontends(config, listeners));
        observing.follow(frontends);
        Assembly assembly = new Assembly(generations, tables, observing);
        openFrontends(assembly, pools, secured);
        parts.keep(TablesFirst.open(member, frontends)::interrupt);
        self = parts.keep(SelfRequest.start(own.address()));
        SessionService sessions =
                parts.keep(
                        SessionService.start(
                                setup, engines, member, frontends, secured, of(Mode.SESSIONS)));
        WarmUp warmUp = warmUp(own, pools, sessions);
        shareFindings(member);
        reloader = reloader(assembly, tls, sessions, own, overrides, tables);
        Fetched fetched = fetched(incarnation, member, overrides);
        TicketExchange.start(config.cluster(), setup.node(), member, tls).ifPresent(parts::keep);
        readiness = new Readiness(setup, member, fetched, probes, warmUp, sessions, frontends);
        outside =
                parts.keep(
                        Outside.start(
                                config,
                                setup.node(),
                                incarnation,
                                run.vipdSocket(),
                                new ServerShare(
                                        readiness.vitals(loops, self, frontends), generations),
                                observing.ofVipd(frontends)));
        StatusReport.Running running = running(member, sessions, tls, fetched);
        administer(
                fetched,
                overrides,
                incarnation,
                running,
                new TogetherOperations(
                        generations, member, tables, run.vipdSocket(), observing.events()),
                new Advising(setup, generations, member, tables, InstantSource.system()));
        parts.keep(Thread.ofVirtual().name("ready").start(this::announce)::interrupt);
    }

    private WarmUp warmUp(OwnTraffic own, Pools pools, SessionService sessions) {
        return parts.keep(
                WarmUp.start(
                        new OwnPaths(own, loops::afterTurn),
                        pools.pool(OwnTraffic.NAME),
                        setup.config(),
                        () -> self.served() > 0,
                        sessions));
    }

    /** What the members take in together, and what operators ask of servers. */
    private Fetched fetched(long incarnation, Member member, Overrides overrides) {
        Configurations configurations =
                Applications.start(
                        setup,
                        new NodePlace(reloader, generations),
                        incarnation,
                        member,
                        observing,
                        parts);
        OverrideExchange exchange =
                OverrideExchange.start(setup.node(), member, reloader, generations, overrides);
        return new Fetched(configurations, parts.keep(exchange));
    }

    private static Overrides overrides(OverrideFile file, Pools pools) throws StartException {
        Overrides overrides = new Overrides(file, InstantSource.system());
        overrides.follow(pools);
        return overrides;
    }

    /** What one member finds of a server is a reason for the others to look. */
    private void shareFindings(Member member) {
        probes.tellDowns((backend, server) -> member.hint(new ServerHint(backend, server)));
        member.onHint(hint -> probes.hinted(hint.backend(), hint.server()));
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

    /** Whether a request through a real listener has been answered. */
    boolean answers() {
        return self.served() > 0;
    }

    /** Has a reload announced, and its end. */
    void onReload(Runnable begins, Runnable ends) {
        reloader.announce(begins, ends);
    }

    /** Where a frontend of this configuration listens, or will. */
    public InetSocketAddress address(String frontend) {
        return generations.current().config().frontends().stream()
                .filter(each -> each.name().equals(frontend))
                .map(frontends::address)
                .findFirst()
                .orElseThrow();
    }

    /**
     * Takes in the file anew; requests lose nothing by it.
     *
     * @param by who asks, for the log
     */
    public Reload reload(String by) {
        return reloader.reload(by);
    }

    /** Opens access logs anew that have been renamed. Returns at once. */
    public void reopenLogs() {
        observing.recorders().logs().reopen();
    }

    /** Answers monitoring there, in a node whose configuration says nothing of it. */
    void serve(AdminConfig admin) throws IOException {
        observing.serve(admin);
    }

    /** Where monitoring asks, when the configuration says so. */
    public Optional<InetSocketAddress> monitoring() {
        return observing.address();
    }

    /**
     * What there is of everything that a reload makes and ends.
     *
     * @param listeners sockets, those of our own traffic included
     * @param lanes of frontends
     * @param probes of servers, agents and traffic
     * @param leaving configurations that something is left of
     */
    record Inventory(int listeners, int lanes, int probes, int leaving) {}

    Generation generation() {
        return generations.current();
    }

    Inventory inventory() {
        return new Inventory(
                listeners.all().size(),
                generations.lanes(),
                probes.running(),
                reloader.leavers().count());
    }

    /** A planned stop; returns when everything is closed. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (stopped) {
            return;
        }
        stopped = true;
        observing.leaves();
        reloader.close();
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

    private StatusReport.Running running(
            Member member, SessionService sessions, NodeTls tls, Fetched fetched) {
        return new StatusReport.Running(
                member,
                generations,
                reloader,
                frontends,
                outside,
                sessions,
                readiness,
                tls,
                fetched.configurations());
    }

    private List<FrontendConfig> of(Mode... modes) {
        List<Mode> wanted = List.of(modes);
        return setup.config().frontends().stream()
                .filter(frontend -> wanted.contains(frontend.mode()))
                .toList();
    }

    private Reloader reloader(
            Assembly assembly,
            NodeTls tls,
            SessionService sessions,
            OwnTraffic own,
            Overrides overrides,
            SharedTables tables) {
        Reloader.Parts reloaded =
                new Reloader.Parts(
                        generations,
                        frontends,
                        probes,
                        assembly,
                        tls,
                        loops,
                        sessions,
                        own.backend(),
                        overrides,
                        tables);
        return parts.keep(new Reloader(setup, reloaded, InstantSource.system()));
    }

    /** Opens the sockets for operators, one for each level. */
    private void administer(
            Fetched fetched,
            Overrides overrides,
            long incarnation,
            StatusReport.Running running,
            TogetherOperations together,
            Advising advising)
            throws IOException {
        StatusReport report =
                new StatusReport(setup, incarnation, began, running, overrides, observing);
        Operations operations =
                new Operations(
                        setup.node(),
                        reloader,
                        generations,
                        overrides,
                        fetched.overrides(),
                        new BackendReport(overrides),
                        running.sessions().files(setup, observing.events()),
                        new KeyKeeping(running.tls(), observing.events()),
                        observing.events(),
                        InstantSource.system());
        Inspection inspection = report.inspection(this::live);
        Notifying notifying = parts.keep(Notifying.start(setup, generations, readiness, observing));
        report.tells(notifying.hooks());
        Router router =
                new Router(inspection, operations, together, advising, fetched.configurations());
        for (Level level : Level.values()) {
            parts.keep(AdminServer.open(setup.runDirectory(), level, router));
        }
        if (setup.stats().isPresent()) {
            Setup.Stats stats = setup.stats().get();
            NodeFigures figures =
                    parts.keep(
                            new NodeFigures(
                                    setup.node(),
                                    began,
                                    loops,
                                    generations,
                                    frontends,
                                    running.member(),
                                    observing.recorders(),
                                    together.tables()));
            parts.keep(
                    StatsSocket.open(stats.socket(), stats.level(), figures, operations, together));
        }
        observing.open(
                new Observing.Parts(
                        setup,
                        began,
                        running,
                        new NodeMeters.Loops(loops::oldestTickNanos, this::live),
                        inspection,
                        router));
    }

    private Pools pools(OwnTraffic own, SharedTables tables, long seed) {
        return new Pools(
                Stream.concat(setup.config().backends().stream(), Stream.of(own.backend()))
                        .map(backend -> backend.on(setup.node()))
                        .toList(),
                tables::sticky,
                System::nanoTime,
                seed,
                InstantSource.system(),
                tables);
    }

    /** The first generation, those of sessions excepted: they wait for their store. */
    private void openFrontends(Assembly assembly, Pools pools, NodeTls.Securities secured)
            throws IOException {
        Map<String, Integer> lanes = new LinkedHashMap<>();
        List<FrontendConfig> all = setup.config().frontends();
        Traffic[] traffic = new Traffic[all.size()];
        for (FrontendConfig frontend : all) {
            int lane = generations.take();
            lanes.put(frontend.name(), lane);
            traffic[lane] = assembly.traffic(frontend, pools, lane);
        }
        generations.swap(
                new Generation(
                        1, setup.config(), setup.hash(), began, pools, Map.copyOf(lanes), traffic));
        if (TablesFirst.matter(setup.config())) {
            frontends.hold();
        }
        for (FrontendConfig frontend : of(Mode.HTTP, Mode.TCP, Mode.UDP)) {
            int lane = lanes.getOrDefault(frontend.name(), 0);
            frontends.open(
                    frontend,
                    secured.around(frontend, assembly.protocol(frontend, setup.config(), lane)));
        }
        LOG.info("listening: {}", frontends.describe());
    }

    /** Whether the event loops turn. */
    boolean live() {
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
        Duration most = setup.waits().vipd();
        if (!outside.leave(most)) {
            LOG.warn("vipd has not handed over within {} ms", most.toMillis());
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
            thread.join(END_MAX);
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
