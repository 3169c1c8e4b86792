package proa.chaos.drill;

import proa.chaos.drill.facts.DrillFacts.ClientFact;
import proa.chaos.drill.facts.Evidence;
import proa.chaos.drill.facts.Use;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Machine;
import proa.chaos.load.LoadReport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How things were before a drill, for what is counted since the trio's start. */
final class Baseline {

    private static final int FAILURES_MAX = 50;

    private final LoadReport.Counts counts;
    private final LoadReport.Once once;
    private final Map<String, Held> held;

    /** What a process holds. */
    private record Held(long pid, int descriptors, double megabytes) {}

    private Baseline(LoadReport.Counts counts, LoadReport.Once once, Map<String, Held> held) {
        this.counts = counts;
        this.once = once;
        this.held = held;
    }

    static Baseline of(Stage stage) {
        return new Baseline(stage.cast().load().counts(), stage.cast().load().once(), held(stage));
    }

    LoadReport.Counts counts() {
        return counts;
    }

    /** What has come of requests that must not be repeated, since. */
    Evidence.Once once(LoadReport.Once now) {
        return new Evidence.Once(
                now.sent() - once.sent(),
                now.answered() - once.answered(),
                now.doubled() - once.doubled(),
                now.unreceived() - once.unreceived(),
                now.examples());
    }

    /** The processes that have lived since. */
    List<Use> uses(Stage stage) {
        List<Use> uses = new ArrayList<>();
        held(stage)
                .forEach(
                        (process, now) -> {
                            Held before = held.get(process);
                            if (before != null && before.pid == now.pid) {
                                uses.add(
                                        new Use(
                                                process,
                                                most(process.substring(process.indexOf('/'))),
                                                now.descriptors,
                                                before.megabytes,
                                                now.megabytes));
                            }
                        });
        return uses;
    }

    /** Of all of its kind: a new owner has the clients that the old one had. */
    private int most(String role) {
        return held.entrySet().stream()
                .filter(each -> each.getKey().endsWith(role))
                .mapToInt(each -> each.getValue().descriptors)
                .max()
                .orElse(0);
    }

    private static Map<String, Held> held(Stage stage) {
        Map<String, Held> held = new LinkedHashMap<>();
        for (Machine machine : stage.trio().machines()) {
            for (LabProcess process : List.of(machine.node(), machine.vipd())) {
                try {
                    held.put(process.label(), held(process.pid()));
                } catch (IOException _) {
                    // It has ended: then it did not live through the drill.
                }
            }
        }
        return held;
    }

    private static Held held(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"));
                Stream<String> status = Files.lines(process.resolve("status"))) {
            double kilobytes =
                    status.filter(line -> line.startsWith("VmRSS:"))
                            .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElse(0);
            return new Held(pid, (int) descriptors.count(), kilobytes / 1_024);
        }
    }

    /** Requests that have failed since, a few. */
    List<ClientFact> failures(Stage stage, long startNanos) {
        return stage.cast().load().failures(startNanos).stream()
                .limit(FAILURES_MAX)
                .map(
                        fact ->
                                new ClientFact(
                                        fact.client(),
                                        fact.request()
                                                + " on a "
                                                + fact.connection()
                                                + " connection",
                                        fact.begunMillis(),
                                        fact.tookMillis(),
                                        fact.outcome()))
                .toList();
    }
}
