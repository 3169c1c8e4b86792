package proa.node.admin;

import proa.node.explain.Explanation;
import proa.node.explain.Servers;
import proa.node.rules.Reasoning;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Explanations as documents. */
public final class ExplanationReport {

    private ExplanationReport() {}

    /**
     * One document.
     *
     * @param place says where a path of the file stands
     */
    public static Map<String, Object> of(Explanation explanation, UnaryOperator<String> place) {
        String frontend = explanation.frontend().orElse("");
        String path = "frontends." + frontend;
        Map<String, Object> document = Answer.ordered("frontend", frontend);
        if (!frontend.isEmpty()) {
            document.put("place", place.apply(path));
        }
        document.put("notes", explanation.notes());
        explanation
                .reasoning()
                .ifPresent(
                        reasoning -> {
                            document.put(
                                    "steps",
                                    reasoning.steps().stream()
                                            .map(step -> step(step, path, place))
                                            .toList());
                            reasoning.answer().ifPresent(said -> document.put("answer", said));
                            reasoning.backend().ifPresent(to -> document.put("backend", to));
                            if (!reasoning.target().isEmpty()) {
                                document.put("target", reasoning.target());
                            }
                        });
        explanation.servers().ifPresent(servers -> document.put("servers", servers(servers)));
        return document;
    }

    private static Map<String, Object> step(
            Reasoning.Step step, String frontend, UnaryOperator<String> place) {
        List<Object> tests =
                step.tests().stream()
                        .<Object>map(
                                test ->
                                        Answer.ordered(
                                                "depth", test.depth(),
                                                "test", test.words(),
                                                "holds", test.holds()))
                        .toList();
        return Answer.ordered(
                "place", place.apply(frontend + "." + step.place()),
                "what", step.what(),
                "holds", step.holds(),
                "tests", tests,
                "effect", step.effect());
    }

    private static Map<String, Object> servers(Servers servers) {
        return Answer.ordered(
                "first", servers.first().orElse(""),
                "why", servers.why(),
                "then", servers.then(),
                "algorithm", servers.algorithm(),
                "all",
                        servers.all().stream()
                                .map(
                                        each ->
                                                Answer.ordered(
                                                        "name", each.name(),
                                                        "weight", each.weight(),
                                                        "eligible", each.eligible(),
                                                        "why", each.why()))
                                .toList());
    }
}
