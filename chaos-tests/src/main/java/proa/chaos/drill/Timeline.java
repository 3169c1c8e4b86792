package proa.chaos.drill;

import proa.chaos.drill.facts.Moment;
import proa.chaos.drill.facts.Owners;
import proa.chaos.drill.facts.Strike;
import proa.chaos.observe.Observation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What happened in a drill, in milliseconds since its first fault. Used by one thread. */
final class Timeline {

    /** A soak of a day has no more. */
    private static final int MOMENTS_MAX = 5_000;

    private final List<Moment> moments = new ArrayList<>();
    private long startNanos;
    private boolean begun;

    /** The first fault is imminent, unless there was one before. */
    void begin(long nanos) {
        if (!begun) {
            begun = true;
            startNanos = nanos;
        }
    }

    long startNanos() {
        return begun ? startNanos : System.nanoTime();
    }

    void note(long nanos, String kind, String what) {
        add(new Moment((nanos - startNanos()) / 1e6, kind, what));
    }

    private void add(Moment moment) {
        if (moments.size() < MOMENTS_MAX) {
            moments.add(moment);
        }
    }

    /** The silence of a step, as the prober saw it. */
    void silence(Strike strike) {
        if (strike.silentFromMillis() >= strike.fromMillis() && strike.gapMillis() >= 1) {
            add(new Moment(strike.silentFromMillis(), "silence", "the address falls silent"));
            add(
                    new Moment(
                            strike.silentFromMillis() + strike.gapMillis(),
                            "answer",
                            String.format(
                                    Locale.ROOT,
                                    "first good answer after %.1f ms",
                                    strike.gapMillis())));
        }
    }

    /** Who answered ARP when. */
    void owners(Stage stage) {
        Observation seen = stage.observer().since(startNanos());
        for (Owners.Period period : stage.periods(seen, startNanos())) {
            add(new Moment(period.firstMillis(), "owner", period.node() + " answers ARP"));
        }
    }

    List<Moment> moments() {
        return moments.stream().sorted(Comparator.comparingDouble(Moment::atMillis)).toList();
    }
}
