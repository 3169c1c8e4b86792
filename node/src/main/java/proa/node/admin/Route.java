package proa.node.admin;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One thing that can be asked of a node, by Unix socket and by HTTP alike.
 *
 * @param method GET, which changes nothing, or POST
 * @param path with {@code {names}} for segments that vary
 * @param level what a caller needs
 * @param summary one line for the description of the API
 * @param parameters of the query
 * @param handler answers
 * @param local only on Unix sockets
 */
record Route(
        String method,
        String path,
        Level level,
        String summary,
        List<Parameter> parameters,
        Handler handler,
        boolean local) {

    private static final Pattern VARIES = Pattern.compile("\\{[a-z]+}");

    Route {
        parameters = List.copyOf(parameters);
    }

    /**
     * Something in the query.
     *
     * @param required whether it must be there
     */
    record Parameter(String name, boolean required, String meaning) {}

    /** Answers; may block. */
    @FunctionalInterface
    interface Handler {
        Answer answer(Call call);
    }

    /**
     * One request.
     *
     * @param names what stands for the segments that vary, decoded
     * @param query decoded
     * @param body empty unless there is one
     * @param by who asks
     */
    record Call(Map<String, String> names, Map<String, String> query, String body, String by) {

        /** What stands for a segment of the route's path. */
        String name(String of) {
            return names.getOrDefault(of, "");
        }

        /** A parameter, or empty. */
        String parameter(String of) {
            return query.getOrDefault(of, "");
        }
    }

    /** Segments of the path. */
    List<String> segments() {
        return List.of(path.substring(1).split("/", -1));
    }

    /** Whether a segment of the path stands for any. */
    static boolean varies(String segment) {
        return VARIES.matcher(segment).matches();
    }

    /** The name of a segment that varies. */
    static String nameOf(String segment) {
        return segment.substring(1, segment.length() - 1);
    }

    /** Whether that path is of this route. */
    boolean fits(List<String> asked) {
        List<String> own = segments();
        if (own.size() != asked.size()) {
            return false;
        }
        for (int at = 0; at < own.size(); at++) {
            if (!varies(own.get(at)) && !own.get(at).equals(asked.get(at))) {
                return false;
            }
        }
        return true;
    }
}
