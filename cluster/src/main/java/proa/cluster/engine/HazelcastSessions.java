package proa.cluster.engine;

import com.hazelcast.aggregation.Aggregators;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.splitbrainprotection.SplitBrainProtection;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionReply;
import proa.cluster.sessions.SessionValue;
import proa.config.ClusterConfig;
import proa.config.ProaConfig;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;

/**
 * The session store on Hazelcast: each key has an owner and one backup among the members, and a
 * write is acknowledged by both. See {@link SessionChange} for why repeating is safe.
 */
public final class HazelcastSessions implements WishedStore {

    private static final Logger LOG = LoggerFactory.getLogger(HazelcastSessions.class);

    /** Before the next start of an engine that did not start or has ended, in milliseconds. */
    private static final long RESTART_MILLIS = 1_000;

    private final ClusterConfig cluster;
    private final Peers peers;
    private final Wakefulness awake;
    private final EngineClock clock;
    private final AutoCloseable tunnels;
    private final Attempts attempts = new Attempts();
    private final SplitHealing healing =
            new SplitHealing(this::local, keys -> TellStamp.of(others(), keys), this::heal);
    private final Thread runner;
    private final Doubt doubt;
    private volatile @Nullable HazelcastInstance engine;
    private volatile @Nullable InPlace reads;
    private volatile @Nullable SplitBrainProtection majority;
    private volatile @Nullable Settling settling;
    private volatile @Nullable String failure;
    private volatile boolean closed;

    /** What was kept on a disk comes first. */
    private volatile boolean open;

    private HazelcastSessions(
            ClusterConfig cluster,
            ClusterConfig.Node self,
            Member member,
            AutoCloseable tunnels,
            boolean open) {
        this.cluster = cluster;
        peers = Peers.of(cluster, member);
        this.open = open;
        this.tunnels = tunnels;
        clock = new EngineClock(self.id());
        awake = Wakefulness.watch(() -> engine, cluster.nodes().size() <= EngineConfig.MAJORITY);
        Departures.tell(cluster, member, () -> engine);
        doubt = new Doubt(cluster, self.name(), member, () -> engine, healing::active);
        runner =
                Thread.ofPlatform()
                        .name("session-engine")
                        .daemon()
                        .unstarted(() -> keepRunning(self));
    }

    /**
     * Starts this member's engine in the background; calls end in {@link SessionException.Starting}
     * until it has joined its peers or found none.
     *
     * @param tls for the tunnels between members; empty: in clear text
     * @param member tells which peers are there
     * @throws java.io.UncheckedIOException when the tunnel's port is taken
     */
    public static HazelcastSessions start(
            ProaConfig config, String node, Optional<SSLContext> tls, Member member) {
        ClusterConfig cluster = config.cluster();
        ClusterConfig.Node self = cluster.node(node).orElseThrow();
        HazelcastSessions sessions =
                new HazelcastSessions(
                        cluster,
                        self,
                        member,
                        Tunnels.open(cluster, self, tls, member),
                        config.sessions().snapshot().isEmpty());
        sessions.runner.start();
        return sessions;
    }

    /**
     * An engine that could not join the others after a split ends by itself, and so may one that
     * finds itself broken: the next one takes its place.
     */
    private void keepRunning(ClusterConfig.Node self) {
        try {
            // The engine's first words come before it has read its configuration.
            System.setProperty(EngineConfig.LOGGING, EngineConfig.LOGGING_BY);
            peers.await(() -> closed);
            warmUp(self);
            while (!closed) {
                CountDownLatch ended = new CountDownLatch(1);
                if (join(self, ended)) {
                    ended.await();
                }
                if (!closed) {
                    TimeUnit.MILLISECONDS.sleep(RESTART_MILLIS);
                }
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void warmUp(ClusterConfig.Node self) {
        try {
            EngineWarmUp.once(cluster, self);
        } catch (RuntimeException | Error e) {
            LOG.warn("sessions: warming the engine up", e);
        }
    }

    private boolean join(ClusterConfig.Node self, CountDownLatch ended) {
        HazelcastInstance joined = null;
        try {
            EngineTime.beginAnew();
            joined = Hazelcast.newHazelcastInstance(EngineConfig.of(cluster, self));
            joined.getLifecycleService().addLifecycleListener(event -> changed(event, ended));
            if (closed) {
                joined.getLifecycleService().terminate();
                return true;
            }
            new Moves(attempts, clock, System.nanoTime()).listenTo(joined);
            Settling copies = Settling.of(joined);
            settling = copies;
            majority = EngineConfig.majority(joined, cluster);
            engine = joined;
            reads = new InPlace(new LocalReads(joined), copies);
            failure = null;
            healing.joined();
            LOG.info("sessions: joined, {} members", joined.getCluster().getMembers().size());
            return true;
        } catch (RuntimeException | Error e) { // as where there is no thread for it yet
            if (!closed) {
                failure = "the session engine did not start: " + e.getMessage();
                LOG.error("sessions: {}", failure);
            }
            if (joined != null) {
                joined.getLifecycleService().terminate(); // there is one of its name at a time
            }
            return false;
        }
    }

    /** Called by the engine, on the thread that changes its state. */
    private void changed(LifecycleEvent event, CountDownLatch ended) {
        switch (event.getState()) {
            case MERGING -> {
                Settling copies = settling;
                if (copies != null) {
                    copies.changed();
                }
                healing.separated();
                EngineTime.beginAnew(); // before it is measured against the master's
            }
            case MERGED -> healing.joined();
            case MERGE_FAILED ->
                    LOG.error("sessions: this member could not join the others after a split");
            case SHUTDOWN -> {
                if (!closed) {
                    LOG.error("sessions: the engine has ended and is started again");
                }
                reads = null;
                engine = null;
                Settling ofIt = settling;
                if (ofIt != null) {
                    ofIt.close();
                }
                ended.countDown();
            }
            default -> {} // on the way to one of those
        }
    }

    private Collection<SessionCopy> local() {
        HazelcastInstance now = engine;
        return now == null ? List.of() : new LocalCopies(now).all();
    }

    private CompletionStage<?> heal(SessionCopy held) {
        return others().submitToKey(held.key(), new KeepLater(held.value(), clock.nowMillis()));
    }

    /** Also while this member leaves. */
    private IMap<String, byte[]> others() {
        HazelcastInstance running = engine;
        if (running == null) {
            throw new IllegalStateException("no engine");
        }
        return running.getMap(EngineConfig.MAP);
    }

    @Override
    public byte @Nullable [] get(String key) throws SessionException {
        SessionValue found = alive(key);
        if (found != null && found.kind() != SessionValue.Kind.TEXT) {
            throw new SessionException.WrongType();
        }
        return found == null ? null : found.value();
    }

    @Override
    public @Nullable SessionValue find(String key) throws SessionException {
        return alive(key);
    }

    @Override
    public Holders holders(String key) throws SessionException {
        return new LocalReads(running()).holders(key, cluster.nodes());
    }

    @Override
    public byte @Nullable [] atHand(String key) {
        return textAt(held(key), clock.nowMillis());
    }

    /**
     * What is stored under a key, if a copy lies here and this member may answer from it: asked
     * after the copy was read, for a process may stop between any two instructions.
     */
    private byte @Nullable [] held(String key) {
        InPlace here = reads;
        if (here == null || !open || closed) {
            return null;
        }
        byte[] found = here.copies().find(key);
        return found != null && here.settling().mayReadHere() && mayAnswer() ? found : null;
    }

    private boolean mayAnswer() {
        SplitBrainProtection needed = majority;
        return peers.quorum() && (needed == null || needed.hasMinimumSize()) && awake.current();
    }

    @Override
    public List<byte @Nullable []> getAll(List<String> keys) throws SessionException {
        IMap<String, byte[]> map = map();
        Map<String, byte[]> stored = new HashMap<>();
        Set<String> elsewhere = new LinkedHashSet<>();
        for (String key : keys) {
            byte[] here = held(key);
            if (here == null) {
                elsewhere.add(key);
            } else {
                stored.put(key, here);
            }
        }
        if (!elsewhere.isEmpty()) {
            stored.putAll(
                    read(
                            doubt.sure(
                                    () -> map.getAll(elsewhere),
                                    found -> found.size() == elsewhere.size())));
        }
        long now = clock.nowMillis();
        return keys.stream().<byte @Nullable []>map(key -> textAt(stored.get(key), now)).toList();
    }

    private static byte @Nullable [] textAt(byte @Nullable [] stored, long nowMillis) {
        return stored == null ? null : SessionValue.textAt(stored, nowMillis);
    }

    @Override
    public long ttlMillis(String key) throws SessionException {
        SessionValue found = alive(key);
        return found == null ? ABSENT : found.keptForMillis(nowMillis());
    }

    @Override
    public boolean exists(String key) throws SessionException {
        return alive(key) != null;
    }

    @Override
    public Page scan(long cursor, @Nullable String glob, int count) throws SessionException {
        HazelcastInstance running = running();
        KeyScan scan = new KeyScan(running, running.getMap(EngineConfig.MAP), clock.nowMillis());
        return read(() -> scan.page(cursor, glob, count));
    }

    @Override
    public long size(String prefix) throws SessionException {
        IMap<String, byte[]> map = map();
        AliveKeys alive = new AliveKeys(prefix, clock.nowMillis());
        return read(() -> map.aggregate(Aggregators.count(), alive));
    }

    @Override
    public boolean writable() {
        int needed = cluster.nodes().size() > EngineConfig.MAJORITY ? EngineConfig.MAJORITY : 1;
        return !closed && open && peers.quorum() && members() >= needed;
    }

    @Override
    public int members() {
        HazelcastInstance running = engine;
        try {
            return running == null ? 0 : running.getCluster().getMembers().size();
        } catch (HazelcastInstanceNotActiveException _) {
            return 0;
        }
    }

    @Override
    public boolean settled() {
        Settling copies = settling;
        return copies != null && copies.settled() && !healing.active();
    }

    @Override
    public long nowMillis() {
        return clock.nowMillis();
    }

    @Override
    public long conflicts() {
        return Conflicts.HERE.sum();
    }

    @Override
    public void close() {
        closed = true;
        Settling copies = settling;
        if (copies != null) {
            copies.close();
        }
        healing.close();
        doubt.close();
        awake.close();
        HazelcastInstance running = engine;
        if (running != null) {
            // Graceful: hands copies over, so that nobody waits for this member.
            running.getLifecycleService().shutdown();
        }
        runner.interrupt();
        try {
            tunnels.close();
        } catch (Exception e) {
            LOG.warn("sessions: closing the tunnels: {}", e.toString());
        }
    }

    private @Nullable SessionValue alive(String key) throws SessionException {
        IMap<String, byte[]> map = map();
        byte @Nullable [] stored = held(key);
        if (stored == null) {
            stored =
                    this.<byte @Nullable []>read(
                            doubt.<byte @Nullable []>sure(() -> map.get(key), Objects::nonNull));
        }
        if (stored == null) {
            return null;
        }
        SessionValue value = SessionValue.decode(stored);
        return value.aliveAt(clock.nowMillis()) ? value : null;
    }

    @Override
    public void copies(Consumer<List<SessionCopy>> to) throws SessionException {
        Keeping.copies(here(), to);
    }

    @Override
    public void bring(SessionCopy copy) throws SessionException {
        IMap<String, byte[]> map = Keeping.map(joined(), EngineConfig.MAP);
        KeepLater kept = KeepLater.restored(copy.value(), clock.nowMillis());
        this.<@Nullable Void>read(() -> healing.kept(() -> map.executeOnKey(copy.key(), kept)));
    }

    @Override
    public Life life() throws SessionException {
        return Keeping.life(here());
    }

    @Override
    public long asOfMillis() {
        return clock.nowMillis() - TimeUnit.NANOSECONDS.toMillis(peers.apartNanos());
    }

    @Override
    public long remembers(String life, long takenMillis) throws SessionException {
        IMap<String, Long> lives = Keeping.map(joined(), EngineConfig.LIVES);
        return read(() -> lives.merge(life, takenMillis, Math::max));
    }

    @Override
    public void open() {
        open = true;
    }

    private HazelcastInstance running() throws SessionException {
        HazelcastInstance joined = joined();
        if (!open) {
            throw new SessionException.Starting("sessions are being read from the disk");
        }
        return joined;
    }

    private HazelcastInstance joined() throws SessionException {
        HazelcastInstance running = here();
        if (!peers.quorum()) {
            throw new SessionException.Minority(Attempts.MINORITY);
        }
        return running;
    }

    /** Also of a member that is apart from the others: it has what nobody else may have. */
    private HazelcastInstance here() throws SessionException {
        HazelcastInstance running = engine;
        if (closed) {
            throw new SessionException.Unavailable("this node is leaving");
        }
        if (failure != null) {
            throw new SessionException.Unavailable(failure);
        }
        if (running == null) {
            throw new SessionException.Starting("the session store is joining its peers");
        }
        return running;
    }

    private IMap<String, byte[]> map() throws SessionException {
        return Keeping.map(running(), EngineConfig.MAP);
    }

    @Override
    public SessionReply change(String key, Wish wish) throws SessionException {
        IMap<String, byte[]> map = map();
        boolean wantsBefore = wish.wantsBefore();
        if (wish.dependsOnBefore() && doubt.any()) {
            alive(key); // or fails while it may be elsewhere
        }
        SessionReply reply =
                patience(wantsBefore)
                        .change(
                                wish,
                                clock,
                                change -> carry(map, key, new ApplyChange(change, wantsBefore)));
        if (wantsBefore && reply.outcome() == SessionChange.Outcome.WRONG_TYPE) {
            throw new SessionException.WrongType();
        }
        return reply;
    }

    private SessionReply carry(IMap<String, byte[]> map, String key, ApplyChange change) {
        return SessionReply.decode(healing.kept(() -> map.executeOnKey(key, change)));
    }

    private Patience patience(boolean onlyOnce) {
        return new Patience(attempts, peers::quorum, awake::current, onlyOnce);
    }

    private <T extends @Nullable Object> T read(Callable<T> call) throws SessionException {
        return patience(false).answer(call);
    }

    /** Copies, and what says whether they may be read where they lie: of one engine. */
    private record InPlace(LocalReads copies, Settling settling) {}
}
