package proa.cluster.member;

import proa.cluster.replication.HintCodec;
import proa.cluster.replication.Hints;
import proa.cluster.replication.Outgoing;
import proa.cluster.replication.ServerHint;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Hints on servers that wait to be sent, and who wants those of others. Safe from any thread. */
final class HintExchange {

    private final List<Consumer<ServerHint>> listeners = new CopyOnWriteArrayList<>();
    private final Hints waiting = new Hints(); // guarded by itself
    private final Executor teller;

    /** Listeners are called by the teller. */
    HintExchange(Executor teller) {
        this.teller = teller;
    }

    void add(ServerHint hint) {
        synchronized (waiting) {
            waiting.add(hint, System.nanoTime());
        }
    }

    void listen(Consumer<ServerHint> listener) {
        listeners.add(listener);
    }

    /** What is to be sent now. */
    List<Outgoing> due(long nowNanos) {
        List<ServerHint> due;
        synchronized (waiting) {
            due = waiting.take(nowNanos);
        }
        return due.isEmpty()
                ? List.of()
                : List.of(new Outgoing(Outgoing.ALL, HintCodec.encode(due)));
    }

    /** When there will be something to send. */
    long dueNanos() {
        synchronized (waiting) {
            return waiting.dueNanos();
        }
    }

    void arrived(byte[] bytes) {
        List<ServerHint> came = HintCodec.decode(bytes);
        teller.execute(() -> listeners.forEach(came::forEach));
    }
}
