package proa.chaos.bench.failover;

import proa.chaos.lab.Await;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Machine;
import proa.chaos.lab.Trio;
import proa.chaos.lab.TrioPlan;
import proa.chaos.observe.Observation;
import proa.chaos.observe.Observer;
import proa.chaos.observe.Ownership;
import proa.chaos.observe.Silence;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A pair of ours on a machine all of whose processors are busy with something else, for minutes:
 * nothing befalls the owner, so nobody else may take the address.
 */
final class SteadyBench {

    /** Two programs that never wait, for each processor: whoever wants to run has to queue. */
    private static final int BUSY_A_PROCESSOR = 2;

    /** Since the observer has to wait for a processor, too, it asks no more often than it can. */
    private static final int PROBE_MILLIS = 10;

    /** A silence around the end of a minute is looked at as a whole. */
    private static final long BEFORE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** In vipd's log line of one who takes a group. */
    private static final String TAKEN = " → active after ";

    private final Duration interval;
    private final Duration duration;
    private final PrintStream progress;

    /**
     * @param interval between advertisements
     * @param duration of the busy time, a minute or more
     */
    SteadyBench(Duration interval, Duration duration, PrintStream progress) {
        this.interval = interval;
        this.duration = duration;
        this.progress = progress;
    }

    /**
     * Everything that was started has ended when this returns.
     *
     * @throws IOException when there can be no lab here
     */
    SteadyReport measure() throws IOException {
        Optional<String> missing = Lab.missing();
        if (missing.isPresent()) {
            throw new IOException("bench steady: " + missing.get());
        }
        Path folder = Files.createTempDirectory("proa-steady");
        SteadyReport report = measure(folder);
        Trio.deleteTree(folder);
        return report;
    }

    private SteadyReport measure(Path folder) throws IOException {
        TrioPlan plan = new TrioPlan(false, 2, 1, interval);
        try (Trio trio = Trio.open(plan, folder)) {
            ProaPair pair = new ProaPair(trio, trio.lab().orElseThrow());
            trio.awaitServers();
            pair.start();
            pair.awaitWhole();
            return observed(trio, folder);
        } catch (LabException e) {
            throw new IOException(
                    "bench steady: " + e.getMessage() + "\nThe logs are in " + folder, e);
        }
    }

    private SteadyReport observed(Trio trio, Path folder) throws IOException {
        String address = trio.plan().vips().getFirst();
        Observer.Plan watched =
                new Observer.Plan(
                        List.of(address),
                        trio.plan().unused(),
                        List.of(address + ":" + Trial.PORT),
                        PROBE_MILLIS,
                        trio.plan().source(16, 0));
        try (Observer observer = Observer.start(trio.clientPlace(), watched, folder)) {
            List<Process> busy = new ArrayList<>();
            try {
                for (int at = 0; at < programs(); at++) {
                    busy.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
                }
                return watch(trio, observer, address);
            } finally {
                busy.forEach(Process::destroyForcibly);
            }
        }
    }

    private SteadyReport watch(Trio trio, Observer observer, String address) {
        long before = taken(trio);
        Set<String> hosts = new HashSet<>();
        long doubtful = 0;
        double silence = 0;
        long first = System.nanoTime();
        for (long minute = 1; minute <= duration.toMinutes(); minute++) {
            long start = System.nanoTime();
            Await.pass(Duration.ofMinutes(1));
            Observation seen =
                    observer.between(Math.max(first, start - BEFORE_NANOS), System.nanoTime());
            hosts.addAll(hosts(seen));
            doubtful += isPlain(seen) ? 0 : 1;
            for (Silence each : seen.silences().values()) {
                silence = Math.max(silence, each.gapMillis() - each.gapUnknownMillis());
            }
            progress.printf(
                    Locale.ROOT,
                    "%d of %d minutes: %d takeovers, %.0f ms without an answer at most%n",
                    minute,
                    duration.toMinutes(),
                    taken(trio) - before,
                    silence);
        }
        return new SteadyReport(
                address,
                interval.toMillis(),
                duration.toMinutes(),
                programs(),
                taken(trio) - before,
                hosts.size(),
                doubtful,
                silence);
    }

    private static Set<String> hosts(Observation seen) {
        return seen.owners().values().stream()
                .flatMap(each -> each.periods().stream())
                .map(Ownership.Period::mac)
                .collect(Collectors.toSet());
    }

    /** One host answered, and somebody asked. */
    static boolean isPlain(Observation seen) {
        return hosts(seen).size() == 1
                && !seen.silences().isEmpty()
                && seen.silences().values().stream().allMatch(each -> each.probes() > 0);
    }

    /** How often any of them has taken the group, by their own logs. */
    private static long taken(Trio trio) {
        return trio.machines().stream()
                .map(Machine::vipd)
                .mapToLong(vipd -> vipd.printed().lines().filter(l -> l.contains(TAKEN)).count())
                .sum();
    }

    private static int programs() {
        return Runtime.getRuntime().availableProcessors() * BUSY_A_PROCESSOR;
    }
}
