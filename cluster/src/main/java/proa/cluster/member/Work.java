package proa.cluster.member;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the replicator thread does, part by part. A part that fails is told once for each kind of
 * failure and does not end the thread: a node without it would keep saying that it is synchronised,
 * with a view that never changes again. One thread works; {@link #failing} is safe from any.
 */
final class Work {

    /** One failure may be a single bad message; this many in a row are a defect that stays. */
    static final int FAILURES_MAX = 10;

    private static final Logger log = LoggerFactory.getLogger(Work.class);

    private final Map<Part, Integer> failuresInARow = new EnumMap<>(Part.class);
    private final Set<String> told = new HashSet<>();
    private volatile boolean failing;

    /** What fails and recovers on its own. */
    enum Part {
        MESSAGES,
        VIEWS,
        BATCHES,
        LOANS,
        HINTS,
        CHORES,
        LEAVING
    }

    /** Does it; whether it went well. */
    boolean done(Part part, Runnable job) {
        try {
            job.run();
            failuresInARow.remove(part);
            return true;
        } catch (RuntimeException | Error e) {
            failuresInARow.merge(part, 1, Integer::sum);
            if (firstOfItsKind(part, e)) {
                log.error("tables: {} failed; going on, told once", part, e);
            }
            return false;
        } finally {
            noteWhetherFailing();
        }
    }

    /** Whether some part has not once gone well in its last {@link #FAILURES_MAX} tries. */
    boolean failing() {
        return failing;
    }

    /** Whether such a failure has not been told yet; it is told from then on. */
    boolean firstOfItsKind(Part part, Throwable failure) {
        return told.add(part + " " + failure.getClass().getName());
    }

    private void noteWhetherFailing() {
        boolean now =
                failuresInARow.values().stream().anyMatch(failures -> failures >= FAILURES_MAX);
        if (now != failing) {
            failing = now;
            log.warn(now ? "tables: failing again and again, not ready" : "tables: working again");
        }
    }
}
