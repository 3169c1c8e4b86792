package proa.node.admin;

import proa.node.admin.Route.Parameter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Routes → their description for programs.
 *
 * <p>Source: OpenAPI Specification 3.1.
 */
final class OpenApi {

    private OpenApi() {}

    /**
     * One JSON document.
     *
     * @param cookie name of the one that a login sets
     */
    static String of(List<Route> routes, String cookie) {
        Map<String, Object> paths = new LinkedHashMap<>();
        for (Route route : routes.stream().filter(each -> !each.local()).toList()) {
            @SuppressWarnings("unchecked") // only maps are put here
            Map<String, Object> path =
                    (Map<String, Object>)
                            paths.computeIfAbsent(route.path(), _ -> new LinkedHashMap<>());
            path.put(route.method().toLowerCase(Locale.ROOT), operation(route));
        }
        paths.put("/stream", Map.of("get", stream()));
        return Json.of(
                Answer.ordered(
                        "openapi", "3.1.0",
                        "info",
                                Answer.ordered(
                                        "title", "Proa node",
                                        "version", "1",
                                        "description",
                                                "What can be asked of a node and done to it. Roles:"
                                                    + " view, operate, admin; each includes those"
                                                    + " before it."),
                        "servers", List.of(Answer.ordered("url", Router.PREFIX)),
                        "security", List.of(Map.of("basic", List.of()), Map.of("login", List.of())),
                        "paths", paths,
                        "components", components(cookie)));
    }

    private static Map<String, Object> operation(Route route) {
        List<Object> parameters = new ArrayList<>();
        route.segments().stream()
                .filter(Route::varies)
                .forEach(each -> parameters.add(parameter(Route.nameOf(each), "path", true, "")));
        for (Parameter each : route.parameters()) {
            parameters.add(parameter(each.name(), "query", each.required(), each.meaning()));
        }
        Map<String, Object> operation =
                Answer.ordered(
                        "operationId", id(route),
                        "summary", route.summary(),
                        "x-role", route.level().name().toLowerCase(Locale.ROOT),
                        "parameters", parameters);
        Map<String, Object> body = ApiSchemas.body(route);
        if (!body.isEmpty()) {
            operation.put("requestBody", body);
        }
        operation.put("responses", responses(route));
        return operation;
    }

    /** What only those see who have logged in over HTTP. */
    private static Map<String, Object> stream() {
        return Answer.ordered(
                "operationId", "get-stream",
                "summary", "The status, once a second, as server-sent events.",
                "x-role", "view",
                "responses",
                        Answer.ordered(
                                "200",
                                        Answer.ordered(
                                                "description",
                                                "As long as both sides want.",
                                                "content",
                                                Answer.ordered("text/event-stream", Map.of())),
                                "default", Answer.ordered("$ref", "#/components/responses/Error")));
    }

    /** {@code post-backends-backend-servers-server}. */
    private static String id(Route route) {
        return route.method().toLowerCase(Locale.ROOT)
                + route.path().replaceAll("[{}]", "").replace('/', '-');
    }

    private static Map<String, Object> parameter(
            String name, String in, boolean required, String meaning) {
        return Answer.ordered(
                "name", name,
                "in", in,
                "required", required,
                "description", meaning,
                "schema", Answer.ordered("type", "string"));
    }

    private static Map<String, Object> responses(Route route) {
        Map<String, Object> responses = new LinkedHashMap<>();
        responses.put("200", response("It is done, or this is it.", route));
        if (route.path().equals("/ready") || route.path().equals("/live")) {
            responses.put("503", response("It is not.", route));
        }
        responses.put("default", Answer.ordered("$ref", "#/components/responses/Error"));
        return responses;
    }

    private static Map<String, Object> response(String description, Route route) {
        return Answer.ordered(
                "description",
                description,
                "content",
                Answer.ordered(
                        "application/json", Answer.ordered("schema", ApiSchemas.answer(route))));
    }

    private static Map<String, Object> components(String cookie) {
        Map<String, Object> error =
                Answer.ordered(
                        "type", "object",
                        "required", List.of("error"),
                        "properties",
                                Answer.ordered(
                                        "error", Answer.ordered("type", "string"),
                                        "reasons",
                                                Answer.ordered(
                                                        "type",
                                                        "array",
                                                        "items",
                                                        Answer.ordered("type", "string"))));
        return Answer.ordered(
                "securitySchemes",
                        Answer.ordered(
                                "basic", Answer.ordered("type", "http", "scheme", "basic"),
                                "login",
                                        Answer.ordered(
                                                "type", "apiKey",
                                                "in", "cookie",
                                                "name", cookie)),
                "schemas", ApiSchemas.components(),
                "responses",
                        Answer.ordered(
                                "Error",
                                Answer.ordered(
                                        "description",
                                        "It is not, and why.",
                                        "content",
                                        Answer.ordered(
                                                "application/json",
                                                Answer.ordered("schema", error)))));
    }
}
