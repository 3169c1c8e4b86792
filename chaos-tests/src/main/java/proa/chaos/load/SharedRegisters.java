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
import java.util.stream.IntStream;

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

    /**
     * An hour of a trio's clients, some 100 MB. Beyond it the registers rest, and the history is
     * not the whole one.
     */
    static final int OPERATIONS_MAX = 400_000;

    /** Nothing of it expires while it is watched. */
    private static final HistoryChecker CHECKER =
            new HistoryChecker(HistoryChecker.Model.ACKNOWLEDGED, 0);

    private final String prefix = RunKeys.prefix() + "register:";
    private final int operationsMax;
    private final List<Operation> done = new ArrayList<>(); // guarded by this
    private final Set<Operation> underWay = new LinkedHashSet<>(); // guarded by this
    private long turns; // guarded by this
    private int left; // guarded by this

    /** Of the keys; those of an earlier one are no longer looked at. */
    private long epoch; // guarded by this

    private List<String> keys = keys(0); // guarded by this

    SharedRegisters() {
        this(OPERATIONS_MAX);
    }

    /**
     * @param operationsMax as many are recorded
     */
    SharedRegisters(int operationsMax) {
        this.operationsMax = operationsMax;
    }

    private List<String> keys(long number) {
        return IntStream.range(0, KEYS).mapToObj(at -> prefix + number + ":" + at).toList();
    }

    /**
     * Writes or reads one of them.
     *
     * @param through whom the connection leads to, as reports call it
     * @throws IOException when it was not answered, or with an error
     */
    void turn(String client, String through, RespConnection connection) throws IOException {
        Operation begun = begin(client, through);
        if (begun == null) {
            return;
        }
        if (begun.kind() == Operation.Kind.WRITE) {
            connection.set(begun.key(), begun.value(), EXPIRE_SECONDS);
            end(
                    begun,
                    Operation.write(begun.key(), begun.value(), begun.startNanos(), now())
                            .through(through));
        } else {
            String found = connection.get(begun.key());
            end(
                    begun,
                    Operation.read(begun.key(), found, begun.startNanos(), now()).through(through));
        }
    }

    private static long now() {
        return System.nanoTime();
    }

    /** What a client is about to do; others may see a write from now on. */
    private synchronized @Nullable Operation begin(String client, String through) {
        if (done.size() + underWay.size() >= operationsMax) {
            left++;
            return null;
        }
        long turn = turns++;
        String key = keys.get((int) (turn / WRITE_EVERY % KEYS));
        boolean writes = turn % WRITE_EVERY == 0;
        Operation.Kind kind = writes ? Operation.Kind.WRITE : Operation.Kind.READ;
        String value = writes ? client + "-" + turn : "";
        Operation begun =
                new Operation(key, kind, value, now(), Operation.NEVER, Operation.NEVER, through);
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
        return keys.contains(begun.key());
    }

    /** Other keys from now on. */
    synchronized void forget() {
        epoch++;
        keys = keys(epoch);
        done.clear();
        underWay.clear();
        left = 0;
    }

    /** What of everything so far breaks the store's promise. */
    LoadReport.Registers judge() {
        return judge(history(false));
    }

    /** The same; with other keys from then on. */
    LoadReport.Registers judgeAndForget() {
        return judge(history(true));
    }

    private record History(List<Operation> operations, int left) {}

    private synchronized History history(boolean last) {
        List<Operation> operations = new ArrayList<>(done);
        operations.addAll(underWay);
        History history = new History(operations, left);
        if (last) {
            forget();
        }
        return history;
    }

    private static LoadReport.Registers judge(History history) {
        List<Operation> all = history.operations;
        List<Guilt> guilty = CHECKER.check(all);
        int writes = (int) all.stream().filter(each -> each.kind() == Operation.Kind.WRITE).count();
        return new LoadReport.Registers(
                all.size() - writes,
                writes,
                history.left,
                guilty.size(),
                guilty.stream()
                        .limit(LoadReport.BREACHES_MAX)
                        .map(SharedRegisters::breach)
                        .toList());
    }

    private static LoadReport.Breach breach(Guilt guilt) {
        Operation read = guilt.read();
        Operation because = guilt.because();
        return new LoadReport.Breach(
                guilt.kind(),
                read.key(),
                read.through(),
                read.value(),
                read.startNanos(),
                read.endNanos(),
                because.value(),
                because.startNanos(),
                because.endNanos());
    }
}
