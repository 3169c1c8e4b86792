package proa.node.rules;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;
import proa.config.Condition;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Route;
import proa.config.FrontendConfig.Rule;
import proa.node.exchange.Facts;
import proa.node.exchange.Traffic.Decision;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why a request gets what it gets: every rule and route that is looked at, in order, with each test
 * of its condition. The same steps as {@link FrontendTraffic} run, over tables that nobody else
 * sees, so that nothing is counted. Immutable.
 *
 * @param steps rules, then routes, up to the one that decides
 * @param answer what the request is answered with here; empty if it goes on
 * @param backend where it goes; empty if it is answered here
 * @param target path and query as the server gets them; empty unless it goes on
 */
public record Reasoning(
        List<Step> steps, Optional<String> answer, Optional<String> backend, String target) {

    public Reasoning {
        steps = List.copyOf(steps);
    }

    /**
     * A rule or a route.
     *
     * @param place its path in the file, as {@code rules[2]} below the frontend
     * @param what it in words
     * @param holds whether its condition does
     * @param tests of its condition; those in others are indented
     * @param effect what came of it; empty if it does not hold
     */
    public record Step(String place, String what, boolean holds, List<Test> tests, String effect) {
        public Step {
            tests = List.copyOf(tests);
        }
    }

    /**
     * A test of a condition.
     *
     * @param depth how many others it is in
     * @param words it in words, and what it saw
     */
    public record Test(int depth, String words, boolean holds) {}

    /** A test, and where it looks if it compares a number of a table. */
    private record Node(Condition condition, Compiler.Test test, List<Node> in, int slot) {}

    private record Line(String what, Node condition, FrontendTraffic.@Nullable Step step) {}

    /**
     * Thinks a request through.
     *
     * @param counters tables; they are only read
     * @param surroundings what conditions ask besides the request
     */
    public static Reasoning of(
            FrontendConfig frontend, Facts facts, Counters counters, Surroundings surroundings) {
        Compiler compiler = new Compiler(new WhatIf(counters), surroundings);
        List<Line> rules = new ArrayList<>();
        for (int at = 0; at < frontend.rules().size(); at++) {
            Rule rule = frontend.rules().get(at);
            String place = "rule " + (at + 1) + " of frontend " + frontend.name();
            rules.add(
                    new Line(
                            Words.of(rule),
                            node(rule.when(), compiler),
                            Steps.step(rule, place, compiler)));
        }
        List<Line> routes = new ArrayList<>();
        for (Route route : frontend.routes()) {
            routes.add(new Line("backend " + route.backend(), node(route.when(), compiler), null));
        }
        return decide(frontend, rules, routes, new Request(facts, compiler.tables()));
    }

    private static Node node(Condition condition, Compiler compiler) {
        List<Condition> in =
                switch (condition) {
                    case Condition.All(var of) -> of;
                    case Condition.Any(var of) -> of;
                    case Condition.None(var of) -> of;
                    default -> List.of();
                };
        return new Node(
                condition,
                compiler.test(condition),
                in.stream().map(each -> node(each, compiler)).toList(),
                condition instanceof Condition.RateAbove compared
                        ? compiler.slot(compared.table())
                        : -1);
    }

    private static Reasoning decide(
            FrontendConfig frontend, List<Line> rules, List<Line> routes, Request request) {
        List<Step> steps = new ArrayList<>();
        for (int at = 0; at < rules.size(); at++) {
            Line line = rules.get(at);
            boolean holds = line.condition.test.holds(request);
            List<Test> tests = tests(line.condition, request);
            FrontendTraffic.Step step = line.step;
            Decision end = step == null ? null : step.apply(request);
            String effect = end != null ? Words.of(end) : holds ? "goes on" : "";
            steps.add(new Step("rules[" + at + "]", line.what, holds, tests, effect));
            if (end != null) {
                return new Reasoning(steps, Optional.of(effect), Optional.empty(), "");
            }
        }
        for (int at = 0; at < routes.size(); at++) {
            Line line = routes.get(at);
            boolean holds = line.condition.test.holds(request);
            List<Test> tests = tests(line.condition, request);
            String effect = holds ? "goes there" : "";
            steps.add(new Step("routes[" + at + "]", line.what, holds, tests, effect));
            if (holds) {
                String backend = frontend.routes().get(at).backend();
                return new Reasoning(
                        steps, Optional.empty(), Optional.of(backend), target(request));
            }
        }
        return new Reasoning(
                steps,
                Optional.of("503: no route of frontend " + frontend.name() + " matches"),
                Optional.empty(),
                "");
    }

    private static String target(Request request) {
        String path = request.path();
        String query = request.query();
        return query.isEmpty() ? path : path + "?" + query;
    }

    private static List<Test> tests(Node node, Request request) {
        List<Test> tests = new ArrayList<>();
        if (!(node.condition instanceof Condition.Always)) {
            add(node, 0, request, tests);
        }
        return tests;
    }

    private static void add(Node node, int depth, Request request, List<Test> to) {
        boolean holds = node.test.holds(request);
        String words = Words.of(node.condition, request.facts());
        to.add(new Test(depth, words + number(node, request), holds));
        node.in.forEach(each -> add(each, depth + 1, request, to));
    }

    /** The number that a test compares. */
    private static String number(Node node, Request request) {
        if (!(node.condition instanceof Condition.RateAbove compared)) {
            return "";
        }
        TableKey key = request.key(node.slot);
        if (key == null) {
            return "; the request has no key in it";
        }
        Counters.Table table = request.table(node.slot);
        int counter = table.schema().counter(compared.counter());
        long number =
                switch (compared.value()) {
                    case RATE -> request.rate(node.slot, counter);
                    case TOTAL -> table.total(key, counter);
                    case CURRENT -> table.current(key, counter);
                    case TAG -> table.tag(key, table.schema().tag(compared.counter()));
                };
        return "; it is " + number;
    }
}
