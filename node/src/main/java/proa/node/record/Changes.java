package proa.node.record;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The last changes of one server's state, as an operator reads them. Any thread. */
public final class Changes {

    /** Kept of each server; the oldest goes first. */
    public static final int KEPT_MAX = 32;

    private static final int REASON_CHARACTERS_MAX = 300;

    private final AtomicReference<List<Change>> kept = new AtomicReference<>(List.of());

    /** None yet. */
    Changes() {}

    /**
     * One of them.
     *
     * @param from the state before, in a word
     * @param to the state since then
     * @param reason why, in words
     */
    public record Change(Instant at, String from, String to, String reason) {}

    /**
     * The state is another one now; the same as before changes nothing.
     *
     * @param from the state before, where nothing is kept yet; else it follows on what is kept
     */
    public void is(Instant at, String from, String to, String reason) {
        String why =
                reason.length() > REASON_CHARACTERS_MAX
                        ? reason.substring(0, REASON_CHARACTERS_MAX) + "…"
                        : reason;
        kept.updateAndGet(before -> with(before, new Change(at, from, to, why)));
    }

    private static List<Change> with(List<Change> before, Change next) {
        String from = before.isEmpty() ? next.from : before.getLast().to;
        if (from.equals(next.to)) {
            return before;
        }
        int first = before.size() < KEPT_MAX ? 0 : 1;
        List<Change> after = new ArrayList<>(before.subList(first, before.size()));
        after.add(new Change(next.at, from, next.to, next.reason));
        return List.copyOf(after);
    }

    /** Those that are kept, oldest first. */
    public List<Change> all() {
        return kept.get();
    }
}
