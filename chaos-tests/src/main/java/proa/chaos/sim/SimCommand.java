package proa.chaos.sim;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import proa.chaos.report.Console;
import proa.chaos.report.Json;
import proa.chaos.sim.SimReport.Broken;
import proa.chaos.sim.world.Fault.Strike;
import proa.chaos.sim.world.Shape;
import proa.chaos.sim.world.Shrinker;
import proa.chaos.sim.world.Story;
import proa.chaos.sim.world.Story.Ending;
import proa.config.Timing;
import proa.config.command.Subcommand;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * {@code proa sim}. Exit codes: 0 every promise held in every seed; 1 one did not; 2 wrong
 * arguments.
 */
@Command(
        name = "sim",
        description = {
            "Simulates clusters with faults, each from a seed, and checks after every event what is"
                + " promised: one owner that serves, nobody flaps, tables agree, nothing is lost or"
                + " back, limits hold. The session store is not simulated.",
            "The same seed is the same world to the last event."
        },
        mixinStandardHelpOptions = true)
public final class SimCommand implements Subcommand {

    private static final int SEEDS_MAX = 1_000_000;
    private static final double HOURS_MAX = 10_000;
    private static final double HOUR_NANOS = 3.6e12;

    /** How often a broken world is told again in search of fewer faults. */
    private static final int SHRINKING_TRIES_MAX = 200;

    /** And for how long: a seed of an hour takes a minute to tell. */
    private static final double SHRINKING_SECONDS_MAX = 120;

    @Option(names = "--seed", defaultValue = "1", description = "First seed; ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--seeds", defaultValue = "200", description = "How many; ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--hours",
            defaultValue = "0",
            description = "Simulated hours of each seed; less than one round of faults: one round.")
    private double hours;

    @Option(names = "--nodes", defaultValue = "3", description = "2 to 7; ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(names = "--groups", defaultValue = "2", description = "1 to 16; ${DEFAULT-VALUE}.")
    private int groups;

    @Option(names = "--timing", defaultValue = "lan", description = "lab, lan or vm.")
    private String timing = "lan";

    @Option(names = "--addresses-only", description = "Without tables and clients.")
    private boolean addressesOnly;

    @Option(
            names = "--faults",
            paramLabel = "NUMBERS",
            split = ",",
            description = "With --trace: only these of the seed's faults, by number from 0.")
    private @Nullable List<Integer> faults;

    @Option(names = "--trace", description = "Prints every event of the first seed.")
    private boolean trace;

    @Option(names = "--json", description = "Prints the facts as JSON.")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = out();
        Campaign campaign = campaign();
        return trace ? trace(campaign, out) : run(campaign, out);
    }

    private PrintWriter out() {
        return spec == null
                ? new PrintWriter(System.out, true, StandardCharsets.UTF_8)
                : spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec == null
                ? new PrintWriter(System.err, true, StandardCharsets.UTF_8)
                : spec.commandLine().getErr();
    }

    private ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalArgumentException(message);
        }
        return new ParameterException(spec.commandLine(), message);
    }

    private Campaign campaign() {
        if (seeds < 1 || seeds > SEEDS_MAX) {
            throw wrong("--seeds is 1 to " + SEEDS_MAX);
        }
        if (!(hours >= 0 && hours <= HOURS_MAX)) {
            throw wrong("--hours is 0 to " + Math.round(HOURS_MAX));
        }
        if (nodes < Shape.NODES_MIN || nodes > Shape.NODES_MAX) {
            throw wrong("--nodes is " + Shape.NODES_MIN + " to " + Shape.NODES_MAX);
        }
        if (groups < 1 || groups > Shape.GROUPS_MAX) {
            throw wrong("--groups is 1 to " + Shape.GROUPS_MAX);
        }
        if (faults != null && !trace) {
            throw wrong("--faults belongs to --trace");
        }
        Timing profile = profile();
        Campaign one = new Campaign(seed, seeds, 1, nodes, groups, profile, !addressesOnly);
        int rounds = (int) Math.max(1, Math.round(hours * HOUR_NANOS / one.roundNanos()));
        return new Campaign(seed, seeds, rounds, nodes, groups, profile, !addressesOnly);
    }

    private Timing profile() {
        for (Timing profile : Timing.values()) {
            if (profile.name().toLowerCase(Locale.ROOT).equals(timing)) {
                return profile;
            }
        }
        throw wrong("--timing is lab, lan or vm");
    }

    // --- one seed, every event

    private int trace(Campaign campaign, PrintWriter out) {
        Story story = campaign.story(seed);
        story = faults == null ? story : story.with(chosen(story, faults));
        for (Strike strike : story.strikes()) {
            out.println(strike);
        }
        Ending ending = story.tell(out::println);
        out.println(ending.broken() == null ? "every promise held" : "BROKEN " + ending.broken());
        out.flush();
        return ending.broken() == null ? 0 : 1;
    }

    private List<Strike> chosen(Story story, List<Integer> numbers) {
        List<Strike> chosen = new ArrayList<>();
        for (int number : numbers) {
            if (number < 0 || number >= story.strikes().size()) {
                throw wrong("--faults: this seed has " + story.strikes().size() + " faults");
            }
            chosen.add(story.strikes().get(number));
        }
        return chosen;
    }

    // --- many seeds

    private int run(Campaign campaign, PrintWriter out) throws InterruptedException {
        long begun = System.nanoTime();
        List<Ending> endings = campaign.run();
        double seconds = (System.nanoTime() - begun) / 1e9;
        Optional<Broken> first =
                endings.stream()
                        .filter(ending -> ending.broken() != null)
                        .findFirst()
                        .map(ending -> broken(campaign, ending));
        SimReport report = SimReport.of(endings, nodes, seconds, first);
        if (json) {
            out.print(Json.pretty(report));
            out.flush();
        } else {
            print(report, new Console(out));
        }
        return report.broken().isEmpty() ? 0 : 1;
    }

    private Broken broken(Campaign campaign, Ending ending) {
        Story story = campaign.story(ending.seed());
        err().printf(
                        Locale.ROOT,
                        "seed %d broke at %.3f ms: %s%nleaving out faults that do not matter, for"
                                + " %.0f s at most%n",
                        ending.seed(),
                        ending.brokenNanos() / 1e6,
                        ending.broken(),
                        SHRINKING_SECONDS_MAX);
        List<Strike> few = Shrinker.shrink(story, ending, patience());
        List<String> numbers = new ArrayList<>();
        for (Strike strike : few) {
            numbers.add(String.valueOf(story.strikes().indexOf(strike)));
        }
        String replay =
                String.format(
                        Locale.ROOT,
                        "proa sim --seed %d --nodes %d --groups %d --timing %s%s%s%s --trace",
                        ending.seed(),
                        nodes,
                        groups,
                        timing,
                        addressesOnly ? " --addresses-only" : "",
                        hours > 0 ? " --hours " + hours : "",
                        numbers.isEmpty() ? "" : " --faults " + String.join(",", numbers));
        return new Broken(
                ending.seed(),
                ending.brokenNanos() / 1e6,
                String.valueOf(ending.broken()),
                few.stream().map(Strike::toString).toList(),
                replay);
    }

    private static BooleanSupplier patience() {
        long begun = System.nanoTime();
        AtomicInteger tries = new AtomicInteger();
        return () ->
                tries.getAndIncrement() < SHRINKING_TRIES_MAX
                        && (System.nanoTime() - begun) / 1e9 < SHRINKING_SECONDS_MAX;
    }

    private void print(SimReport report, Console console) {
        console.line(
                "%d seeds from %d, %d nodes, %d groups, %s, %s",
                report.seeds(),
                seed,
                nodes,
                groups,
                timing,
                addressesOnly ? "addresses alone" : "the whole stack without the session store");
        console.line(
                "%.1f node-hours in %.1f s: %.0f a minute; %d events, %d faults, %d takeovers",
                report.nodeHours(),
                report.seconds(),
                report.nodeHoursPerMinute(),
                report.events(),
                report.faults(),
                report.takeovers());
        console.line(
                "nobody answered for at most %.0f ms, two for at most %.1f ms",
                report.longestGapMillis(), report.longestOverlapMillis());
        report.firstBroken().ifPresent(first -> print(first, console));
        if (report.broken().isEmpty()) {
            console.line("Every promise held after every event.");
        } else {
            console.line("BROKEN in %s", report.broken());
        }
    }

    private static void print(Broken first, Console console) {
        console.line("");
        console.line("seed %d at %.3f ms: %s", first.seed(), first.atMillis(), first.what());
        first.faults().forEach(fault -> console.line("  %s", fault));
        console.line("  %s", first.replay());
    }
}
