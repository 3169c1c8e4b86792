package proa.node.probe;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.BackendConfig.Check;
import proa.node.balance.Health;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.health.CheckMachine;
import proa.node.health.CheckMachine.Event;
import proa.node.health.CheckMachine.Notice;
import proa.node.health.CheckMachine.Pace;
import proa.node.health.CheckMachine.State;
import proa.node.health.ProbeSchedule;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Probes one server for ever, on a virtual thread of its own. */
final class ServerProbe {

    private static final Logger LOG = LoggerFactory.getLogger("proa.node.health");

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Pool pool;
    private final PooledServer server;
    private final Prober prober;
    private final CheckMachine machine;
    private final ProbeSchedule schedule;
    private final Runnable onFirst;
    private final Semaphore suspicions = new Semaphore(0);
    private final Thread thread;

    // guarded by: the thread
    private State state = new State.Unknown();
    private long startedNanos;
    private long nextNanos;

    ServerProbe(
            Pool pool, PooledServer server, Check check, RandomGenerator random, Runnable onFirst) {
        this.pool = pool;
        this.server = server;
        this.onFirst = onFirst;
        prober = new Prober(server.address(), check, server.security());
        machine = new CheckMachine(check);
        schedule = new ProbeSchedule(check.every(), random);
        thread = Thread.ofVirtual().name("probe-" + name()).unstarted(this::run);
    }

    void start() {
        server.onConnectFailed(suspicions::release);
        thread.start();
    }

    void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            probe();
            onFirst.run();
            while (!Thread.currentThread().isInterrupted()) {
                await();
                probe();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void probe() {
        startedNanos = System.nanoTime();
        Event verdict = prober.probe();
        if (!Thread.currentThread().isInterrupted()) { // else the socket was closed under it
            take(verdict);
        }
    }

    /** Until the next probe is due, which a failed connection of the traffic may bring forward. */
    private void await() throws InterruptedException {
        long left = nextNanos - System.nanoTime();
        while (left > 0) {
            if (suspicions.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                suspicions.drainPermits();
                take(new Event.Suspected());
            }
            left = nextNanos - System.nanoTime();
        }
    }

    private void take(Event event) {
        CheckMachine.Step step = machine.next(state, event);
        state = step.state();
        if (step.pace() != Pace.REGULAR || !(event instanceof Event.Suspected)) {
            nextNanos = schedule.nextNanos(step.pace(), startedNanos);
        }
        if (step.notice() != null) {
            say(step.notice());
        }
    }

    private void say(Notice notice) {
        switch (notice) {
            case Notice.WentDown(int failures, String why) -> {
                pool.health(server, Health.DOWN);
                String times = failures == 1 ? "1 failure" : failures + " failures";
                LOG.warn("server {} DOWN after {}: {}", name(), times, why);
            }
            case Notice.CameUp(int passes) -> {
                pool.health(server, Health.UP);
                LOG.info(
                        "server {} UP after {}",
                        name(),
                        passes == 1 ? "1 pass" : passes + " passes");
            }
            case Notice.Slow(long took) ->
                    LOG.warn(
                            "server {} answers its check in {} ms", name(), took / NANOS_PER_MILLI);
        }
    }

    private String name() {
        return pool.name() + "/" + server.name();
    }
}
