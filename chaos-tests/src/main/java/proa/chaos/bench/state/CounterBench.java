package proa.chaos.bench.state;

import proa.chaos.bench.program.Pair;
import proa.chaos.bench.program.Programs;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether counters are right, and how fast HAProxy's peers are: two members of Proa and two peers,
 * each a process of its own. Both speak in clear text, as HAProxy's peers do.
 */
final class CounterBench {

    private static final String CLIENT = "127.0.0.1";
    private static final List<String> MEMBERS = List.of("lb1", "lb2");

    /** Requests that come to each node at the same moment. */
    private static final int REQUESTS = 1_000;

    /** Entries that HAProxy is told on its socket, so many in one line. */
    private static final int TOLD = 50_000;

    private static final int TOLD_AT_ONCE = 100;
    private static final int PROBES = 300;

    /** What has not changed for so long is what is said in the end. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private final PrintStream progress;
    private final List<TableFigure> figures = new ArrayList<>();

    CounterBench(PrintStream progress) {
        this.progress = progress;
    }

    /** What one member says of the client. */
    private interface Said {
        long of(Path socket) throws IOException;
    }

    /** Programs that were started have ended when this returns. */
    CounterSum measure() throws IOException {
        try (Programs programs = Programs.open()) {
            Pair proa = Pair.countingProa(programs);
            List<Long> ours = counted(proa, programs, socket -> Question.proa(socket, CLIENT));
            programs.end(proa.first());
            programs.end(proa.second());
            Pair haproxy = Pair.countingHaproxy(programs);
            List<Long> theirs =
                    counted(haproxy, programs, socket -> Question.haproxy(socket, CLIENT));
            lag(haproxy, programs);
            updates(haproxy, programs);
            programs.succeeded();
            return CounterSum.of(2 * REQUESTS, ours, theirs);
        }
    }

    /** What HAProxy's peers took, after {@link #measure}. */
    List<TableFigure> figures() {
        return List.copyOf(figures);
    }

    private List<Long> counted(Pair pair, Programs programs, Said said) throws IOException {
        Burst.send(List.of(pair.first().port(), pair.second().port()), REQUESTS);
        List<Long> last = List.of();
        long start = System.nanoTime();
        long since = start;
        for (long now = start; now - since < QUIET_NANOS; now = System.nanoTime()) {
            List<Long> counts = new ArrayList<>();
            for (String member : MEMBERS) {
                counts.add(said.of(pair.socket(programs, member)));
            }
            if (!counts.equals(last)) {
                last = counts;
                since = now;
            }
            if (now - start > PATIENCE_NANOS) {
                throw new IOException(pair.name() + " goes on counting: " + counts);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        progress.println(CounterSum.NAME + ": " + pair.name() + " says " + last);
        return last;
    }

    /** An entry is set on the first, and looked for on the second until it is there. */
    private void lag(Pair haproxy, Programs programs) throws IOException {
        Path first = haproxy.socket(programs, MEMBERS.getFirst());
        Path second = haproxy.socket(programs, MEMBERS.getLast());
        List<Double> lags = new ArrayList<>();
        for (int probe = 0; probe < PROBES; probe++) {
            long wanted = Question.haproxyEntries(second) + 1;
            long start = System.nanoTime();
            Question.ask(first, entry(probe) + "\n");
            await("an entry", () -> Question.haproxyEntries(second) >= wanted, 0);
            lags.add((System.nanoTime() - start) / 1e6);
            LockSupport.parkNanos(PROBE_NANOS);
        }
        lags.sort(null);
        figures.add(TableFigure.found("haproxy-lag-median", lags.get(PROBES / 2), "ms, idle"));
        figures.add(TableFigure.found("haproxy-lag", lags.get(PROBES * 99 / 100), "ms, idle"));
    }

    /** As fast as the first is told on its socket, until the second has them all. */
    private void updates(Pair haproxy, Programs programs) throws IOException {
        Path first = haproxy.socket(programs, MEMBERS.getFirst());
        Path second = haproxy.socket(programs, MEMBERS.getLast());
        long wanted = Question.haproxyEntries(second) + TOLD;
        long before = haproxy.cpuMicros();
        long start = System.nanoTime();
        for (int told = PROBES; told < PROBES + TOLD; told += TOLD_AT_ONCE) {
            List<String> commands = new ArrayList<>();
            for (int number = told; number < told + TOLD_AT_ONCE; number++) {
                commands.add(entry(number));
            }
            Question.ask(first, String.join("; ", commands) + "\n");
        }
        await("all entries", () -> Question.haproxyEntries(second) >= wanted, LOOK_NANOS);
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpu = (double) (haproxy.cpuMicros() - before) / TOLD;
        figures.add(TableFigure.found("haproxy-updates", TOLD / seconds, "/s, told on its socket"));
        figures.add(TableFigure.found("haproxy-update-cpu", cpu, "µs, both and the telling"));
    }

    private static String entry(int number) {
        return String.format(
                Locale.ROOT,
                "set table clients key 10.%d.%d.%d data.gpc0 1",
                number >> 16,
                number >> 8 & 0xff,
                number & 0xff);
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(String what, Condition condition, long pauseNanos)
            throws IOException {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new IOException("not within 30 s: " + what);
            }
            LockSupport.parkNanos(pauseNanos);
        }
    }
}
