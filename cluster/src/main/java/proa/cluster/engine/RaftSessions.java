package proa.cluster.engine;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.cluster.raft.SessionAnswer;
import proa.cluster.raft.SessionCommand;
import proa.cluster.raft.SessionMachine;
import proa.cluster.raft.SessionQuery;
import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionCopy;
import proa.cluster.sessions.SessionException;
import proa.cluster.sessions.SessionReply;
import proa.cluster.sessions.SessionValue;
import proa.config.ClusterConfig;
import proa.config.ProaConfig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;

/**
 * The session store by Raft, for three members: a write that is acknowledged is in the logs of two
 * on their disks, and a read is answered by a leader that two say still leads. See decision 47.
 */
public final class RaftSessions implements WishedStore {

    /** The log's folder in the state directory. */
    public static final String FOLDER = "sessions.raft";

    private static final Logger LOG = LoggerFactory.getLogger(RaftSessions.class);
    private static final int COPIES_PAGE = 1_000;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Until joining is tried again, when the port is taken for example. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClusterConfig cluster;
    private final Peers peers;
    private final EngineClock clock;
    private final RaftMember member;
    private final Thread starter;
    private volatile @Nullable RaftLink link;
    private volatile @Nullable String failure;
    private volatile boolean closed;

    /** What was kept on a disk comes first. */
    private volatile boolean open;

    private RaftSessions(
            ProaConfig config,
            ClusterConfig.Node self,
            Peers peers,
            RaftMember member,
            EngineClock clock,
            Optional<SSLContext> tls) {
        this.cluster = config.cluster();
        this.peers = peers;
        this.member = member;
        this.clock = clock;
        open = config.sessions().snapshot().isEmpty();
        starter =
                Thread.ofPlatform()
                        .name("session-raft-start")
                        .daemon()
                        .unstarted(() -> connect(self, tls));
    }

    /**
     * Reads this member's log and begins to look for the others in the background; calls end in
     * {@link SessionException.Starting} until then.
     *
     * @param tls between the members; empty: in clear text
     * @param membership tells whether a majority is there
     * @param stateDirectory has, or gets, {@link #FOLDER}
     * @throws UncheckedIOException when the folder cannot be used
     */
    public static RaftSessions start(
            ProaConfig config,
            String node,
            Optional<SSLContext> tls,
            Member membership,
            Path stateDirectory) {
        ClusterConfig cluster = config.cluster();
        ClusterConfig.Node self = cluster.node(node).orElseThrow();
        EngineClock clock = new EngineClock(self.id());
        try {
            RaftMember member =
                    RaftMember.open(cluster, self, stateDirectory.resolve(FOLDER), clock);
            RaftSessions sessions =
                    new RaftSessions(
                            config, self, Peers.of(cluster, membership), member, clock, tls);
            sessions.starter.start();
            return sessions;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** The joining thread: until it works, since a port in use may pass. */
    private void connect(ClusterConfig.Node self, Optional<SSLContext> tls) {
        while (!closed && !joined(self, tls)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean joined(ClusterConfig.Node self, Optional<SSLContext> tls) {
        try {
            RaftLink joined = RaftLink.join(cluster, self, tls, member);
            if (closed) {
                joined.close();
                return true;
            }
            failure = null;
            link = joined;
            member.connect(joined);
            if (closed) {
                joined.close();
            }
            return true;
        } catch (IOException e) {
            String why = "the session engine did not start: " + e.getMessage();
            boolean known = why.equals(failure);
            failure = why;
            if (!known) {
                LOG.error("sessions: {}; trying again every second", why);
            }
            return false;
        }
    }

    // ---- reads

    @Override
    public byte @Nullable [] get(String key) throws SessionException {
        SessionValue found = find(key);
        if (found != null && found.kind() != SessionValue.Kind.TEXT) {
            throw new SessionException.WrongType();
        }
        return found == null ? null : found.value();
    }

    @Override
    public @Nullable SessionValue find(String key) throws SessionException {
        return values(List.of(key)).getFirst();
    }

    @Override
    public List<byte @Nullable []> getAll(List<String> keys) throws SessionException {
        return values(keys).stream()
                .<byte @Nullable []>map(
                        found ->
                                found != null && found.kind() == SessionValue.Kind.TEXT
                                        ? found.value()
                                        : null)
                .toList();
    }

    private List<@Nullable SessionValue> values(List<String> keys) throws SessionException {
        if (query(new SessionQuery.Read(keys)) instanceof SessionAnswer.Values(var values)) {
            return values;
        }
        throw new IllegalStateException("not the answer to a read");
    }

    private SessionAnswer query(SessionQuery query) throws SessionException {
        running();
        return member.calls().call(false, query.encode(), false).answer();
    }

    @Override
    public Holders holders(String key) throws SessionException {
        running();
        int leader = member.leader();
        List<String> others =
                cluster.nodes().stream()
                        .filter(node -> node.id() != leader)
                        .map(ClusterConfig.Node::name)
                        .toList();
        return new Holders(
                cluster.nodes().stream()
                        .filter(node -> node.id() == leader)
                        .map(ClusterConfig.Node::name)
                        .findFirst()
                        .orElse(""),
                leader == 0 ? "" : others.getFirst());
    }

    @Override
    public long ttlMillis(String key) throws SessionException {
        SessionValue found = find(key);
        return found == null ? ABSENT : found.keptForMillis(nowMillis());
    }

    @Override
    public boolean exists(String key) throws SessionException {
        return find(key) != null;
    }

    @Override
    public Page scan(long cursor, @Nullable String glob, int count) throws SessionException {
        if (query(new SessionQuery.Scan(cursor, glob, count))
                instanceof SessionAnswer.Keys(long next, List<String> keys)) {
            return new Page(next, keys);
        }
        throw new IllegalStateException("not the answer to a scan");
    }

    @Override
    public long size(String prefix) throws SessionException {
        return number(query(new SessionQuery.Size(prefix)));
    }

    private long number(SessionAnswer answer) throws SessionException {
        return switch (answer) {
            case SessionAnswer.Count(long number) -> number;
            case SessionAnswer.Forgotten(long time) -> throw forgotten(time);
            default -> throw new IllegalStateException("not a number for an answer");
        };
    }

    // ---- changes

    @Override
    public SessionReply change(String key, Wish wish) throws SessionException {
        running();
        SessionChange change = wish.at(clock.next(), clock.nowMillis());
        SessionAnswer answer =
                command(
                        new SessionCommand(
                                0,
                                change.stamp(),
                                new SessionCommand.Deed.Change(key, wish.wantsBefore(), change)),
                        wish.displaces());
        SessionReply reply =
                switch (answer) {
                    case SessionAnswer.Changed(SessionReply done) -> done;
                    case SessionAnswer.Forgotten(long time) -> throw forgotten(time);
                    default -> throw new IllegalStateException("not the answer to a change");
                };
        clock.observe(reply.seenTime());
        if (wish.wantsBefore() && reply.outcome() == SessionChange.Outcome.WRONG_TYPE) {
            throw new SessionException.WrongType();
        }
        return reply;
    }

    private SessionException forgotten(long time) {
        clock.observe(time);
        return new SessionException.Unknown(
                "it was repeated so late that nobody remembers whether it was done");
    }

    private SessionAnswer command(SessionCommand command, boolean unknown) throws SessionException {
        return member.calls().call(true, command.encode(), unknown).answer();
    }

    // ---- the store

    @Override
    public boolean writable() {
        return !closed
                && open
                && why() == null
                && peers.quorum()
                && member.leader() != 0
                && !member.hangs();
    }

    @Override
    public int members() {
        return member.members();
    }

    @Override
    public boolean settled() {
        return member.settled();
    }

    @Override
    public long dropped() {
        return member.dropped();
    }

    @Override
    public long nowMillis() {
        return clock.nowMillis();
    }

    @Override
    public void copies(Consumer<List<SessionCopy>> to) throws SessionException {
        joined();
        SessionCommand look =
                new SessionCommand(
                        0, clock.next(), new SessionCommand.Deed.Look(new SessionQuery.Life()));
        long needed = member.calls().call(true, look.encode(), false).applied();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
        while (member.appliedIndex() < needed) {
            if (System.nanoTime() - deadline >= 0) {
                throw new SessionException.Unavailable("this node has not caught up in time");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        List<SessionCopy> copies = still().copies();
        for (int from = 0; from < copies.size(); from += COPIES_PAGE) {
            to.accept(copies.subList(from, Math.min(copies.size(), from + COPIES_PAGE)));
        }
    }

    private SessionMachine still() throws SessionException {
        try {
            return member.copy().get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionException.Unavailable("interrupted");
        } catch (ExecutionException | TimeoutException e) {
            throw new SessionException.Unavailable("not all copies: " + e);
        }
    }

    @Override
    public void bring(SessionCopy copy) throws SessionException {
        joined();
        number(
                command(
                        new SessionCommand(
                                0,
                                clock.next(),
                                new SessionCommand.Deed.Keep(copy.key(), copy.value())),
                        false));
    }

    @Override
    public Life life() throws SessionException {
        joined();
        byte[] query = new SessionQuery.Life().encode();
        if (member.calls().call(false, query, false).answer()
                instanceof SessionAnswer.Life(String id, long ageMillis)) {
            return new Life(id, ageMillis);
        }
        throw new IllegalStateException("not the answer to a question for the life");
    }

    @Override
    public long remembers(String life, long takenMillis) throws SessionException {
        joined();
        return number(
                command(
                        new SessionCommand(
                                0,
                                clock.next(),
                                new SessionCommand.Deed.Remember(life, takenMillis)),
                        false));
    }

    @Override
    public void open() {
        open = true;
    }

    private @Nullable String why() {
        String mine = failure;
        return mine == null ? member.failure() : mine;
    }

    private void running() throws SessionException {
        joined();
        if (!open) {
            throw new SessionException.Starting("sessions are being read from the disk");
        }
    }

    private void joined() throws SessionException {
        String why = why();
        if (why != null) {
            throw new SessionException.Unavailable(why);
        }
        if (link == null) {
            throw new SessionException.Starting("the session store is joining its peers");
        }
        if (!peers.quorum()) {
            throw new SessionException.Minority(Attempts.MINORITY);
        }
    }

    /** For tests that separate members. */
    @Nullable RaftLink link() {
        return link;
    }

    /** For tests: where this member stands. */
    String standing() {
        return member.standing() + " settled " + settled() + " members " + members();
    }

    /** For tests: who leads, as far as this member knows; 0: nobody. */
    int leader() {
        return member.leader();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(starter);
        member.close();
    }
}
