package proa.node.admin;

import proa.node.admin.Route.Call;
import proa.node.admin.Route.Handler;
import proa.node.admin.Route.Parameter;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Requests → answers: everything that can be asked of a node and done to it, the same over its Unix
 * sockets and over HTTP below {@link #PREFIX}. Safe from any thread.
 */
public final class Router {

    /** What the paths begin with over HTTP; over Unix sockets it may be left out. */
    public static final String PREFIX = "/api/v1";

    private static final Parameter SESSION_KEY =
            new Parameter("key", true, "as clients of the Redis protocol say it");

    private static final Parameter DATABASE = new Parameter("database", false, "0 to 15; else 0");

    private final Inspection node;
    private final Control control;
    private final Together together;
    private final Advice advice;
    private final List<Route> routes;

    /** Over these, for a node without a file of its own. */
    public Router(Inspection node, Control control, Together together, Advice advice) {
        this(node, control, together, advice, Configurations.NONE);
    }

    /** Over these. */
    public Router(
            Inspection node,
            Control control,
            Together together,
            Advice advice,
            Configurations configurations) {
        this.node = node;
        this.control = control;
        this.together = together;
        this.advice = advice;
        routes =
                Stream.of(
                                looking(),
                                changing(),
                                ConfigurationRoutes.of(configurations),
                                KeyRoutes.of(control))
                        .flatMap(List::stream)
                        .toList();
    }

    private List<Route> looking() {
        return List.of(
                get("/status", "Everything about this node.", _ -> Answer.ok(node.status())),
                get("/nodes", "The members: who is there, who is ready.", part("nodes")),
                get("/groups", "Traffic groups: owner, term, reason.", part("groups")),
                get("/frontends", "Listeners and what they had.", part("frontends")),
                get("/backends", "Pools of servers.", part("backends")),
                get(
                        "/backends/{backend}",
                        "One backend and its servers.",
                        call -> control.backend(call.name("backend"))),
                get("/tables", "Tables: entries and servers.", part("tables")),
                get(
                        "/tables/{table}/entry",
                        "What is kept for one key, by node.",
                        call -> together.entry(call.name("table"), call.parameter("key")),
                        new Parameter("key", true, "an address, a text or a number")),
                get("/sessions", "The session store.", part("sessions")),
                get(
                        "/sessions/entry",
                        "One session: size, owner and backup, age, expiry; never its content.",
                        call -> session(call, false),
                        SESSION_KEY,
                        DATABASE),
                new Route(
                        "GET",
                        "/sessions/content",
                        Level.ADMIN,
                        "The same with its content.",
                        List.of(SESSION_KEY, DATABASE),
                        call -> session(call, true),
                        false),
                get("/replication", "What the members tell each other.", part("replication")),
                get("/events", "What has happened lately.", _ -> Answer.ok(node.events())),
                get("/samples", "The last hour, second by second.", _ -> Answer.ok(node.samples())),
                new Route(
                        "GET",
                        "/diagnosis",
                        Level.OPERATE,
                        "Threads, metrics, versions and the configuration, without secrets.",
                        List.of(),
                        _ -> Answer.ok(node.diagnosis()),
                        false),
                get("/ready", "Whether it takes traffic; 503 if not.", _ -> ready()),
                get("/live", "Whether its event loops turn; 503 if not.", _ -> live()),
                get(
                        "/explain",
                        "Which rule and server a request would get, and why.",
                        this::explain,
                        new Parameter("method", false, "GET unless said"),
                        new Parameter("url", true, "scheme, host, port, path and query"),
                        new Parameter("from", false, "the client's address"),
                        new Parameter("header", false, "Name: value; may come again")));
    }

    private List<Route> changing() {
        return List.of(
                post(
                        "/backends/{backend}/servers/{server}",
                        Level.OPERATE,
                        "Changes what a server is to do, or its weight.",
                        this::server,
                        new Parameter("order", false, "ready, drain or maintenance"),
                        new Parameter("weight", false, "0 to 256, a share like 50%, or file"),
                        new Parameter("seconds", false, "after which it is as before")),
                post(
                        "/tables/{table}/clear",
                        Level.OPERATE,
                        "Forgets one key on all nodes: its server, counters and tags.",
                        call ->
                                together.clear(
                                        call.name("table"), call.parameter("key"), call.by()),
                        new Parameter("key", true, "an address, a text or a number")),
                post(
                        "/plan",
                        Level.OPERATE,
                        "What the configuration in the body would change.",
                        call -> advice.plan(call.parameter("file"), call.body()),
                        new Parameter("file", true, "its name; others are relative to its folder")),
                post(
                        "/groups/{group}/move",
                        Level.ADMIN,
                        "Moves a group.",
                        call ->
                                together.move(
                                        call.name("group"), call.parameter("node"), call.by()),
                        new Parameter(
                                "node", false, "where to; where the file prefers it unless said")),
                post(
                        "/nodes/{node}/drain",
                        Level.ADMIN,
                        "Takes a node out of service for all groups.",
                        this::drain,
                        new Parameter("seconds", false, "after which it is back in service")),
                post(
                        "/nodes/{node}/ready",
                        Level.ADMIN,
                        "Gives a node back to service.",
                        call -> together.ready(call.name("node"), call.by())),
                local(
                        "/sessions/export",
                        "Writes all sessions of the cluster into a file.",
                        call -> sessions(call, control::exportSessions)),
                local(
                        "/sessions/import",
                        "Brings the sessions of a file into the cluster.",
                        call -> sessions(call, control::importSessions)),
                post(
                        "/reload",
                        Level.ADMIN,
                        "Takes in the configuration file anew.",
                        call -> control.reload(call.by())));
    }

    private static Route get(
            String path, String summary, Handler handler, Parameter... parameters) {
        return new Route("GET", path, Level.VIEW, summary, List.of(parameters), handler, false);
    }

    private static Route post(
            String path, Level level, String summary, Handler handler, Parameter... parameters) {
        return new Route("POST", path, level, summary, List.of(parameters), handler, false);
    }

    /** What is about files of this machine is for those who are on it. */
    private static Route local(String path, String summary, Handler handler) {
        return new Route(
                "POST",
                path,
                Level.ADMIN,
                summary,
                List.of(new Parameter("file", true, "the absolute path of a file")),
                handler,
                true);
    }

    /**
     * The description of all this, OpenAPI 3.1.
     *
     * @param cookie name of the one that a login sets
     */
    public String description(String cookie) {
        return OpenApi.of(routes, cookie);
    }

    /** Over a Unix socket: the level comes with the socket. */
    Answer overSocket(String method, String target, String body, Level level, String by) {
        String below = target.startsWith(PREFIX + "/") ? target.substring(PREFIX.length()) : target;
        return answer(
                method,
                below,
                body,
                level,
                by,
                needed ->
                        "this needs the level "
                                + lower(needed)
                                + " of the socket "
                                + needed.file()
                                + "; "
                                + level.file()
                                + " gives "
                                + lower(level));
    }

    /**
     * Over HTTP, for somebody who has logged in.
     *
     * @param target path and query below {@link #PREFIX}
     * @param role what this user may do
     */
    public Answer overHttp(String method, String target, String body, Level role, String by) {
        List<String> path = Query.path(target);
        if (routes.stream().anyMatch(route -> route.local() && route.fits(path))) {
            return Answer.error(
                    Answer.FORBIDDEN, "this is for those on this machine: ask on its socket");
        }
        return answer(
                method,
                target,
                body,
                role,
                by,
                needed ->
                        "this needs the role " + lower(needed) + "; " + by + " has " + lower(role));
    }

    /** Why somebody may not. */
    private interface TooLow {
        String words(Level needed);
    }

    private Answer answer(
            String method, String target, String body, Level level, String by, TooLow tooLow) {
        if (!method.equals("GET") && !method.equals("POST")) {
            return Answer.error(Answer.METHOD_NOT_ALLOWED, "only GET and POST");
        }
        List<String> path = Query.path(target);
        for (Route route : routes) {
            if (route.method().equals(method) && route.fits(path)) {
                return level.includes(route.level())
                        ? answer(route, path, Query.of(target), body, by)
                        : Answer.error(Answer.FORBIDDEN, tooLow.words(route.level()));
            }
        }
        return nothing(method, path);
    }

    private static Answer answer(
            Route route, List<String> path, Map<String, String> query, String body, String by) {
        List<String> own = route.segments();
        Map<String, String> names = new LinkedHashMap<>();
        for (int at = 0; at < own.size(); at++) {
            if (Route.varies(own.get(at))) {
                names.put(Route.nameOf(own.get(at)), path.get(at));
            }
        }
        for (Parameter parameter : route.parameters()) {
            if (parameter.required() && query.getOrDefault(parameter.name(), "").isEmpty()) {
                return Answer.error(
                        Answer.BAD_REQUEST,
                        "the parameter "
                                + parameter.name()
                                + " is missing: "
                                + parameter.meaning());
            }
        }
        return route.handler().answer(new Call(names, query, body, by));
    }

    private Answer nothing(String method, List<String> path) {
        List<String> methods =
                routes.stream().filter(route -> route.fits(path)).map(Route::method).toList();
        if (!methods.isEmpty() && !methods.contains(method)) {
            return Answer.error(
                    Answer.METHOD_NOT_ALLOWED,
                    "this is for " + String.join(", ", methods) + " only");
        }
        return Answer.error(
                Answer.NOT_FOUND,
                "there are " + listed("GET") + " to GET; " + listed("POST") + " to POST");
    }

    private String listed(String method) {
        return String.join(
                ", ",
                routes.stream()
                        .filter(route -> route.method().equals(method))
                        .map(Route::path)
                        .toList());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private Handler part(String key) {
        return _ ->
                Answer.ok(
                        Answer.ordered(
                                key, Objects.requireNonNullElse(node.status().get(key), Map.of())));
    }

    private Answer ready() {
        List<String> lacking = node.lacking();
        return new Answer(
                lacking.isEmpty() ? Answer.OK : Answer.UNAVAILABLE,
                Map.of("ready", lacking.isEmpty(), "lacking", lacking));
    }

    private Answer live() {
        boolean live = node.live();
        return new Answer(live ? Answer.OK : Answer.UNAVAILABLE, Map.of("live", live));
    }

    private Answer server(Call call) {
        Control.Wish wish;
        try {
            wish = Wishes.of(call.query());
        } catch (IllegalArgumentException wrong) {
            return Answer.error(Answer.BAD_REQUEST, String.valueOf(wrong.getMessage()));
        }
        return control.server(call.name("backend"), call.name("server"), wish, call.by());
    }

    private Answer drain(Call call) {
        try {
            return together.drain(
                    call.name("node"),
                    Optional.ofNullable(call.query().get("seconds")).map(Wishes::limit),
                    call.by());
        } catch (IllegalArgumentException wrong) {
            return Answer.error(Answer.BAD_REQUEST, String.valueOf(wrong.getMessage()));
        }
    }

    private Answer session(Call call, boolean content) {
        String database = call.query().getOrDefault("database", "0");
        return database.matches("\\d|1[0-5]")
                ? control.session(
                        call.parameter("key"), Integer.parseInt(database), content, call.by())
                : Answer.error(Answer.BAD_REQUEST, "database is 0 to 15, not " + database);
    }

    private Answer explain(Call call) {
        String headers = call.parameter("header");
        return advice.explain(
                call.query().getOrDefault("method", "GET"),
                call.parameter("url"),
                call.parameter("from"),
                headers.isEmpty() ? List.of() : List.of(headers.split("\n", -1)));
    }

    /** Something done to a file. */
    private interface WithFile {
        Answer answer(Path file, String by);
    }

    private static Answer sessions(Call call, WithFile what) {
        String name = call.parameter("file");
        try {
            Path file = Path.of(name);
            return file.isAbsolute() && file.getFileName() != null
                    ? what.answer(file, call.by())
                    : Answer.error(
                            Answer.BAD_REQUEST, "file is the absolute path of a file, not " + name);
        } catch (InvalidPathException e) {
            return Answer.error(Answer.BAD_REQUEST, "file is no path: " + e.getMessage());
        }
    }
}
