package proa.node.cli;

import java.util.List;
import java.util.Map;

/** The document of an explanation, for the eye. */
final class ExplanationText {

    private final StringBuilder out = new StringBuilder();

    private ExplanationText() {}

    static String of(Map<?, ?> document) {
        ExplanationText text = new ExplanationText();
        text.whole(document);
        return text.out.toString();
    }

    private void whole(Map<?, ?> document) {
        String frontend = text(document, "frontend");
        line(0, frontend.isEmpty() ? "no frontend" : "frontend " + frontend, document);
        list(document, "notes").forEach(note -> out.append("  note: ").append(note).append('\n'));
        for (Object each : list(document, "steps")) {
            if (each instanceof Map<?, ?> step) {
                step(step);
            }
        }
        if (document.containsKey("answer")) {
            out.append("answered here: ").append(text(document, "answer")).append('\n');
        }
        if (document.containsKey("backend")) {
            out.append("backend ").append(text(document, "backend"));
            out.append(", as ").append(text(document, "target")).append('\n');
        }
        if (document.get("servers") instanceof Map<?, ?> servers) {
            servers(servers);
        }
    }

    private void step(Map<?, ?> step) {
        String effect = text(step, "effect");
        String what = (holds(step) ? "yes " : "no  ") + text(step, "what");
        line(1, effect.isEmpty() ? what : what + ": " + effect, step);
        for (Object each : list(step, "tests")) {
            if (each instanceof Map<?, ?> test) {
                int depth = test.get("depth") instanceof Number number ? number.intValue() : 0;
                out.repeat("  ", depth + 4);
                out.append(holds(test) ? "yes " : "no  ").append(text(test, "test")).append('\n');
            }
        }
    }

    private void servers(Map<?, ?> servers) {
        String first = text(servers, "first");
        out.append("server ").append(first.isEmpty() ? "none" : first);
        out.append(": ").append(text(servers, "why")).append('\n');
        List<?> then = list(servers, "then");
        if (!then.isEmpty()) {
            String names = String.join(", ", then.stream().map(String::valueOf).toList());
            out.append("  if it cannot be reached: ").append(names).append('\n');
        }
        out.append("  spread by ").append(text(servers, "algorithm")).append('\n');
        for (Object each : list(servers, "all")) {
            if (each instanceof Map<?, ?> server) {
                out.append(Boolean.TRUE.equals(server.get("eligible")) ? "  yes " : "  no  ");
                out.append(text(server, "name")).append(", weight ").append(text(server, "weight"));
                String why = text(server, "why");
                out.append(why.isEmpty() ? "" : ": " + why).append('\n');
            }
        }
    }

    private void line(int indent, String words, Map<?, ?> placed) {
        String place = text(placed, "place");
        out.repeat("  ", indent).append(words);
        out.append(place.isEmpty() ? "" : "  (" + place + ")").append('\n');
    }

    private static boolean holds(Map<?, ?> of) {
        return Boolean.TRUE.equals(of.get("holds"));
    }

    private static String text(Map<?, ?> of, String key) {
        Object value = of.get(key);
        return value == null ? "" : value.toString();
    }

    private static List<?> list(Map<?, ?> of, String key) {
        return of.get(key) instanceof List<?> list ? list : List.of();
    }
}
