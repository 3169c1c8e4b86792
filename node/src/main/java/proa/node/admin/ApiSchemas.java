package proa.node.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the answers of the API are like, and the bodies of its requests: parts of its description.
 *
 * <p>An answer is written as its properties in their order, {@code name:type}, a {@code ?} behind
 * the name of one that is not always there. A type in brackets is a list of such; a capital letter
 * begins the name of another form.
 */
final class ApiSchemas {

    private static final String REFERENCE = "#/components/schemas/";

    /** By the name of a form. */
    private static final Map<String, String> FORMS = forms();

    /** By method and path: the properties of what is answered with 200. */
    private static final Map<String, String> ANSWERS =
            Map.ofEntries(
                    Map.entry("GET /status", "Status"),
                    Map.entry("GET /nodes", "nodes:[Node]"),
                    Map.entry("GET /groups", "groups:[Group]"),
                    Map.entry("GET /frontends", "frontends:[Frontend]"),
                    Map.entry("GET /backends", "backends:[Backend]"),
                    Map.entry("GET /backends/{backend}", "Backend"),
                    Map.entry("POST /backends/{backend}/servers/{server}", "Server"),
                    Map.entry("GET /tables", "tables:[Table]"),
                    Map.entry(
                            "GET /tables/{table}/entry",
                            "table:string key:string found:boolean server?:string writer?:string"
                                    + " ageSeconds?:number counters?:[Counter] slots?:[object]"
                                    + " tags?:object"),
                    Map.entry(
                            "POST /tables/{table}/clear",
                            "table:string key:string cleared:boolean"),
                    Map.entry("GET /sessions", "sessions:object"),
                    Map.entry("GET /sessions/entry", "Session"),
                    Map.entry("GET /sessions/content", "Session"),
                    Map.entry("GET /replication", "replication:object"),
                    Map.entry("GET /events", "events:[Event]"),
                    Map.entry("GET /samples", "object"),
                    Map.entry(
                            "GET /diagnosis",
                            "threads:string metrics:string versions:string configuration:string"),
                    Map.entry("GET /ready", "ready:boolean lacking:[string]"),
                    Map.entry("GET /live", "live:boolean"),
                    Map.entry(
                            "GET /explain",
                            "frontend:string place?:string notes:[string] steps?:[object]"
                                    + " answer?:string backend?:string target?:string"
                                    + " servers?:object"),
                    Map.entry(
                            "POST /plan",
                            "from:string to:string restart:[string] changes:[string]"
                                    + " moves:[string] ends:[string] warnings:[string]"),
                    Map.entry("POST /groups/{group}/move", "passedOn:string"),
                    Map.entry("POST /nodes/{node}/drain", "passedOn:string"),
                    Map.entry("POST /nodes/{node}/ready", "passedOn:string"),
                    Map.entry(
                            "POST /reload",
                            "generation:integer hash:string changes:[string] warnings:[string]"),
                    Map.entry("POST /apply", "Applied"),
                    Map.entry("POST /rollback", "Applied"),
                    Map.entry("GET /history", "versions:[Version]"),
                    Map.entry("GET /history/{version}", "Version"));

    /** By method and path: what a request must bring in its body. */
    private static final Map<String, String> BODIES =
            Map.of(
                    "POST /plan", "A configuration, as it would be in its file.",
                    "POST /apply", "A configuration, as it would be in its file.");

    private ApiSchemas() {}

    private static Map<String, String> forms() {
        Map<String, String> forms = new LinkedHashMap<>();
        forms.put(
                "Status",
                "cluster:string node:string incarnation:integer pid:integer uptimeMillis:integer"
                    + " config:string configuration:object ready:boolean lacking:[string]"
                    + " outOfService:string vipd:object members:object nodes:[Node] groups:[Group]"
                    + " frontends:[Frontend] sockets:[string] backends:[Backend] drift:[object]"
                    + " tables:[Table] sessions:object notify:[object] replication:object");
        forms.put(
                "Node",
                "name:string id:integer addresses:[string] self:boolean present:boolean"
                        + " console:string outOfService:string");
        forms.put(
                "Group",
                "name:string state:string owner:string term:integer why:string since:string"
                        + " vips:[string] prefer:[string] ready:boolean lacking:string");
        forms.put(
                "Frontend",
                "name:string mode:string address:string bound:boolean byKernel:boolean"
                        + " connections:integer tls:any counts:object udp?:object");
        forms.put(
                "Backend",
                "name:string balance:string waiting:integer panic:boolean servers:[Server]"
                        + " keys?:object cookies?:object");
        forms.put(
                "Server",
                "name:string address:string state:string ejected:boolean order:string"
                        + " ordered:string working:any weight:integer backup:boolean"
                        + " current:integer total:integer connectFailures:integer counts:object"
                        + " check?:Check changes:[Change] drift?:string keys?:object");
        forms.put(
                "Check",
                "at:string passed:boolean result:string code:integer tookMillis:number why:string");
        forms.put("Change", "at:string from:string to:string reason:string");
        forms.put(
                "Table",
                "name:string key:string entries:integer entriesMax:integer servers:object");
        forms.put("Counter", "name:string rate:integer total:integer current:integer");
        forms.put(
                "Session",
                "kind:string bytes:integer owner:string backup:string writtenAt:string"
                        + " ageSeconds:number writer:string expiresAt:string"
                        + " expiresInSeconds:number content?:any");
        forms.put("Event", "number:integer at:string kind:string subject:string text:string");
        forms.put("Applied", "version:integer hash:string applied:boolean exceptions:any");
        forms.put(
                "Version",
                "number:integer hash:string at:string by:string node:string file:string"
                        + " text?:string");
        return forms;
    }

    /** All forms by their names, for the components of the description. */
    static Map<String, Object> components() {
        Map<String, Object> components = new LinkedHashMap<>();
        FORMS.forEach((name, properties) -> components.put(name, schema(properties)));
        return components;
    }

    /** What a route answers with 200. */
    static Map<String, Object> answer(Route route) {
        String properties = ANSWERS.get(id(route));
        if (properties == null) {
            throw new IllegalStateException("nobody says what " + id(route) + " answers");
        }
        return schema(properties);
    }

    /** The body that a route needs; empty: none. */
    static Map<String, Object> body(Route route) {
        String meaning = BODIES.get(id(route));
        return meaning == null
                ? Map.of()
                : Answer.ordered(
                        "description",
                        meaning,
                        "required",
                        true,
                        "content",
                        Answer.ordered(
                                "text/plain",
                                Answer.ordered("schema", Answer.ordered("type", "string"))));
    }

    private static String id(Route route) {
        return route.method() + " " + route.path();
    }

    private static Map<String, Object> schema(String properties) {
        return properties.contains(":") ? object(properties) : type(properties);
    }

    private static Map<String, Object> object(String properties) {
        Map<String, Object> types = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (String property : properties.split(" ", -1)) {
            String[] parts = property.split(":", 2);
            boolean always = !parts[0].endsWith("?");
            String name = always ? parts[0] : parts[0].substring(0, parts[0].length() - 1);
            types.put(name, type(parts[1]));
            if (always) {
                required.add(name);
            }
        }
        return Answer.ordered("type", "object", "required", required, "properties", types);
    }

    private static Map<String, Object> type(String type) {
        if (type.startsWith("[")) {
            return Answer.ordered(
                    "type", "array", "items", type(type.substring(1, type.length() - 1)));
        }
        if (type.equals("any")) {
            return Map.of();
        }
        return FORMS.containsKey(type)
                ? Answer.ordered("$ref", REFERENCE + type)
                : Answer.ordered("type", type);
    }
}
