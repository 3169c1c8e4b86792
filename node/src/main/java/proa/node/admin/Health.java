package proa.node.admin;

import proa.node.metrics.Exposition;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers monitoring: {@code GET /metrics}, {@code /health/live} and {@code /health/ready}, without
 * a login. Nothing can be changed here. Safe from any thread.
 */
public final class Health {

    /** What is here, for those who ask for something else. */
    public static final String PATHS = "/metrics, /health/live and /health/ready";

    private final Monitoring node;

    /** Of this node. */
    public Health(Monitoring node) {
        this.node = node;
    }

    /** Whether a path is one of these. */
    public static boolean has(String path) {
        return path.equals("/metrics") || path.startsWith("/health/");
    }

    /** Answers a request for one of these, or says that there is nothing else. */
    public WebAnswer answer(WebRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return WebAnswer.of(Answer.error(Answer.METHOD_NOT_ALLOWED, "only GET and HEAD"));
        }
        return switch (request.path()) {
            case "/metrics" ->
                    WebAnswer.of(
                                    Answer.OK,
                                    Exposition.TYPE,
                                    node.metrics().getBytes(StandardCharsets.UTF_8))
                            .with("Cache-Control: no-store");
            case "/health/live" -> WebAnswer.of(live());
            case "/health/ready" -> WebAnswer.of(ready());
            default -> WebAnswer.of(Answer.error(Answer.NOT_FOUND, "there are " + PATHS));
        };
    }

    private Answer live() {
        boolean live = node.live();
        return new Answer(live ? Answer.OK : Answer.UNAVAILABLE, Map.of("live", live));
    }

    private Answer ready() {
        List<String> lacking = node.lacking();
        Map<String, Object> frontends = new LinkedHashMap<>();
        node.frontends()
                .forEach(
                        (name, lacks) ->
                                frontends.put(
                                        name,
                                        Answer.ordered(
                                                "ready", lacks.isEmpty(), "lacking", lacks)));
        boolean bound = node.frontends().values().stream().allMatch(List::isEmpty);
        boolean ready = lacking.isEmpty() && bound;
        return new Answer(
                ready ? Answer.OK : Answer.UNAVAILABLE,
                Answer.ordered(
                        "ready", ready,
                        "lacking", lacking,
                        "warnings", node.warnings(),
                        "frontends", frontends));
    }
}
