package proa.chaos.sim.world;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What has happened, one line each: the notable always, so that a failure can be told; every event
 * only for one who reads along.
 */
final class Trace {

    /** The last so many notable lines are kept. */
    static final int LINES_MAX = 60;

    private record Line(long nanos, String who, String what) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%12.3f ms  %-6s %s", nanos / 1e6, who, what);
        }
    }

    private final Agenda agenda;
    private final @Nullable Consumer<String> reader;
    private final Deque<Line> last = new ArrayDeque<>();

    /**
     * @param reader gets each line at once; null: nobody reads along
     */
    Trace(Agenda agenda, @Nullable Consumer<String> reader) {
        this.agenda = agenda;
        this.reader = reader;
    }

    /** Something worth keeping. */
    void note(String who, String what) {
        if (last.size() == LINES_MAX) {
            last.removeFirst();
        }
        Line line = new Line(agenda.now(), who, what);
        last.add(line);
        if (reader != null) {
            reader.accept(line.toString());
        }
    }

    /** One of very many. */
    void detail(String who, Supplier<String> what) {
        if (reader != null) {
            reader.accept(new Line(agenda.now(), who, what.get()).toString());
        }
    }

    List<String> last() {
        return last.stream().map(Line::toString).toList();
    }
}
