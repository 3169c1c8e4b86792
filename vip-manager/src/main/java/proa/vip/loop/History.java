package proa.vip.loop;

import proa.vip.vrrp.Action;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** The latest transitions of all groups on this host, for the status document. Not thread-safe. */
final class History {

    /** So many are kept; the log has all. */
    static final int ENTRIES_MAX = 64;

    private record Entry(Instant at, String group, Action.Transition transition, Course course) {}

    /**
     * How a transition went.
     *
     * @param firstSignMicros from the first sign that the owner is no longer to the decision; −1:
     *     there was none, or that does not matter
     * @param steps what was done, counted from the decision
     * @param carriedOutMicros from the decision until all was done
     */
    record Course(long firstSignMicros, List<Steps.Step> steps, long carriedOutMicros) {

        /** The end of a line. */
        String text() {
            String sign =
                    firstSignMicros < 0 ? "" : "first sign " + firstSignMicros + " µs before; ";
            String done = steps.isEmpty() ? "" : Steps.Step.text(steps) + "; ";
            return sign + done + "done in " + carriedOutMicros + " µs";
        }
    }

    private final Queue<Entry> entries = new ArrayDeque<>(ENTRIES_MAX);

    /** Keeps one. */
    void add(Instant at, String group, Action.Transition transition, Course course) {
        if (entries.size() == ENTRIES_MAX) {
            entries.remove();
        }
        entries.add(new Entry(at, group, transition, course));
    }

    /** From the oldest to the latest. */
    List<Json> json() {
        return entries.stream().map(History::json).toList();
    }

    private static Json json(Entry entry) {
        Action.Transition transition = entry.transition;
        return Json.object()
                .put("at", entry.at.toString())
                .put("group", entry.group)
                .put("from", transition.from())
                .put("to", transition.to())
                .put("term", transition.term())
                .put("why", transition.why())
                .put("lastedMillis", transition.lastedMillis())
                .put("silentMillis", transition.silentMillis())
                .put("firstSignMicros", entry.course.firstSignMicros)
                .put(
                        "steps",
                        entry.course.steps.stream()
                                .map(
                                        step ->
                                                Json.object()
                                                        .put("step", step.name())
                                                        .put("micros", step.micros()))
                                .toList())
                .put("carriedOutMicros", entry.course.carriedOutMicros);
    }
}
