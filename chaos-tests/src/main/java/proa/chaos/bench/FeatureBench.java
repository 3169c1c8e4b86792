package proa.chaos.bench;

import proa.chaos.bench.FeatureCosts.Cost;
import proa.chaos.bench.program.GeneratorProcess;
import proa.chaos.bench.program.Program;
import proa.chaos.bench.program.Programs;
import proa.chaos.bench.program.Programs.Answers;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What each feature costs a request: nodes that have one, a few at a time so that those that wait
 * for their turn do not disturb, beside one that has none. Rounds go through all of them, each time
 * beginning with another.
 */
final class FeatureBench {

    /** The workload's name. */
    static final String NAME = "features";

    /** Nodes that run at the same time beside the one without a feature. */
    private static final int TOGETHER = 3;

    private static final Workload WORKLOAD = Workload.HTTP1_KEEP_ALIVE;

    private final Effort effort;
    private final PrintStream progress;
    private final Driver driver;

    FeatureBench(Effort effort, GeneratorProcess generator, PrintStream progress) {
        this.effort = effort;
        this.progress = progress;
        this.driver = new Driver(WORKLOAD, effort, generator);
    }

    /** About how long it takes. */
    static int seconds(Effort effort) {
        int groups = Math.ceilDiv(FeatureCosts.compared().size(), TOGETHER);
        int nodes = FeatureCosts.compared().size() + groups;
        return nodes * (effort.warmUpSecondsMax() / 3 + effort.rounds() * effort.seconds());
    }

    /** Programs that were started have ended when this returns. */
    FeatureCosts measure() throws IOException {
        return measure(FeatureCosts.compared());
    }

    /** Of these alone. */
    FeatureCosts measure(List<Feature> features) throws IOException {
        List<Cost> costs = new ArrayList<>();
        for (int from = 0; from < features.size(); from += TOGETHER) {
            costs.addAll(group(features.subList(from, Math.min(features.size(), from + TOGETHER))));
        }
        return new FeatureCosts(costs);
    }

    private List<Cost> group(List<Feature> features) throws IOException {
        try (Programs programs = Programs.open()) {
            Program server = programs.server(Answers.HTTP);
            List<Program> nodes = new ArrayList<>();
            nodes.add(start(programs, Feature.DEFAULTS, server));
            for (Feature each : features) {
                nodes.add(start(programs, each, server));
            }
            for (Program each : nodes) {
                say("warm: " + label(each) + ", " + driver.warmUp(each));
            }
            List<Round> rounds = new ArrayList<>();
            int quiet = 0;
            while (quiet < effort.rounds() && rounds.size() < 2 * effort.rounds()) {
                Round round = round(nodes, rounds.size() + 1);
                rounds.add(round);
                quiet += round.quiet() ? 1 : 0;
                Collections.rotate(nodes, 1);
            }
            programs.succeeded();
            return features.stream().map(each -> Cost.of(each, rounds)).toList();
        }
    }

    private static Program start(Programs programs, Feature feature, Program server)
            throws IOException {
        Program node = programs.proa(feature.program(), feature.additions(), server);
        programs.awaitReady(node);
        return node;
    }

    private Round round(List<Program> order, int number) throws IOException {
        Map<String, Sample> samples = new LinkedHashMap<>();
        for (Program node : order) {
            Slice slice = driver.fullSpeed(node);
            samples.put(node.name(), Sample.of(slice, slice));
            say(
                    String.format(
                            Locale.ROOT,
                            "round %d: %s %.2f CPU µs/request, others %.0f %%",
                            number,
                            label(node),
                            slice.cpuMicros(),
                            slice.others() * 100));
        }
        return new Round(samples);
    }

    private static String label(Program node) {
        return Feature.of(node.name()).label();
    }

    private void say(String line) {
        progress.println(NAME + ": " + line);
    }
}
