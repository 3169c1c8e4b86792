package proa.chaos.load;

import org.jspecify.annotations.Nullable;

import proa.chaos.history.Guilt;
import proa.chaos.history.HistoryChecker;
import proa.chaos.history.Operation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A few sessions that all clients of the store write over each other and read, and the history of
 * it: what each did, when, and what it saw. A write that breaks is not repeated; whether it took
 * place nobody knows. Safe from any thread.
 */
final class SharedRegisters {

    private static final int KEYS = 8;

    /** One turn in so many writes; the others read. */
    private static final int WRITE_EVERY = 4;

    private static final int EXPIRE_SECONDS = 3_600;

    /** An hour of a trio's clients; beyond it the registers rest. */
    private static final int OPERATIONS_MAX = 400_000;

    /** Nothing of it expires while it is watched. */
    private static final HistoryChecker CHECKER =
            new HistoryChecker(HistoryChecker.Model.ACKNOWLEDGED, 0);

    private final List<Operation> done = new ArrayList<>(); // guarded by this
    private final Set<Operation> underWay = new LinkedHashSet<>(); // guarded by this
    private long turns; // guarded by this

    /** Of the keys; those of an earlier one are no longer looked at. */
    private long epoch; // guarded by this

    /**
     * Writes or reads one of them.
     *
     * @throws IOException when it was not answered, or with an error
     */
    void turn(String client, RespConnection connection) throws IOException {
        Operation begun = begin(client);
        if (begun == null) {
            return;
        }
        if (begun.kind() == Operation.Kind.WRITE) {
            connection.set(begun.key(), begun.value(), EXPIRE_SECONDS);
            end(begun, Operation.write(begun.key(), begun.value(), begun.startNanos(), now()));
        } else {
            String found = connection.get(begun.key());
            end(begun, Operation.read(begun.key(), found, begun.startNanos(), now()));
        }
    }

    private static long now() {
        return System.nanoTime();
    }

    /** What a client is about to do; others may see a write from now on. */
    private synchronized @Nullable Operation begin(String client) {
        if (done.size() + underWay.size() >= OPERATIONS_MAX) {
            return null;
        }
        long turn = turns++;
        String key = "register:" + epoch + ":" + turn / WRITE_EVERY % KEYS;
        boolean writes = turn % WRITE_EVERY == 0;
        Operation.Kind kind = writes ? Operation.Kind.WRITE : Operation.Kind.READ;
        String value = writes ? client + "-" + turn : "";
        Operation begun = new Operation(key, kind, value, now(), Operation.NEVER, Operation.NEVER);
        if (writes) {
            underWay.add(begun);
        }
        return begun;
    }

    /** What was asked before the registers were forgotten is no part of the history. */
    private synchronized void end(Operation begun, Operation ended) {
        boolean known = underWay.remove(begun);
        if (known || begun.kind() == Operation.Kind.READ && isOfNow(begun)) {
            done.add(ended);
        }
    }

    private boolean isOfNow(Operation begun) {
        return begun.key().startsWith("register:" + epoch + ":");
    }

    /** Other keys from now on. */
    synchronized void forget() {
        epoch++;
        done.clear();
        underWay.clear();
    }

    /** What of everything so far breaks the store's promise. */
    LoadReport.Registers judge() {
        List<Operation> history;
        synchronized (this) {
            history = new ArrayList<>(done);
            history.addAll(underWay);
        }
        List<Guilt> guilty = CHECKER.check(history);
        List<String> examples = new ArrayList<>();
        guilty.forEach(
                each ->
                        SessionClients.note(
                                examples,
                                each.kind() + ": " + each.read() + " after " + each.because()));
        int writes =
                (int) history.stream().filter(each -> each.kind() == Operation.Kind.WRITE).count();
        return new LoadReport.Registers(history.size() - writes, writes, guilty.size(), examples);
    }
}
