package proa.cluster.engine;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.raft.MachineFormat;
import proa.cluster.raft.Raft;
import proa.cluster.raft.RaftEntry;
import proa.cluster.raft.RaftMessage;
import proa.cluster.raft.RaftPace;
import proa.cluster.raft.RaftSnapshot;
import proa.cluster.raft.RaftWork;
import proa.cluster.raft.SessionAnswer;
import proa.cluster.raft.SessionCommand;
import proa.cluster.raft.SessionMachine;
import proa.cluster.raft.SessionQuery;
import proa.cluster.sessions.SessionChange;
import proa.cluster.sessions.SessionReply;
import proa.cluster.transport.Group;
import proa.config.ClusterConfig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One thread that owns this member's part in the agreement, its disk and its sessions: takes what
 * has come, writes what must be kept, and only then says and answers what follows from it.
 */
final class RaftMember implements Group.Listener, RaftCalls.Way, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RaftMember.class);

    /** Events taken together, so that they share one writing to the disk. */
    private static final int TOGETHER_MAX = 2_000;

    /** After this the thread hangs, with the disk most likely. */
    private static final long TURN_NANOS_MAX = TimeUnit.SECONDS.toNanos(2);

    /** No turn is being taken. */
    private static final long RESTING = 0;

    /** A disk that hangs must not keep the node. */
    private static final Duration END_MAX = Duration.ofSeconds(10);

    private final ClusterConfig.Node self;
    private final int voters;
    private final RaftDisk disk;
    private final Raft raft;
    private final EngineClock clock;
    private final RaftCalls calls = new RaftCalls(this);
    private final RaftAnswers answers;
    private final RaftEvents events = new RaftEvents();
    private final RaftSnapshots snapshots;
    private final Thread thread;

    private SessionMachine machine;
    private long applied;
    private long question;
    private long ledTerm;
    private Set<Integer> inView = Set.of();

    private volatile @Nullable RaftLink link;
    private volatile int leader;
    private volatile boolean ready;
    private volatile boolean settled;
    private volatile String standing = "";
    private boolean fresh;
    private volatile long appliedSeen;
    private volatile int members;
    private volatile long turnNanos = RESTING;
    private volatile @Nullable String failure;
    private volatile boolean closed;

    private RaftMember(
            ClusterConfig cluster,
            ClusterConfig.Node self,
            RaftDisk disk,
            RaftDisk.Found found,
            EngineClock clock) {
        this.self = self;
        voters = cluster.nodes().size();
        this.disk = disk;
        this.clock = clock;
        ByteBuffer content = found.content();
        machine = content == null ? new SessionMachine() : MachineFormat.read(content);
        answers = new RaftAnswers(self.id(), calls, this::say);
        applied = found.state().snapshot().index();
        raft =
                new Raft(
                        self.id(),
                        cluster.peersOf(self.name()).stream().map(ClusterConfig.Node::id).toList(),
                        RaftPace.of(cluster.timing()),
                        new SplittableRandom(),
                        found.state(),
                        System.nanoTime());
        snapshots = new RaftSnapshots(disk, raft, events, found.state().snapshot().size());
        thread = Thread.ofPlatform().name("session-raft").daemon().unstarted(this::run);
        LOG.warn("sessions: the engine raft is experimental, see docs/guide/limits.md");
        if (raft.fresh()) {
            LOG.warn(
                    "sessions: this member's log is empty; it has no vote until it has caught up"
                            + " from two others, or begins a store with two whose logs are empty");
        }
    }

    /**
     * Begins with what is in the folder; nothing is heard before {@link #connect}.
     *
     * @throws IOException when the folder cannot be used
     */
    static RaftMember open(
            ClusterConfig cluster, ClusterConfig.Node self, Path folder, EngineClock clock)
            throws IOException {
        RaftDisk disk = RaftDisk.open(folder, RaftDisk.owner(cluster, self));
        try {
            return new RaftMember(cluster, self, disk, disk.read(), clock);
        } catch (IOException e) {
            disk.close();
            throw e;
        } catch (IllegalStateException e) {
            disk.close();
            throw new IOException(folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** Speaks with the others from now on. */
    void connect(RaftLink to) {
        link = to;
        thread.start();
    }

    RaftCalls calls() {
        return calls;
    }

    // ---- what others ask; any thread

    @Override
    public int leader() {
        return ready ? leader : 0;
    }

    @Override
    public @Nullable String failure() {
        return closed ? "this node is leaving" : failure;
    }

    @Override
    public boolean minority() {
        return leader == 0 && 2 * members <= voters;
    }

    /** Whether this member's disk, most likely, takes so long that nothing is done here. */
    boolean hangs() {
        long began = turnNanos;
        return began != RESTING && System.nanoTime() - began > TURN_NANOS_MAX;
    }

    boolean settled() {
        return settled;
    }

    /** For a log or a test. */
    String standing() {
        return standing;
    }

    int members() {
        return failure == null && leader != 0 ? members : 0;
    }

    long appliedIndex() {
        return appliedSeen;
    }

    /** Messages that had no place to wait, here or on the way out, since the start. */
    long dropped() {
        RaftLink wire = link;
        return events.dropped() + (wire == null ? 0 : wire.dropped());
    }

    /** The sessions here, as of a moment from now on. */
    CompletableFuture<SessionMachine> copy() {
        CompletableFuture<SessionMachine> copy = new CompletableFuture<>();
        if (!events.tell(new RaftEvent.Copy(copy))) {
            copy.completeExceptionally(new IllegalStateException("too much to do"));
        }
        return copy;
    }

    @Override
    public void ask(int to, long id, boolean command, byte[] bytes) {
        if (to == self.id()) {
            events.tell(new RaftEvent.Asked(new RaftAnswers.Asker(to, id), command, bytes));
        } else {
            say(to, command ? RaftEnvelope.Kind.COMMAND : RaftEnvelope.Kind.QUERY, id, bytes);
        }
    }

    @Override
    public void view(List<Integer> ids) {
        events.tellLatest(new RaftEvent.View(List.copyOf(ids)));
    }

    @Override
    public void received(int id, byte[] bytes) {
        // An answer is not this thread's: who waits for it has it, whatever the disk does here.
        if (!calls.heard(id, bytes)) {
            events.tell(new RaftEvent.Arrived(id, bytes));
        }
    }

    private void say(int to, RaftEnvelope.Kind kind, long call, byte[] bytes) {
        RaftLink wire = link;
        if (wire != null) {
            wire.send(to, new RaftEnvelope(kind, call, bytes).encode());
        }
    }

    // ---- the thread

    private void run() {
        try {
            List<RaftEvent> some = new ArrayList<>();
            while (!closed) {
                some.clear();
                events.take(raft.wakeNanos() - System.nanoTime(), TOGETHER_MAX, some);
                turnNanos = System.nanoTime() | 1; // never the sign of none
                turn(some);
                turnNanos = RESTING;
            }
        } catch (InterruptedException _) {
            // closed
        } catch (IOException | UncheckedIOException e) {
            end("its disk refused to keep the sessions' log: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.error("sessions: a defect", e);
            end("a defect: " + e.getMessage());
        } finally {
            disk.close();
        }
    }

    /** A member that cannot keep what it says must not say anything any more. */
    private void end(String why) {
        settled = false;
        if (!closed) {
            failure = "this node's session engine has stopped: " + why;
            LOG.error("sessions: {}", failure);
        }
        RaftLink wire = link;
        if (wire != null) {
            Thread.ofPlatform().name("session-raft-end").daemon().start(wire::close);
        }
    }

    private void turn(List<RaftEvent> some) throws IOException {
        long now = System.nanoTime();
        question = 0;
        for (RaftEvent event : some) {
            happened(event, now);
        }
        if (now - raft.wakeNanos() >= 0) {
            raft.tick(now);
        }
        if (raft.role() == Raft.Role.LEADER && ledTerm != raft.term()) {
            ledTerm = raft.term();
            LOG.info("sessions: this member leads, term {}", ledTerm);
            String life = UUID.randomUUID().toString();
            raft.propose(
                    new SessionCommand(now(), clock.next(), new SessionCommand.Deed.Begin(life))
                            .encode());
        }
        RaftWork work = raft.take();
        long last = raft.last();
        RaftWork.Installed whole = work.install();
        // Read before it is kept: what is not understood must not be what this member begins with.
        SessionMachine read =
                whole == null ? null : MachineFormat.read(ByteBuffer.wrap(whole.bytes()));
        RaftSnapshot kept = work.writes() ? disk.write(work) : null;
        if (kept != null) {
            raft.compact(kept); // not in memory as well
        }
        if (whole != null && read != null) {
            machine = read;
            applied = whole.index();
            snapshots.installed(whole.size());
        }
        raft.written(last);
        for (RaftWork.Sent sent : work.send()) {
            say(sent.to(), RaftEnvelope.Kind.AGREEMENT, 0, sent.message().encode());
        }
        carryOut();
        answers.all(raft, machine, applied);
        publish();
        snapshots.look(machine, applied, now);
    }

    private void happened(RaftEvent event, long now) {
        switch (event) {
            case RaftEvent.Arrived(int from, byte[] bytes) -> arrived(from, bytes, now);
            case RaftEvent.Asked(RaftAnswers.Asker asker, boolean command, byte[] bytes) ->
                    asked(asker, command, bytes);
            case RaftEvent.View(List<Integer> ids) -> {
                Set<Integer> seen = new HashSet<>(ids);
                inView.stream().filter(id -> !seen.contains(id)).forEach(id -> raft.gone(id, now));
                inView = seen;
                members = seen.size();
            }
            case RaftEvent.Prepared done -> snapshots.prepared(done);
            case RaftEvent.Copy(CompletableFuture<SessionMachine> copy) ->
                    copy.complete(machine.copy());
            case RaftEvent.Failed(String why) -> snapshots.failed(why, now);
        }
    }

    /** What is not understood, of a later version perhaps, is as if it had not come. */
    private void arrived(int from, byte[] bytes, long now) {
        RaftEnvelope envelope = RaftEnvelope.decode(bytes);
        if (envelope == null) {
            LOG.warn("sessions: member {} says what is not understood here", from);
            return;
        }
        RaftAnswers.Asker asker = new RaftAnswers.Asker(from, envelope.call());
        switch (envelope.kind()) {
            case AGREEMENT -> {
                RaftMessage message =
                        RaftEnvelope.understood(from, RaftMessage::decode, envelope.bytes());
                if (message != null) {
                    raft.receive(from, message, now);
                }
            }
            case COMMAND -> asked(asker, true, envelope.bytes());
            case QUERY -> asked(asker, false, envelope.bytes());
            case ANSWER -> {} // heard on arrival
        }
    }

    private long now() {
        return Math.max(clock.nowMillis(), machine.nowMillis());
    }

    private void asked(RaftAnswers.Asker asker, boolean command, byte[] bytes) {
        if (raft.role() != Raft.Role.LEADER) {
            answers.notLeading(asker);
            return;
        }
        if (command) {
            SessionCommand read =
                    RaftEnvelope.understood(asker.member(), SessionCommand::decode, bytes);
            if (read != null) {
                propose(asker, read);
            }
            return;
        }
        SessionQuery query = RaftEnvelope.understood(asker.member(), SessionQuery::decode, bytes);
        if (query == null) {
            return;
        }
        if (machine.dependsOn(query, now())) {
            propose(
                    asker,
                    new SessionCommand(0, clock.next(), new SessionCommand.Deed.Look(query)));
            return;
        }
        if (question == 0) {
            question = raft.question();
        }
        answers.read(question, asker, query);
    }

    private void propose(RaftAnswers.Asker asker, SessionCommand command) {
        byte[] bytes = command.at(now()).encode();
        if (bytes.length > RaftDisk.COMMAND_BYTES_MAX) {
            SessionReply refused = new SessionReply(SessionChange.Outcome.TOO_LARGE, 0, null);
            answers.answer(asker, new SessionAnswer.Changed(refused), applied);
            return;
        }
        long index = raft.propose(bytes);
        answers.proposed(index, raft.term(), asker);
    }

    private void carryOut() {
        while (applied < raft.commit()) {
            RaftEntry entry = raft.entry(applied + 1);
            applied++;
            answers.carriedOut(entry, carriedOut(entry), applied);
        }
    }

    private SessionAnswer carriedOut(RaftEntry entry) {
        if (entry.command().length == 0) {
            return new SessionAnswer.Count(0);
        }
        SessionCommand command = SessionCommand.decode(entry.command());
        clock.observe(command.stamp().time()); // a wall clock that was put back gives none again
        return machine.apply(command);
    }

    private void publish() {
        leader = raft.leader();
        settled = raft.settled() && !raft.fresh();
        appliedSeen = applied;
        ready = true;
        if (fresh && !raft.fresh()) {
            LOG.info("sessions: this member has what the others have, and a vote");
        }
        fresh = raft.fresh();
        standing =
                raft.role()
                        + (fresh ? " (fresh)" : "")
                        + " term "
                        + raft.term()
                        + " commit "
                        + raft.commit()
                        + " last "
                        + raft.last();
    }

    @Override
    public void close() {
        closed = true;
        if (thread.getState() == Thread.State.NEW) {
            disk.close();
            return;
        }
        thread.interrupt();
        RaftLink wire = link;
        if (wire != null) {
            wire.close();
        }
        try {
            if (!thread.join(END_MAX)) {
                LOG.warn("sessions: the disk takes longer than {} to end", END_MAX);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
