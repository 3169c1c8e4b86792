package proa.cluster.replication;

import org.jspecify.annotations.Nullable;

import proa.cluster.replication.MessageCodec.Decoded;
import proa.cluster.tables.Origin;
import proa.cluster.tables.WallTime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The machine that keeps the tables of all members the same. Not thread-safe; one thread drives it.
 *
 * <p>How it works:
 *
 * <ul>
 *   <li>Each origin numbers its batches. A batch is merged as soon as it arrives, in any order; a
 *       number that is missing is <em>pulled</em> from whoever sent the later one.
 *   <li>Every member says once a second, and on each change of membership, how far it has come with
 *       every origin (<em>hello</em>). Whoever has come less far pulls. So a batch whose origin is
 *       dead still reaches everybody, and no message needs an acknowledgement.
 *   <li>Batches are kept in a bounded log. If the log does not reach back far enough,
 *       <em>pages</em> of everything are taken instead, beside the live batches; merging makes the
 *       overlap harmless.
 *   <li>What was learned from others is never sent on as news.
 * </ul>
 */
public final class Replicator {

    /** A calendar time this far ahead of ours is reported. */
    private static final long CLOCK_AHEAD_MILLIS = 1_000;

    /** Gaps asked for at one go; a network that loses this much has more to do than that. */
    private static final int GAPS_AT_ONCE = 32;

    private final Origin self;
    private final Store store;
    private final Limits limits;
    private final Tally tally = new Tally();
    private final Inflow inflow;
    private final Outflow outflow;
    private final Origins origins;
    private final Bequest bequest;
    private final Providing providing;
    private final Map<Origin, Pursuit> wanted = new HashMap<>();
    private final Arrears arrears = new Arrears();

    /** What each member in view had when first heard; empty once this node is synchronised. */
    private final Map<Integer, Map<Origin, Long>> targets = new HashMap<>();

    private final List<Outgoing> out = new ArrayList<>();

    private final Presence presence = new Presence();
    private Loans loans = Loans.NONE;

    private Set<Integer> peers = Set.of();
    private @Nullable Transfer transfer;
    private long transfers;
    private long helloDueNanos = Long.MAX_VALUE;
    private boolean synchronised;

    private final Fetch fetch = new Fetch();
    private int clockAheadNode;

    /**
     * @param self this life of this node
     * @param store its tables
     * @param limits times and sizes
     * @param wall its calendar time, for orders and alarms only
     */
    public Replicator(Origin self, Store store, Limits limits, WallTime wall) {
        this.self = self;
        this.store = store;
        this.limits = limits;
        this.inflow = new Inflow(self, store, tally);
        this.outflow = new Outflow(self, store, limits, wall);
        this.origins = new Origins(self, limits.logBytes());
        this.bequest = new Bequest(origins, inflow);
        this.providing = new Providing(self, store, inflow, limits.pageRecords());
    }

    /** Where strict limits are kept; before the first message. */
    public void loans(Loans kept) {
        loans = kept;
    }

    /**
     * Asks a member for a part of its share of a strict limit.
     *
     * @param askedNanos this node's time, which comes back with the answer
     */
    public List<Outgoing> ask(int member, Loans.Of of, long wanted, long askedNanos) {
        send(member, new Message.Ask(self, of, askedNanos, wanted));
        return taken();
    }

    /** Whether everything has arrived that the members had when this node met them. */
    public boolean synchronised() {
        return synchronised;
    }

    public Statistics statistics(long nowNanos) {
        return tally.statistics(origins, arrears.nanos(origins::reached, nowNanos), nowNanos);
    }

    /** The node whose calendar time was last seen far ahead; 0: none yet. */
    public int clockAheadNode() {
        return clockAheadNode;
    }

    /** Of batches kept for members that missed some. */
    public long logBytes() {
        return origins.logBytes();
    }

    /** When {@link #tick} wants to be called next. */
    public long dueNanos() {
        long due = Math.min(providing.dueNanos(), Math.min(outflow.dueNanos(), helloDueNanos));
        Transfer running = transfer;
        if (running != null) {
            return Math.min(due, running.pursuit().dueNanos());
        }
        for (Pursuit pursuit : wanted.values()) {
            due = Math.min(due, pursuit.dueNanos());
        }
        return due;
    }

    /** Goes on with a steered calendar time. */
    public void steer(WallTime wall) {
        outflow.steer(wall);
    }

    /** Says that tables changed here. */
    public void changed(long sinceNanos, boolean urgent) {
        outflow.changed(sinceNanos, urgent);
    }

    /** Does what is due: batches, hellos, requests. */
    public List<Outgoing> tick(long nowNanos) {
        outflow.batches(nowNanos).forEach(this::send);
        if (nowNanos >= helloDueNanos) {
            if (store.dirty() > 0) { // told of already, unless something has failed
                outflow.changed(nowNanos, false);
            }
            hello(Outgoing.ALL, !synchronised);
            if (synchronised) {
                out.addAll(bequest.due(presence.others(), nowNanos));
            }
            helloDueNanos = nowNanos + helloPauseNanos();
        }
        pursue(nowNanos);
        providing
                .next(origins.reached(outflow.made()), nowNanos)
                .ifPresent(page -> send(page.to(), page.message()));
        return taken();
    }

    /** Tables have begun: what the members have of them is fetched, as at the start. */
    public List<Outgoing> fetch(long nowNanos) {
        inflow.tellClocks();
        store.present(presence.others());
        fetch.begin();
        breakOff();
        hello(Outgoing.ALL, true);
        helloDueNanos = nowNanos + limits.helloNanos();
        return taken();
    }

    /** Sends every change there is, before leaving. */
    public List<Outgoing> flush(long nowNanos) {
        do {
            outflow.drain(nowNanos).forEach(this::send);
        } while (outflow.dueNanos() != Long.MAX_VALUE);
        return taken();
    }

    /**
     * The members in sight have changed, or some of them met again after a separation.
     *
     * @param members ids of the others
     */
    public List<Outgoing> view(Set<Integer> members, long nowNanos) {
        if (!peers.containsAll(members)) {
            // Who comes may have what this node lacks, also if it called itself complete: it was
            // alone, or apart.
            synchronised = false;
            targets.clear();
        }
        peers = Collections.unmodifiableSet(new HashSet<>(members)); // see Presence
        notePresence(presence.members(peers));
        targets.keySet().retainAll(peers);
        arrears.retain(peers);
        providing.retain(peers);
        wanted.values().removeIf(pursuit -> !peers.contains(pursuit.peer()));
        if (transfer != null && !peers.contains(transfer.pursuit().peer())) {
            breakOff();
        }
        if (!peers.isEmpty()) {
            hello(Outgoing.ALL, true);
        }
        helloDueNanos = nowNanos + helloPauseNanos();
        checkSynchronised();
        return taken();
    }

    /** A message has arrived from a member. */
    public List<Outgoing> received(int from, byte[] bytes, long nowNanos) {
        switch (MessageCodec.decode(bytes)) {
            case Decoded.Known(Message message) -> act(from, message, bytes, nowNanos);
            case Decoded.TooNewBatch(Origin origin, long number) -> skip(origin, number);
            case Decoded.TooNew() -> tally.tooNew++;
            case Decoded.Broken() -> tally.broken++;
        }
        return taken();
    }

    private void act(int from, Message message, byte[] bytes, long nowNanos) {
        notePresence(presence.heard(from, message.origin()));
        switch (message) {
            case Message.Batch batch -> batch(from, batch, bytes, nowNanos);
            case Message.Hello hello -> hello(from, hello, nowNanos);
            case Message.Pull pull -> pull(from, pull, nowNanos);
            case Message.Overrun overrun -> overrun(from, overrun, nowNanos);
            case Message.PageRequest request -> providing.asked(from, request, nowNanos);
            case Message.Page page -> page(from, page, nowNanos);
            case Message.Ask ask -> lend(from, ask);
            case Message.Loan loan -> loans.lent(loan.of(), loan.askedNanos(), loan.given());
        }
    }

    /** A hello goes unheard by a member that does not have this one in sight yet. */
    private long helloPauseNanos() {
        return synchronised || peers.isEmpty() ? limits.helloNanos() : limits.retryNanos();
    }

    private void lend(int to, Message.Ask ask) {
        long given = loans.lend(ask.of(), ask.wanted());
        send(to, new Message.Loan(self, ask.of(), ask.askedNanos(), given));
    }

    private void notePresence(boolean changed) {
        if (changed) {
            store.present(presence.others());
        }
    }

    private void skip(Origin origin, long number) {
        tally.tooNew++;
        Progress progress = origins.progress(origin);
        if (progress != null) {
            progress.arrived(number);
        }
    }

    private void send(Message.Batch batch) {
        byte[] bytes = MessageCodec.encode(batch);
        origins.log(self, batch.number(), bytes);
        tally.batchesSent++;
        batch.sections().forEach(section -> tally.entriesSent += section.entries().size());
        if (!peers.isEmpty()) {
            out.add(new Outgoing(Outgoing.ALL, bytes));
        }
    }

    private void batch(int from, Message.Batch batch, byte[] bytes, long nowNanos) {
        Progress progress = origins.progress(batch.origin());
        if (batch.origin().equals(self) || progress == null) {
            return;
        }
        OriginTime time = new OriginTime(batch.origin(), batch.sentNanos());
        boolean firstHand = from == batch.origin().node() && presence.isThere(batch.origin());
        inflow.clock(time, firstHand, nowNanos);
        if (progress.has(batch.number())) {
            tally.duplicates++;
            return;
        }
        long olderNanos = inflow.nowAt(batch.origin(), nowNanos) - batch.madeNanos();
        if (progress.trying(batch.number())) { // what fails has not arrived, and is fetched again
            transferFrom(from, nowNanos);
        }
        inflow.merge(batch.sections(), olderNanos, nowNanos);
        progress.arrived(batch.number());
        origins.log(batch.origin(), batch.number(), bytes);
        tally.batchesReceived++;
        batch.sections().forEach(section -> tally.entriesReceived += section.entries().size());
        if (batch.sentNanos() == batch.madeNanos()) {
            tally.lag(batch.waitedNanos() + Math.max(0, olderNanos), nowNanos);
        }
        watchClock(batch, nowNanos);
        if (progress.reached() < batch.number()) {
            want(from, batch.origin(), batch.number(), nowNanos);
        }
        checkSynchronised();
    }

    private void watchClock(Message.Batch batch, long nowNanos) {
        if (batch.wallMillis() - outflow.wall().millis(nowNanos) > CLOCK_AHEAD_MILLIS) {
            tally.clocksAhead++;
            clockAheadNode = batch.origin().node();
        }
    }

    private void hello(int to, boolean answer) {
        if (!peers.isEmpty()) {
            send(to, new Message.Hello(self, answer, origins.reached(outflow.made())));
        }
    }

    private void hello(int from, Message.Hello hello, long nowNanos) {
        if (hello.answer()) {
            hello(from, false);
        }
        if (fetch.wants(from)) {
            transferFrom(from, nowNanos);
        }
        hello.reached().forEach((origin, number) -> want(from, origin, number, nowNanos));
        if (!synchronised) {
            targets.putIfAbsent(from, hello.reached());
            checkSynchronised();
        }
    }

    private void want(int peer, Origin origin, long upTo, long nowNanos) {
        Progress progress = origins.progress(origin);
        if (origin.equals(self) || progress == null || progress.reached() >= upTo) {
            return;
        }
        arrears.announced(origin, peer, upTo, nowNanos);
        Pursuit pursuit = wanted.get(origin);
        if (pursuit == null || pursuit.upTo() < upTo && pursuit.peer() != peer) {
            // Who has most is asked: who is behind itself could only send all it has, again and
            // again.
            wanted.put(origin, new Pursuit(peer, upTo, nowNanos));
        } else {
            pursuit.extend(upTo);
        }
    }

    /** Asks again for what is missing and due; gives up what nobody answers. */
    private void pursue(long nowNanos) {
        Transfer running = transfer;
        if (running != null) {
            ask(running, nowNanos);
            return;
        }
        Iterator<Map.Entry<Origin, Pursuit>> all = wanted.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Origin, Pursuit> next = all.next();
            Progress progress = origins.progress(next.getKey());
            Pursuit pursuit = next.getValue();
            if (progress == null
                    || progress.reached() >= pursuit.upTo()
                    || pursuit.hopeless(nowNanos)) {
                all.remove();
            } else if (pursuit.due(nowNanos)) {
                ask(next.getKey(), progress, pursuit, nowNanos);
            }
            if (transfer != null) {
                return;
            }
        }
    }

    private void ask(Origin origin, Progress progress, Pursuit pursuit, long nowNanos) {
        List<Progress.Gap> gaps = progress.gaps(pursuit.upTo(), GAPS_AT_ONCE);
        if (gaps.stream().anyMatch(gap -> gap.to() - gap.from() >= limits.pullBatches())) {
            transferFrom(pursuit.peer(), nowNanos);
            return;
        }
        for (Progress.Gap gap : gaps) {
            tally.pulls++;
            send(pursuit.peer(), new Message.Pull(self, origin, gap.from(), gap.to()));
        }
        pursuit.asked(progress.reached(), nowNanos, limits.retryNanos());
    }

    private void pull(int from, Message.Pull pull, long nowNanos) {
        long to = Math.min(pull.to(), pull.from() + limits.pullBatches());
        for (long number = pull.from(); number <= to; number++) {
            byte[] batch = origins.logged(pull.of(), number);
            if (batch != null) {
                long sentNanos = inflow.nowAt(pull.of(), nowNanos);
                out.add(new Outgoing(from, MessageCodec.sentAt(batch, sentNanos)));
            } else if (number == pull.from()) {
                send(from, new Message.Overrun(self, pull.of()));
                return;
            }
        }
    }

    private void overrun(int from, Message.Overrun overrun, long nowNanos) {
        Pursuit pursuit = wanted.get(overrun.of());
        if (pursuit != null && pursuit.peer() == from) {
            transferFrom(from, nowNanos);
        }
    }

    private void transferFrom(int peer, long nowNanos) {
        if (transfer == null) {
            Transfer started = new Transfer(++transfers, peer, nowNanos);
            transfer = started;
            ask(started, nowNanos);
        }
    }

    /**
     * What pages have brought so far is in no log, and the member they came from may have been the
     * last that had it: the others take it from here.
     */
    private void breakOff() {
        if (transfer != null && transfer.begun()) {
            outflow.leaveOut();
        }
        transfer = null;
    }

    private void ask(Transfer running, long nowNanos) {
        Pursuit pursuit = running.pursuit();
        if (pursuit.hopeless(nowNanos)) {
            breakOff();
        } else if (pursuit.due(nowNanos)) {
            send(pursuit.peer(), running.request(self, nowNanos, limits.retryNanos()));
        }
    }

    private void page(int from, Message.Page page, long nowNanos) {
        Transfer running = transfer;
        if (running == null || !running.concerns(from, page)) {
            return;
        }
        if (!running.wants(page)) {
            boolean lost = running.misses(page);
            send(
                    from,
                    lost
                            ? running.request(self, nowNanos, limits.retryNanos())
                            : running.more(self));
            return;
        }
        if (!running.sameLife(page)) {
            breakOff();
            return;
        }
        inflow.merge(page, nowNanos);
        if (running.advance(page, nowNanos, limits.retryNanos())) {
            transfer = null;
            tally.resyncs++;
            if (fetch.given(from, running.had(store.shapes()), peers)) {
                hello(Outgoing.ALL, true);
            }
            running.reached().forEach(origins::reach);
            // All that the member had is here, also of origins that it has forgotten meanwhile.
            targets.computeIfPresent(from, (_, _) -> Map.of());
            wanted.values().removeIf(pursuit -> pursuit.peer() == from);
            checkSynchronised();
        } else {
            send(from, running.more(self));
        }
    }

    private void checkSynchronised() {
        boolean fetched = fetch.isOver(peers);
        if (!synchronised && fetched && targets.keySet().containsAll(peers)) {
            synchronised =
                    targets.values().stream()
                            .flatMap(reached -> reached.entrySet().stream())
                            .allMatch(target -> origins.has(target.getKey(), target.getValue()));
            if (synchronised) {
                targets.clear();
            }
        }
    }

    private void send(int to, Message message) {
        out.add(new Outgoing(to, MessageCodec.encode(message)));
    }

    private List<Outgoing> taken() {
        List<Outgoing> taken = List.copyOf(out);
        out.clear();
        return taken;
    }
}
