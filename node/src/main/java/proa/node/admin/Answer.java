package proa.node.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a node says to a request on one of its sockets.
 *
 * @param status of HTTP
 * @param document as values {@link Json} can write
 */
public record Answer(int status, Map<String, Object> document) {

    public static final int OK = 200;
    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    public static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    public static final int REFUSED = 422;
    static final int UNAVAILABLE = 503;
    static final int FAILED = 500;

    /** It is done, or this is it. */
    public static Answer ok(Map<String, Object> document) {
        return new Answer(OK, document);
    }

    /** Something is wrong with the wish. */
    public static Answer error(int status, String message) {
        return new Answer(status, Map.of("error", message));
    }

    /** Keys and values in their order. */
    public static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int at = 0; at < keysAndValues.length; at += 2) {
            map.put((String) keysAndValues[at], keysAndValues[at + 1]);
        }
        return map;
    }

    /** Why not, one line each. */
    public static Answer refused(List<String> reasons) {
        return new Answer(
                REFUSED, ordered("error", String.join("\n", reasons), "reasons", reasons));
    }

    /** The words of the status line. */
    String reason() {
        return switch (status) {
            case OK -> "200 OK";
            case BAD_REQUEST -> "400 Bad Request";
            case FORBIDDEN -> "403 Forbidden";
            case NOT_FOUND -> "404 Not Found";
            case METHOD_NOT_ALLOWED -> "405 Method Not Allowed";
            case REFUSED -> "422 Unprocessable Content";
            case UNAVAILABLE -> "503 Service Unavailable";
            default -> "500 Internal Server Error";
        };
    }
}
