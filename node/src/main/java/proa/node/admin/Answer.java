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
    public static final int BAD_REQUEST = 400;
    public static final int UNAUTHORIZED = 401;
    public static final int FORBIDDEN = 403;
    public static final int NOT_FOUND = 404;
    public static final int METHOD_NOT_ALLOWED = 405;
    public static final int CONFLICT = 409;
    public static final int TOO_LARGE = 413;
    public static final int REFUSED = 422;
    public static final int TOO_MANY = 429;
    static final int NOT_IMPLEMENTED = 501;
    public static final int UNAVAILABLE = 503;
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
    static String reason(int status) {
        return switch (status) {
            case OK -> "200 OK";
            case BAD_REQUEST -> "400 Bad Request";
            case UNAUTHORIZED -> "401 Unauthorized";
            case FORBIDDEN -> "403 Forbidden";
            case NOT_FOUND -> "404 Not Found";
            case METHOD_NOT_ALLOWED -> "405 Method Not Allowed";
            case CONFLICT -> "409 Conflict";
            case TOO_LARGE -> "413 Content Too Large";
            case REFUSED -> "422 Unprocessable Content";
            case TOO_MANY -> "429 Too Many Requests";
            case NOT_IMPLEMENTED -> "501 Not Implemented";
            case UNAVAILABLE -> "503 Service Unavailable";
            default -> "500 Internal Server Error";
        };
    }
}
