package proa.chaos.demo;

import proa.chaos.demo.Facts.Kill;
import proa.chaos.lab.Await;
import proa.chaos.lab.Machine;
import proa.chaos.lab.StolenTime;
import proa.chaos.load.LoadReport;
import proa.chaos.load.LoadReport.Filled;
import proa.chaos.load.LoadReport.ReadBack;
import proa.chaos.load.LoadReport.RequestFact;
import proa.chaos.load.LoadReport.Writer;
import proa.chaos.observe.Observation;
import proa.chaos.observe.Silence;
import proa.chaos.report.Console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The steps of the demo: start, fill, load, gate, kill, load, read back. Used by one thread.
 *
 * <p>The gate is the same hypothesis as the judgement: what does not hold before the kill is not
 * the kill's fault, so the demo ends there.
 */
final class Demo {

    private static final int FILL = 1_000;
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration GATE = Duration.ofSeconds(2);

    /** For so long a trio may take to become steady: a machine compiles what it runs. */
    private static final Duration GATES = Duration.ofMinutes(1);

    /** Requests a second below which the load would prove little. */
    private static final double RATE_MIN = 500;

    private static final Duration AFTER_LAST_KILL = Duration.ofSeconds(10);
    private static final Duration AFTER_KILL = Duration.ofSeconds(4);
    private static final Duration RESTART_TIMEOUT = Duration.ofSeconds(60);

    private final Cast cast;
    private final Console console;
    private final String vip;
    private final List<Kill> kills = new ArrayList<>();

    /** Through the living nodes' own addresses, after each kill. */
    private final List<Writer> judged = new ArrayList<>();

    private LoadReport last = EMPTY;
    private long failedBefore;

    /** Of all kills, each with times since its own. */
    private final List<RequestFact> failures = new ArrayList<>();

    private final List<RequestFact> inFlight = new ArrayList<>();
    private final Set<Long> listed = new HashSet<>();
    private double waitMaxMillis;

    private static final LoadReport EMPTY =
            new LoadReport(
                    new LoadReport.Requests(0, 0, 0, 0, 0, 0, List.of(), List.of()),
                    new LoadReport.Limited(0, 0, 0, 0, 0),
                    List.of(),
                    new LoadReport.Reads(0, 0),
                    new LoadReport.Sticky(0, 0, 0),
                    LoadReport.LongEcho.NONE);

    Demo(Cast cast, Console console) {
        this.cast = cast;
        this.console = console;
        this.vip = cast.trio().plan().vips().getFirst();
    }

    /**
     * All steps.
     *
     * @param killCount how often the owner is killed
     * @param takeover false: only the preferred owner has an address manager, so nobody can take
     *     over
     */
    Facts run(int killCount, boolean takeover) {
        List<Machine> machines = cast.trio().machines();
        cast.start(takeover ? machines : machines.subList(0, 1));
        Machine first = cast.awaitOwner(vip);
        console.step("up: %s; %s owns %s", starts(), first, vip);
        Filled filled = fill();
        cast.load().begin();
        gate();
        Machine victim = first;
        for (int number = 1; number <= killCount; number++) {
            victim = cast.awaitOwner(vip);
            kill(victim, number == killCount ? AFTER_LAST_KILL : AFTER_KILL);
            if (number < killCount) {
                restart(victim);
            }
        }
        cast.load().end();
        return facts(first, victim, filled);
    }

    private String starts() {
        return cast.startMillis().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .map(
                        start ->
                                String.format(
                                        Locale.ROOT,
                                        "%s in %.1f s",
                                        start.getKey(),
                                        start.getValue() / 1e3))
                .collect(java.util.stream.Collectors.joining(", "));
    }

    private Filled fill() {
        Filled filled = cast.load().fill(FILL, FILL);
        console.step(
                "%d sessions written, %d sticky clients placed%s",
                filled.sessions(),
                filled.sticky(),
                filled.failed() == 0 ? "" : "; trouble: " + filled.lastError());
        return filled;
    }

    /** The load runs a while; then nothing may go wrong for two seconds, within a minute. */
    private void gate() {
        console.step("load begins: HTTP with cookies, sticky TCP, a rate-limited client, sessions");
        Await.pass(WARM_UP);
        long end = System.nanoTime() + GATES.toNanos();
        String trouble;
        do {
            trouble = look();
        } while (!trouble.isEmpty() && System.nanoTime() < end);
        if (!trouble.isEmpty()) {
            throw new NotSteadyException("the trio is not steady before the kill: " + trouble);
        }
    }

    /** What went wrong in two seconds; empty: nothing. Where nobody looked, nothing did. */
    private String look() {
        long start = System.nanoTime();
        long failed = cast.load().report(start).requests().failed();
        Await.pass(GATE);
        LoadReport report = cast.load().report(start);
        cast.observer().settle();
        Silence silence = cast.silence(cast.observer().since(start), vip);
        failedBefore = report.requests().failed();
        boolean steady =
                report.requests().perSecond() >= RATE_MIN
                        && failedBefore == failed
                        && silence.over()
                        && silence.gapMillis() - silence.gapUnknownMillis() <= Judge.GAP_MILLIS_MAX;
        console.step(
                "%s: %.0f requests a second, %d failed; longest without an answer %.1f ms"
                        + " (the observer's own share up to %.1f)",
                steady ? "steady" : "not steady yet",
                report.requests().perSecond(),
                failedBefore - failed,
                silence.gapMillis(),
                silence.lateMillis());
        return steady
                ? ""
                : silence
                        + " "
                        + report.requests().failures().stream()
                                .filter(failure -> failure.begunMillis() >= 0)
                                .limit(3)
                                .toList();
    }

    /** Nothing was proved: it did not even hold before the fault. */
    static final class NotSteadyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotSteadyException(String message) {
            super(message);
        }
    }

    private void kill(Machine victim, Duration after) {
        cast.load().fault(System.nanoTime());
        StolenTime stolen = new StolenTime();
        long killed = System.nanoTime();
        victim.node().kill();
        console.step("kill -9 of %s's node, process %d", victim, victim.node().pid());
        Await.pass(Duration.ofSeconds(1));
        Observation early = cast.observer().between(killed, System.nanoTime());
        Silence soon = cast.silence(early, vip);
        console.step(
                "%s",
                soon.over()
                        ? String.format(
                                Locale.ROOT,
                                "%s answers; without an answer for %.1f ms",
                                name(cast.owner(vip)),
                                soon.gapMillis())
                        : "no answer yet");
        Await.pass(after.minusSeconds(1));
        cast.observer().settle();
        note(victim, killed, stolen.share());
    }

    private void note(Machine victim, long killed, double stolen) {
        Observation observation = cast.observer().since(killed);
        Silence silence = cast.silence(observation, vip);
        last = cast.load().report(killed);
        long failed = last.requests().failed() - failedBefore;
        failedBefore = last.requests().failed();
        List<RequestFact> failedNow =
                last.requests().failures().stream()
                        .filter(failure -> listed.add(failure.id()))
                        .toList();
        failures.addAll(failedNow);
        inFlight.addAll(last.requests().inFlight());
        waitMaxMillis =
                Math.max(
                        waitMaxMillis,
                        survivors(victim).mapToDouble(Writer::waitMaxMillis).max().orElse(0));
        survivors(victim).filter(writer -> !writer.target().equals("vip")).forEach(judged::add);
        double answersMillis = (silence.startNanos() - killed) / 1e6 + silence.gapMillis();
        kills.add(
                new Kill(
                        victim.name(),
                        name(cast.owner(vip)),
                        silence.gapMillis(),
                        (silence.startNanos() - killed) / 1e6,
                        silence.over(),
                        Cast.ownership(observation, vip).overlapMillis(),
                        silence.slowestMillis(),
                        silence.lateMillis(),
                        stolen,
                        failed,
                        failedNow.size(),
                        failedNow.stream()
                                .filter(failure -> failure.begunMillis() > answersMillis)
                                .count(),
                        last.requests().inFlight().size()));
    }

    private static String name(Optional<Machine> machine) {
        return machine.map(Machine::name).orElse("");
    }

    /** Writers through the address and through living nodes. */
    private java.util.stream.Stream<Writer> survivors(Machine victim) {
        return last.writers().stream().filter(writer -> !writer.target().equals(victim.name()));
    }

    private void restart(Machine victim) {
        long begun = System.nanoTime();
        victim.startNode();
        cast.trio().awaitWhole(RESTART_TIMEOUT);
        cast.awaitSteady(vip);
        console.step("%s is back after %.1f s", victim, (System.nanoTime() - begun) / 1e9);
    }

    private Facts facts(Machine first, Machine victim, Filled filled) {
        List<ReadBack> reads = new ArrayList<>();
        for (Machine survivor : cast.trio().others(victim)) {
            ReadBack read = cast.load().readBack(survivor.name());
            console.step(
                    "read back through %s: %d sessions, %d sticky clients in %.1f s",
                    survivor, read.sessions(), read.sticky(), read.millis() / 1e3);
            reads.add(read);
        }
        LoadReport.Requests seen = last.requests();
        Facts.Requests requests =
                new Facts.Requests(
                        seen.sent(),
                        seen.failed(),
                        inFlight.size(),
                        seen.resent(),
                        seen.perSecond(),
                        seen.moved(),
                        seen.slowestMillis(),
                        failures,
                        inFlight);
        Facts.Sessions sessions =
                new Facts.Sessions(
                        filled.sessions(),
                        reads.stream().mapToLong(ReadBack::sessions).max().orElse(0),
                        reads.stream().mapToLong(ReadBack::lost).max().orElse(0),
                        waitMaxMillis,
                        reads);
        Facts.Sticky sticky =
                new Facts.Sticky(
                        filled.sticky(), reads.stream().mapToLong(ReadBack::moved).max().orElse(0));
        Facts.RateLimit limit = Facts.RateLimit.of(last.limited());
        List<Facts.Verdict> verdicts =
                Judge.verdicts(
                        kills,
                        requests,
                        sessions,
                        sticky,
                        limit,
                        judged,
                        cast.trio().others(victim).stream().map(Machine::name).toList());
        return new Facts(
                kills.stream().mapToDouble(Kill::gapMillis).max().orElse(0),
                new Facts.Owner(first.name(), kills.getLast().after()),
                kills.stream().mapToDouble(Kill::overlapMillis).max().orElse(-1),
                requests,
                sessions,
                sticky,
                limit,
                kills,
                cast.startMillis(),
                last.writers(),
                last.longEcho(),
                verdicts,
                verdicts.stream().allMatch(Facts.Verdict::holds));
    }
}
