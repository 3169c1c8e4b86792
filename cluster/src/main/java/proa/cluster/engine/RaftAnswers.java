package proa.cluster.engine;

import proa.cluster.raft.Raft;
import proa.cluster.raft.RaftEntry;
import proa.cluster.raft.SessionAnswer;
import proa.cluster.raft.SessionMachine;
import proa.cluster.raft.SessionQuery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whom a leader owes an answer. Of one thread. */
final class RaftAnswers {

    private static final byte[] NOTHING = {};

    private final int self;
    private final RaftCalls calls;
    private final Saying saying;
    private final Map<Long, Proposed> proposed = new HashMap<>();
    private final List<PendingRead> reads = new ArrayList<>();

    /** Who asked, and as which of its calls. */
    record Asker(int member, long call) {}

    private record Proposed(long term, Asker asker) {}

    private record PendingRead(long question, Asker asker, SessionQuery query) {}

    /** To another member. */
    interface Saying {
        void say(int to, RaftEnvelope.Kind kind, long call, byte[] bytes);
    }

    RaftAnswers(int self, RaftCalls calls, Saying saying) {
        this.self = self;
        this.calls = calls;
        this.saying = saying;
    }

    /** It is answered when that entry has been carried out, if it is still of that term. */
    void proposed(long index, long term, Asker asker) {
        proposed.put(index, new Proposed(term, asker));
    }

    /** It is answered when the question has been. */
    void read(long question, Asker asker, SessionQuery query) {
        reads.add(new PendingRead(question, asker, query));
    }

    void notLeading(Asker asker) {
        send(asker, new RaftCalls.Result(RaftCalls.NOT_LEADING, 0, NOTHING));
    }

    /**
     * Answers.
     *
     * @param applied how far the log has been carried out
     */
    void answer(Asker asker, SessionAnswer answer, long applied) {
        send(asker, new RaftCalls.Result(RaftCalls.ANSWERED, applied, answer.encode()));
    }

    private void send(Asker asker, RaftCalls.Result result) {
        if (asker.member == self) {
            calls.answered(asker.call, result);
        } else {
            saying.say(asker.member, RaftEnvelope.Kind.ANSWER, asker.call, result.encode());
        }
    }

    void carriedOut(RaftEntry entry, SessionAnswer answer, long applied) {
        Proposed by = proposed.remove(entry.index());
        if (by == null) {
            return;
        }
        if (by.term == entry.term()) {
            answer(by.asker, answer, applied);
        } else {
            notLeading(by.asker);
        }
    }

    /** Answers reads whose question has been; who leads no more says so to everybody. */
    void all(Raft raft, SessionMachine machine, long applied) {
        boolean leads = raft.role() == Raft.Role.LEADER;
        if (!leads) {
            proposed.values().forEach(each -> notLeading(each.asker));
            proposed.clear();
            reads.forEach(each -> notLeading(each.asker));
            reads.clear();
            return;
        }
        reads.removeIf(
                read -> {
                    boolean confirmed = raft.confirmed(read.question);
                    if (confirmed) {
                        answer(read.asker, machine.answer(read.query), applied);
                    }
                    return confirmed;
                });
    }
}
