package proa.cluster.member;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.membership.Membership;
import proa.cluster.replication.HintCodec;
import proa.cluster.replication.Lagging;
import proa.cluster.replication.Limits;
import proa.cluster.replication.Outgoing;
import proa.cluster.replication.Replicator;
import proa.cluster.replication.ServerHint;
import proa.cluster.replication.Statistics;
import proa.cluster.tables.Origin;
import proa.cluster.tables.WallTime;
import proa.cluster.transport.Group;
import proa.config.ClusterConfig;
import proa.config.ProaConfig;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

/**
 * A running member. The data path works on the tables at once; one thread, the replicator, owns
 * everything that concerns other nodes; another one joins the group in the background.
 */
public final class ClusterMember implements Member {

    private static final Logger log = LoggerFactory.getLogger(ClusterMember.class);

    private static final long CHORES_NANOS = 100_000_000L;
    private static final long STEER_NANOS = 10_000_000_000L;
    private static final long REJOIN_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 2_000;

    /** For shrinking a table of millions on a busy machine. */
    private static final long ORDER_SECONDS = 30;

    private static final long LAST_WORDS_NANOS = 50_000_000L;

    /** After a failure, so that what fails again does not keep a processor busy. */
    private static final long FAILED_NANOS = 10_000_000L;

    private final ClusterConfig cluster;
    private final ClusterConfig.Node node;
    private final Optional<SSLContext> tls;
    private final Origin self;
    private final Tables tables;
    private final Changes changes;
    private final Inbox inbox;
    private final Intake intake;
    private final Limiters limiters;
    private final Work work = new Work();
    private final Orders orders;
    private final Membership membership;
    private final Replicator replicator;
    private final Lagging lagging;
    private final AbsenceLog absences;
    private final List<Consumer<View>> listeners = new CopyOnWriteArrayList<>();
    private final HintExchange hints;
    private final PostBox post;
    private final ExecutorService views;
    private final Thread replicating;
    private final Thread joining;

    private volatile View view;
    private volatile @Nullable Group group;
    private volatile Statistics statistics;
    private volatile boolean synchronised;
    private volatile boolean closing;
    private volatile boolean behind;
    private volatile long lookedNanos;

    private WallTime wall;
    private long choresDueNanos;
    private long steerDueNanos;
    private long clocksAhead;

    /**
     * Starts the membership of a node and returns at once; the group is joined in the background.
     *
     * @param config with the node's tables and the cluster's members
     * @param node the node's name in the file
     * @param incarnation larger than at every start of this node before
     * @param tls mutual TLS; empty only where the operator says {@code insecure}
     */
    public static Member start(
            ProaConfig config, String node, long incarnation, Optional<SSLContext> tls) {
        ClusterMember member = new ClusterMember(config, node, incarnation, tls);
        member.replicating.start();
        member.joining.start();
        return member;
    }

    private ClusterMember(
            ProaConfig config, String name, long incarnation, Optional<SSLContext> tls) {
        this.cluster = config.cluster();
        this.node =
                cluster.node(name)
                        .orElseThrow(() -> new IllegalArgumentException("no node " + name));
        this.tls = tls;
        this.self = new Origin(node.id(), incarnation);
        long nowNanos = System.nanoTime();
        this.wall = WallClock.read();
        this.replicating =
                Thread.ofPlatform().daemon().name("replicator").unstarted(this::replicate);
        this.joining = Thread.ofPlatform().daemon().name("members-join").unstarted(this::join);
        this.views =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("members-view").factory());
        Runnable wake = () -> LockSupport.unpark(replicating);
        this.orders = new Orders(wake, ORDER_SECONDS);
        this.hints = new HintExchange(views);
        this.post = new PostBox(cluster, views, this::send);
        this.changes = new Changes(Limits.DEFAULTS.batchEntries(), wake);
        this.inbox = new Inbox(wake);
        this.intake = new Intake(inbox, work, System::nanoTime, this::arrived, this::seen);
        long seed = new SecureRandom().nextLong();
        this.tables = new Tables(config, self, wall, seed, changes, System::nanoTime);
        this.limiters = new Limiters(cluster, self.node(), tables, wake, nowNanos);
        this.replicator = new Replicator(self, tables, Limits.DEFAULTS, wall);
        replicator.loans(limiters);
        this.membership = new Membership(cluster, name);
        this.view = view(membership.sight());
        this.statistics = replicator.statistics(nowNanos);
        this.lagging = new Lagging(cluster.maxLag().toNanos());
        this.absences = new AbsenceLog(cluster, name, nowNanos);
        this.lookedNanos = nowNanos;
        this.choresDueNanos = nowNanos;
        this.steerDueNanos = nowNanos + STEER_NANOS;
    }

    @Override
    public void make(ProaConfig config) {
        orders.give(
                () -> {
                    boolean began = tables.make(config, wall);
                    limiters.follow();
                    if (began) {
                        send(replicator.fetch(System.nanoTime()));
                    }
                });
    }

    @Override
    public void follow(ProaConfig config) {
        orders.give(() -> tables.follow(config));
    }

    @Override
    public void retain(ProaConfig config) {
        orders.give(
                () -> {
                    tables.retain(config);
                    limiters.follow();
                });
    }

    @Override
    public SharedTable table(String name) {
        return tables.table(name);
    }

    @Override
    public Limiter limiter(Limit limit) {
        return limiters.limiter(limit);
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public void onView(Consumer<View> listener) {
        views.execute(
                () -> {
                    listeners.add(listener);
                    listener.accept(view);
                });
    }

    @Override
    public void hint(ServerHint hint) {
        hints.add(hint);
        LockSupport.unpark(replicating);
    }

    @Override
    public void onHint(Consumer<ServerHint> listener) {
        hints.listen(listener);
    }

    @Override
    public Post post() {
        return post;
    }

    @Override
    public boolean synchronised() {
        return synchronised && !work.failing();
    }

    @Override
    public long lagNanos() {
        return Math.max(statistics.lagNanos(), unseenNanos());
    }

    @Override
    public boolean behind() {
        boolean stuck = unseenNanos() > cluster.maxLag().toNanos() + Lagging.ENTER_NANOS;
        return behind || stuck && view.members().size() > 1;
    }

    /** For how long a replicator that should look at everything ten times a second has not. */
    private long unseenNanos() {
        return Math.max(0, System.nanoTime() - lookedNanos - 2 * CHORES_NANOS);
    }

    @Override
    public String statusJson() {
        return StatusJson.of(
                node.name(),
                self,
                view,
                synchronised(),
                lagNanos(),
                statistics,
                inbox,
                group,
                limiters.json(),
                tables.all());
    }

    @Override
    public void close() {
        orders.close(); // first: whoever is not told so waits for a thread that goes on
        closing = true;
        joining.interrupt();
        LockSupport.unpark(replicating);
        await(replicating);
        await(joining);
        views.shutdown();
    }

    /** Where what the group says waits. */
    Inbox inbox() {
        return inbox;
    }

    /** The group, once joined. */
    @Nullable Group group() {
        return group;
    }

    private void await(Thread thread) {
        try {
            if (!thread.join(java.time.Duration.ofMillis(CLOSE_MILLIS))) {
                log.warn("{} did not end within {} ms", thread.getName(), CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The joining thread: until it works, since a port in use or a cut cable may pass. */
    private void join() {
        String said = "";
        while (!closing) {
            try {
                joined(Group.join(cluster, node, self.incarnation(), tls, inbox));
                return;
            } catch (IOException e) {
                String message = String.valueOf(e.getMessage());
                if (!message.equals(said)) {
                    log.error(
                            "{} at {}:{}; trying again every second",
                            message,
                            node.address().getHostAddress(),
                            cluster.ports().members());
                    said = message;
                }
                pause();
            }
        }
    }

    /** From here on what the group says is listened to; it waited in the inbox. */
    private void joined(Group joined) {
        group = joined;
        LockSupport.unpark(replicating);
        if (closing) {
            joined.close();
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(REJOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The replicator thread. */
    private void replicate() {
        while (!closing) {
            long due = step();
            long now = System.nanoTime();
            // A lock that is waited for on the way may have used up what would end the pause.
            if (due > now && !called()) {
                LockSupport.parkNanos(this, due - now);
            }
        }
        orders.carryOut();
        work.done(Work.Part.LEAVING, () -> send(replicator.flush(System.nanoTime())));
        Group running = group;
        if (running != null) {
            // Who has put a leaver out of the view drops what it has sent just before.
            LockSupport.parkNanos(LAST_WORDS_NANOS);
            running.close();
        }
    }

    /** Does what there is to do; when to come again at the latest. */
    private long step() {
        orders.carryOut();
        boolean more = group != null && intake.some();
        noteSynchronised();
        long nowNanos = System.nanoTime(); // all that took its time
        boolean sent = work.done(Work.Part.BATCHES, () -> send(changes.due(replicator, nowNanos)));
        long sooner = sent ? Long.MIN_VALUE : nowNanos + FAILED_NANOS;
        if (choresDueNanos <= nowNanos) {
            choresDueNanos = nowNanos + CHORES_NANOS;
            work.done(Work.Part.CHORES, () -> chores(nowNanos));
        }
        work.done(Work.Part.LOANS, this::ask);
        work.done(Work.Part.HINTS, () -> send(hints.due(nowNanos)));
        long due = Math.min(Math.min(replicator.dueNanos(), hints.dueNanos()), choresDueNanos);
        return more ? nowNanos : Math.max(sooner, due);
    }

    /** Whether something has come since the last look. */
    private boolean called() {
        return group != null && !inbox.isEmpty()
                || changes.unseen()
                || !orders.isEmpty()
                || limiters.asks();
    }

    private void ask() {
        for (Limiters.Ask ask = limiters.next(); ask != null; ask = limiters.next()) {
            send(replicator.ask(ask.member(), ask.of(), ask.wanted(), ask.askedNanos()));
        }
    }

    private void arrived(int from, byte[] bytes, long nowNanos) {
        if (HintCodec.isHint(bytes)) {
            hints.arrived(bytes);
        } else if (!post.arrived(from, bytes)) {
            send(replicator.received(from, bytes, nowNanos));
        }
    }

    private void seen(List<Integer> ids, long nowNanos) {
        View before = view;
        View seen = view(membership.view(ids));
        // Who comes may have what is not here: nobody sees it together with the answer of before.
        synchronised &= before.members().containsAll(seen.members());
        view = seen;
        log.info(
                "members in sight: {}{}",
                String.join(", ", seen.members()),
                seen.quorum() ? "" : " (a minority)");
        // First, so that a replicator that fails does not hide a lost quorum.
        if (!before.equals(seen)) {
            views.execute(() -> listeners.forEach(listener -> listener.accept(seen)));
        }
        Set<Integer> others =
                cluster.peersOf(node.name()).stream()
                        .map(ClusterConfig.Node::id)
                        .filter(ids::contains)
                        .collect(Collectors.toSet());
        limiters.seen(List.copyOf(others));
        send(replicator.view(others, nowNanos));
        synchronised = replicator.synchronised();
        informIfSynchronised();
    }

    private void chores(long nowNanos) {
        tables.expire(nowNanos);
        statistics = replicator.statistics(nowNanos);
        look(nowNanos);
        absences.look(view.members(), nowNanos);
        informIfSynchronised();
        limiters.tidy(nowNanos);
        if (steerDueNanos <= nowNanos) {
            steerDueNanos = nowNanos + STEER_NANOS;
            wall = WallClock.steer(wall, nowNanos);
            replicator.steer(wall);
            tables.steer(wall);
            warnOfClock();
        }
    }

    private void noteSynchronised() {
        if (!synchronised && replicator.synchronised()) {
            synchronised = true;
            log.info("tables are here");
        }
    }

    private void look(long nowNanos) {
        boolean before = behind;
        long lagNanos = statistics.lagNanos();
        behind = lagging.look(lagNanos, view.members().size() < 2, nowNanos);
        lookedNanos = nowNanos;
        if (behind && !before) {
            log.warn(
                    "behind the other members by {} ms, max-lag is {} ms: not ready",
                    TimeUnit.NANOSECONDS.toMillis(lagNanos),
                    cluster.maxLag().toMillis());
        } else if (before && !behind) {
            log.info("no longer behind the other members");
        }
    }

    /** Once is enough: who comes into sight later has counted in slots of its own. */
    private void informIfSynchronised() {
        if (synchronised) {
            limiters.inform();
        }
    }

    private void warnOfClock() {
        if (statistics.clocksAhead() > clocksAhead) {
            clocksAhead = statistics.clocksAhead();
            log.warn(
                    "the clock of {} is more than a second ahead of ours: check time"
                            + " synchronisation",
                    post.name(replicator.clockAheadNode()));
        }
    }

    private void send(List<Outgoing> messages) {
        Group running = group;
        if (running == null) {
            return;
        }
        for (Outgoing message : messages) {
            try {
                if (message.to() == Outgoing.ALL) {
                    running.sendToAll(message.bytes());
                } else {
                    running.sendTo(message.to(), message.bytes());
                }
            } catch (IOException e) {
                // Whatever was lost is missed by its number and fetched again.
                log.debug("not sent", e);
            }
        }
    }

    private static View view(Membership.Sight sight) {
        return new View(sight.number(), sight.members(), sight.quorum());
    }
}
