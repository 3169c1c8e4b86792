package proa.node.admin;

import proa.node.admin.Configurations.Terms;
import proa.node.admin.Route.Call;
import proa.node.admin.Route.Handler;
import proa.node.admin.Route.Parameter;

import java.util.List;

/** What can be asked about configurations of the whole cluster; part of {@link Router}. */
final class ConfigurationRoutes {

    private static final Parameter BASED_ON =
            new Parameter(
                    "based-on",
                    false,
                    "hashes it was made from, with commas; what is in use here unless said");
    private static final Parameter WITHOUT =
            new Parameter("without", false, "nodes that need not agree, with commas");
    private static final Parameter DRY_RUN =
            new Parameter("dry-run", false, "true: every node checks it, nothing changes");

    private ConfigurationRoutes() {}

    static List<Route> of(Configurations configurations) {
        return List.of(
                route(
                        "POST",
                        "/apply",
                        Level.ADMIN,
                        "Has all members take in the configuration in the body, or none.",
                        call ->
                                configurations.apply(
                                        call.parameter("file"),
                                        call.body(),
                                        terms(call),
                                        call.by()),
                        new Parameter("file", true, "how messages are to call it"),
                        BASED_ON,
                        WITHOUT,
                        DRY_RUN),
                route(
                        "GET",
                        "/history",
                        Level.VIEW,
                        "Configurations that were applied, newest first.",
                        _ -> configurations.history()),
                route(
                        "GET",
                        "/history/{version}",
                        Level.ADMIN,
                        "One of them with its text, secrets included.",
                        call -> configurations.version(call.name("version"))),
                route(
                        "POST",
                        "/rollback",
                        Level.ADMIN,
                        "Has all members go back to an earlier configuration.",
                        call ->
                                configurations.rollback(
                                        call.parameter("version"), terms(call), call.by()),
                        new Parameter("version", false, "the one before that in use unless said"),
                        BASED_ON,
                        WITHOUT,
                        DRY_RUN));
    }

    private static Route route(
            String method,
            String path,
            Level level,
            String summary,
            Handler handler,
            Parameter... parameters) {
        return new Route(method, path, level, summary, List.of(parameters), handler, false);
    }

    private static Terms terms(Call call) {
        return new Terms(
                words(call.parameter("based-on")),
                words(call.parameter("without")),
                call.parameter("dry-run").equals("true"));
    }

    private static List<String> words(String list) {
        return list.isEmpty() ? List.of() : List.of(list.split(",", -1));
    }
}
