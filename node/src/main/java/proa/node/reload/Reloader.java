package proa.node.reload;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.ProaConfig;
import proa.config.change.Change;
import proa.config.change.Changes;
import proa.config.text.Outcome;
import proa.node.balance.PooledServer;
import proa.node.balance.Pools;
import proa.node.exchange.Traffic;
import proa.node.listener.EventLoops;
import proa.node.listener.Listener;
import proa.node.listener.Protocol;
import proa.node.probe.Probes;
import proa.node.protocol.http1.HttpProtocol;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Takes in the file anew while the node serves: read → all violations, or what differs → prepare →
 * swap one reference → what is gone drains. Whatever is refused on the way changes nothing. One
 * reload at a time; any thread.
 */
final class Reloader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    /** Each keeps its listeners and servers until they have drained. */
    private static final int LEAVERS_MAX = 64;

    private final Setup setup;
    private final Parts parts;
    private final InstantSource time;
    private final Leavers leavers;
    private volatile BiConsumer<String, Reload> told = (_, _) -> {};
    private volatile @Nullable Refusal lastRefusal;
    private Runnable begins = () -> {};
    private Runnable ends = () -> {};
    private @Nullable Prepared held;
    private boolean closed;

    /**
     * What a reload works on.
     *
     * @param own the backend of the node's own traffic
     * @param overrides what operators asked of servers
     */
    record Parts(
            Generations generations,
            Frontends frontends,
            Probes probes,
            Assembly assembly,
            NodeTls tls,
            EventLoops loops,
            SessionService sessions,
            BackendConfig own,
            Overrides overrides,
            SharedTables tables) {}

    /** A reload that was refused. */
    record Refusal(Instant at, String by, List<String> reasons) {}

    Reloader(Setup setup, Parts parts, InstantSource time) {
        this.setup = setup;
        this.parts = parts;
        this.time = time;
        this.leavers = new Leavers(setup.drain());
    }

    /** The last reload that was refused, if any was. */
    Optional<Refusal> lastRefusal() {
        return Optional.ofNullable(lastRefusal);
    }

    Leavers leavers() {
        return leavers;
    }

    /** Has each reload announced before it begins and after it ends. */
    synchronized void announce(Runnable whenItBegins, Runnable whenItEnds) {
        begins = whenItBegins;
        ends = whenItEnds;
    }

    /**
     * Reads the file and takes it in.
     *
     * @param by who asks, for the log
     */
    synchronized Reload reload(String by) {
        return tell(by, announced(this::result));
    }

    /** Also after a defect it has ended, for whoever waits for that. */
    private Reload announced(Supplier<Reload> reload) {
        begins.run();
        try {
            return reload.get();
        } finally {
            ends.run();
        }
    }

    /**
     * Does everything of another configuration that can fail, and keeps it ready; no reload until
     * it is taken or released.
     *
     * @return why it cannot; empty: it is ready
     */
    synchronized List<String> hold(Outcome.Ok sound) {
        Optional<Reload.Refused> objection = objection();
        if (objection.isPresent()) {
            return objection.get().reasons();
        }
        return switch (prepare(sound)) {
            case Reload.Refused(var reasons) -> reasons;
            case Prepared ready -> {
                held = ready;
                yield List.of();
            }
        };
    }

    /** Puts in use what is kept ready. */
    synchronized Reload take(String by) {
        Prepared ready = held;
        held = null;
        if (ready == null || closed) {
            return tell(by, refused("nothing is kept ready"));
        }
        return tell(by, announced(() -> use(ready)));
    }

    /** Forgets what is kept ready. */
    synchronized void release() {
        Prepared ready = held;
        held = null;
        if (ready != null) {
            undo(ready);
        }
    }

    private Reload tell(String by, Reload result) {
        switch (result) {
            case Reload.Done done ->
                    LOG.info(
                            "generation {} by {}: {}",
                            done.generation(),
                            by,
                            done.changes().isEmpty()
                                    ? "nothing differs"
                                    : String.join("; ", done.changes()));
            case Reload.Refused(var reasons) -> {
                lastRefusal = new Refusal(time.instant(), by, reasons);
                LOG.warn("a reload by {} is refused: {}", by, String.join("; ", reasons));
            }
        }
        told.accept(by, result);
        return result;
    }

    /** Tells this one of every reload: by whom, and what became of it. */
    void tell(BiConsumer<String, Reload> who) {
        told = who;
    }

    private Reload result() {
        Optional<Reload.Refused> objection = objection();
        if (objection.isPresent()) {
            return objection.get();
        }
        return switch (setup.source().get()) {
            case Outcome.Refused(var violations) -> new Reload.Refused(Reload.texts(violations));
            case Outcome.Ok sound ->
                    switch (prepare(sound)) {
                        case Reload.Refused refused -> refused;
                        case Prepared ready -> {
                            Reload done = use(ready);
                            setup.own().ifPresent(own -> own.isInUse(sound.hash()));
                            yield done;
                        }
                    };
        };
    }

    private Optional<Reload.Refused> objection() {
        if (closed) {
            return Optional.of(refused("the node is stopping"));
        }
        if (held != null) {
            return Optional.of(
                    refused("a configuration of the cluster is being applied; try again later"));
        }
        return leavers.count() >= LEAVERS_MAX
                ? Optional.of(
                        refused(
                                LEAVERS_MAX
                                        + " configurations are still draining; try again later"))
                : Optional.empty();
    }

    private static Reload.Refused refused(String reason) {
        return new Reload.Refused(List.of(reason));
    }

    private Preparation prepare(Outcome.Ok sound) {
        Generation before = parts.generations.current();
        Changes changes = Changes.between(before.config(), sound.config());
        if (!changes.atStart().isEmpty()) {
            return new Reload.Refused(changes.atStart().stream().map(Change::text).toList());
        }
        List<BackendConfig> backends = new ArrayList<>(sound.config().backends());
        backends.add(parts.own);
        try {
            parts.tables.make(sound.config());
        } catch (RuntimeException failed) {
            tablesOf(before);
            return refused(reason(failed));
        }
        backends.replaceAll(backend -> backend.on(setup.node()));
        Pools pools;
        try {
            pools = before.pools().next(backends);
        } catch (RuntimeException failed) {
            tablesOf(before);
            return refused(reason(failed));
        }
        FrontendPlan plan = parts.frontends.plan(sound.config());
        Map<String, Integer> lanes = lanes(plan, before);
        NodeTls.Securities secured = new NodeTls.Securities();
        try {
            secured = parts.tls.prepare(sound.config(), parts.loops, time);
            secured.secure(pools);
            prepare(plan, lanes, secured);
            Generation next = generation(before, sound, pools, lanes);
            return new Prepared(sound, changes, before, next, plan, secured);
        } catch (IOException | StartException | RuntimeException failed) {
            undo(before, pools, plan, lanes);
            parts.tls.abort(secured);
            return refused(reason(failed));
        }
    }

    private Reload use(Prepared ready) {
        Generation next = ready.next();
        swap(ready.before(), next, ready.plan());
        parts.tls.use(ready.secured());
        parts.tls.look(); // a certificate that was replaced is in use at once
        settle(() -> parts.tables.follow(next.config())); // last: it may take a while
        return new Reload.Done(
                next.number(),
                next.hash(),
                ready.changes().all().stream().map(Change::text).toList(),
                Reload.texts(ready.sound().warnings()));
    }

    private static String reason(Exception failed) {
        if (failed instanceof RuntimeException) {
            LOG.error("a defect", failed);
            return "a defect: " + failed;
        }
        return failed instanceof IOException io
                ? Reasons.of(io)
                : String.valueOf(failed.getMessage());
    }

    /** Whoever takes a listener over takes its lane, unless something else is spoken there now. */
    private Map<String, Integer> lanes(FrontendPlan plan, Generation before) {
        Map<String, Integer> lanes = new LinkedHashMap<>();
        for (FrontendConfig frontend : plan.config().frontends()) {
            Integer lane =
                    plan.before(frontend)
                            .filter(was -> was.mode() == frontend.mode())
                            .map(was -> before.lanes().get(was.name()))
                            .orElse(null);
            lanes.put(frontend.name(), lane == null ? parts.generations.take() : lane);
        }
        return lanes;
    }

    private void prepare(FrontendPlan plan, Map<String, Integer> lanes, NodeTls.Securities secured)
            throws IOException, StartException {
        for (FrontendConfig frontend : plan.config().frontends()) {
            int lane = lanes.getOrDefault(frontend.name(), 0);
            Protocol inner =
                    frontend.mode() == Mode.SESSIONS
                            ? parts.sessions.protocol(frontend)
                            : parts.assembly.protocol(frontend, plan.config(), lane);
            plan.speaks(frontend, secured.around(frontend, inner));
        }
        parts.frontends.prepare(plan);
    }

    private Generation generation(
            Generation before, Outcome.Ok sound, Pools pools, Map<String, Integer> lanes) {
        ProaConfig config = sound.config();
        int last = lanes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        @Nullable Traffic[] traffic =
                Arrays.copyOf(before.traffic(), Math.max(before.traffic().length, last + 1));
        for (FrontendConfig frontend : config.frontends()) {
            int lane = lanes.getOrDefault(frontend.name(), 0);
            traffic[lane] =
                    frontend.mode() == Mode.SESSIONS
                            ? null
                            : parts.assembly.traffic(frontend, pools, lane);
        }
        return new Generation(
                before.number() + 1, config, sound.hash(), time.instant(), pools, lanes, traffic);
    }

    private void swap(Generation before, Generation next, FrontendPlan plan) {
        next.pools().takeOver(before.pools());
        parts.overrides.follow(next.pools()); // before anybody is sent to another server
        parts.generations.swap(next);
        List<Listener> gone = parts.frontends.commit(plan);
        try {
            parts.probes.follow(next.pools().all());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        next.pools().takeOver(before.pools()); // what was found out meanwhile
        parts.overrides.follow(next.pools()); // what was asked meanwhile
        List<PooledServer> removed = before.pools().serversBeyond(next.pools());
        forgetIdle(removed);
        List<Integer> lanes =
                before.lanes().values().stream()
                        .filter(lane -> !next.lanes().containsValue(lane))
                        .toList();
        leavers.add(
                new Leavers.Rest(
                        before.number(),
                        gone,
                        removed,
                        before.pools().replacedBy(next.pools()),
                        () -> over(before, next, gone, removed, lanes)));
    }

    private void forgetIdle(List<PooledServer> servers) {
        HttpProtocol.forgetIdle(parts.loops.loops(), servers);
    }

    private synchronized void over(
            Generation before,
            Generation next,
            List<Listener> gone,
            List<PooledServer> removed,
            List<Integer> lanes) {
        if (held == null) { // whose tables have been made already
            settle(() -> parts.tables.retain(parts.generations.current().config()));
        }
        gone.forEach(parts.frontends::left);
        forgetIdle(removed);
        before.pools().retire(next.pools());
        lanes.forEach(parts.generations::free);
    }

    private void undo(Prepared ready) {
        Generation next = ready.next();
        undo(ready.before(), next.pools(), ready.plan(), next.lanes());
        parts.tls.abort(ready.secured());
    }

    private void undo(
            Generation before, Pools pools, FrontendPlan plan, Map<String, Integer> lanes) {
        parts.frontends.abort(plan);
        pools.retire(before.pools());
        lanes.values().stream()
                .filter(lane -> !before.lanes().containsValue(lane))
                .forEach(parts.generations::free);
        tablesOf(before);
    }

    /** Those that were made in vain go, also such as are only yet to be made. */
    private void tablesOf(Generation before) {
        settle(() -> parts.tables.retain(before.config()));
    }

    /** What is asked of the tables when it is too late to refuse: they do it when they can. */
    private static void settle(Runnable tables) {
        try {
            tables.run();
        } catch (RuntimeException failed) {
            LOG.error("tables do not follow yet", failed);
        }
    }

    /** No reload from now on. */
    @Override
    public synchronized void close() {
        closed = true;
        leavers.close();
    }
}
