package proa.node.probe;

import static proa.node.probe.PoolHealth.LOG;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig.Check;
import proa.config.HealthConfig.Failure;
import proa.node.balance.Health;
import proa.node.balance.PooledServer;
import proa.node.health.CheckMachine;
import proa.node.health.CheckMachine.Event;
import proa.node.health.CheckMachine.Notice;
import proa.node.health.CheckMachine.Pace;
import proa.node.health.CheckMachine.State;
import proa.node.health.ProbeSchedule;
import proa.node.health.SlowWarning;
import proa.node.record.Checked;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Probes one server for ever, on a virtual thread of its own. */
final class ServerProbe {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final PoolHealth health;
    private final PooledServer server;
    private final Check check;
    private final Prober prober;
    private final CheckMachine machine;
    private final ProbeSchedule schedule;
    private final SlowWarning slow;
    private final Consumer<ServerProbe> onFirst;
    private final Semaphore suspicions = new Semaphore(0);
    private final BiConsumer<Failure, String> suspect;
    private final Thread thread;
    private volatile boolean hinted;

    // guarded by: the thread
    private State state = new State.Unknown();
    private long startedNanos;
    private long nextNanos;

    ServerProbe(
            PoolHealth health,
            PooledServer server,
            Check check,
            RandomGenerator random,
            Consumer<ServerProbe> onFirst) {
        this.health = health;
        this.server = server;
        this.onFirst = onFirst;
        this.check = check;
        suspect =
                (failure, _) -> {
                    if (failure == Failure.CONNECT) {
                        suspicions.release();
                    }
                };
        prober =
                new Prober(
                        server.address(),
                        health.sources(server),
                        check,
                        health.pool().config().proxyProtocol(),
                        server.security());
        machine = new CheckMachine(check);
        schedule = new ProbeSchedule(check, random);
        slow = new SlowWarning(check.slow());
        thread = Thread.ofVirtual().name("probe-" + health.name(server)).unstarted(this::run);
    }

    /**
     * Begins with what is known of its server: one that serves goes down by as many failures as
     * ever, and one that the same question has found down comes up by as many passes.
     *
     * @param before have ended
     */
    void follow(List<ServerProbe> before) {
        if (server.health() == Health.UP) {
            state = new State.Up(0, false);
            return;
        }
        before.stream()
                .filter(one -> one.server.isSameAs(server) && one.asksLike(check))
                .findFirst()
                .ifPresent(one -> state = one.state);
    }

    private boolean asksLike(Check other) {
        return check.probe().equals(other.probe())
                && check.port().equals(other.port())
                && check.tls().equals(other.tls());
    }

    void start() {
        server.onFailure(suspect);
        thread.start();
    }

    /** Whether it probes the server of that name. */
    boolean isOf(String name) {
        return server.name().equals(name);
    }

    /** Whether it probes this server, and by this check. */
    boolean isOf(PooledServer other, Check by) {
        return server.isSameAs(other) && check.equals(by);
    }

    /** Another member has found it down: a reason to look, which counts for nothing. */
    void hinted() {
        if (check.hints()) {
            hinted = true;
            suspicions.release();
        }
    }

    void close() {
        server.noLongerOnFailure(suspect);
        thread.interrupt();
    }

    /** Waits until it has ended. */
    void join() throws InterruptedException {
        thread.join();
    }

    private void run() {
        try {
            probeOrTell();
            onFirst.accept(this);
            while (!Thread.currentThread().isInterrupted()) {
                await();
                probeOrTell();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** A defect is no reason to leave a server unprobed for ever. */
    private void probeOrTell() {
        try {
            probe();
        } catch (RuntimeException defect) {
            LOG.error("a defect in the check of {}", health.name(server), defect);
            nextNanos = schedule.nextNanos(Pace.REGULAR, startedNanos);
        }
    }

    private void probe() {
        startedNanos = System.nanoTime();
        Prober.Finding found = prober.probe();
        if (!Thread.currentThread().isInterrupted()) { // else the socket was closed under it
            boolean wasUp = !(state instanceof State.Down);
            Notice notice = take(found.event());
            tell(found, wasUp); // first: whoever sees that it is down sees the check that found it
            say(notice);
            warnIfSlow(found.event());
        }
    }

    private void tell(Prober.Finding found, boolean wasUp) {
        int rises = check.rise();
        int falls = check.fall();
        String why = found.event() instanceof Event.Failed(String reason) ? reason : "";
        int standing =
                switch (state) {
                    case State.Unknown() -> rises;
                    case State.Up(int failures, _) -> rises + falls - 1 - failures;
                    case State.Down(int passes) -> passes;
                };
        server.counters()
                .checked(
                        new Checked(
                                Instant.now(),
                                found.result(),
                                found.code(),
                                found.tookNanos(),
                                why,
                                rises,
                                falls,
                                standing),
                        wasUp && !why.isEmpty());
    }

    /** Until the next probe is due, which a failed connection of the traffic may bring forward. */
    private void await() throws InterruptedException {
        long left = nextNanos - System.nanoTime();
        while (left > 0) {
            if (suspicions.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                suspicions.drainPermits();
                say(take(new Event.Suspected()));
            }
            left = nextNanos - System.nanoTime();
        }
    }

    private @Nullable Notice take(Event event) {
        CheckMachine.Step step = machine.next(state, event);
        state = step.state();
        hinted &= !(event instanceof Event.Passed);
        if (step.pace() != Pace.REGULAR || !(event instanceof Event.Suspected)) {
            nextNanos = schedule.nextNanos(step.pace(), startedNanos);
        }
        return step.notice();
    }

    private void say(@Nullable Notice notice) {
        switch (notice) {
            case null -> {
                // Nothing has changed.
            }
            case Notice.WentDown(int failures, String why) -> {
                String times = failures == 1 ? "1 failure" : failures + " failures";
                health.checked(server, Health.DOWN, times + ": " + why);
                LOG.warn("server {} DOWN after {}: {}", health.name(server), times, why);
                if (check.hints() && !hinted) { // what was heard is not told again
                    health.foundDown(server);
                }
            }
            case Notice.CameUp(int passes) -> {
                String times = passes == 1 ? "1 pass" : passes + " passes";
                health.checked(server, Health.UP, times);
                LOG.info("server {} UP after {}", health.name(server), times);
            }
        }
    }

    private void warnIfSlow(Event verdict) {
        if (verdict instanceof Event.Passed(long took) && slow.due(took, System.nanoTime())) {
            LOG.warn(
                    "server {} answers its check in {} ms",
                    health.name(server),
                    took / NANOS_PER_MILLI);
        }
    }
}
