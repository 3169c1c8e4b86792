package proa.chaos.load;

import proa.chaos.history.Guilt;
import proa.chaos.load.LoadReport.Breach;
import proa.chaos.load.LoadReport.Registers;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads of acknowledged sessions, each written by one client and once, that found something else.
 * Safe from any thread.
 */
final class WrongReads {

    private final List<Breach> seen = new ArrayList<>(); // guarded by this
    private int guilty; // guarded by this

    /**
     * One.
     *
     * @param through whom the connection leads to, as reports call it
     * @param found what was read; empty: nothing
     * @param value what had been written
     */
    synchronized void add(
            String key,
            String through,
            String found,
            long begunNanos,
            long endedNanos,
            String value,
            long writtenFromNanos,
            long writtenToNanos) {
        guilty++;
        if (seen.size() < LoadReport.BREACHES_MAX) {
            seen.add(
                    new Breach(
                            found.isEmpty() ? Guilt.Kind.LOST_WRITE : Guilt.Kind.INVENTED,
                            key,
                            through,
                            found,
                            begunNanos,
                            endedNanos,
                            found.isEmpty() ? value : found,
                            writtenFromNanos,
                            writtenToNanos));
        }
    }

    /** What was found of shared sessions, and these reads. */
    synchronized Registers with(Registers shared) {
        List<Breach> both = new ArrayList<>(seen);
        both.addAll(shared.breaches());
        return new Registers(
                shared.reads(),
                shared.writes(),
                shared.left(),
                shared.guilty() + guilty,
                both.stream().limit(LoadReport.BREACHES_MAX).toList());
    }

    /** They are no longer told. */
    synchronized void forget() {
        seen.clear();
        guilty = 0;
    }
}
