package proa.node.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Paths and queries, decoded. What cannot be decoded stays as it is, and is not found. */
public final class Query {

    private Query() {}

    /** Path before the question mark, its segments decoded. */
    static List<String> path(String target) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        return Arrays.stream(path.split("/", -1)).skip(1).map(Query::decoded).toList();
    }

    /** What is behind the question mark. */
    static Map<String, String> of(String target) {
        int mark = target.indexOf('?');
        return mark < 0 ? Map.of() : pairs(target.substring(mark + 1));
    }

    /**
     * Pairs as forms send them; of a name that comes twice the values are joined by line feeds.
     *
     * @param text short: the time that many values of one name take grows with their square
     */
    public static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            String value = parts.length < 2 ? "" : decoded(parts[1]);
            pairs.merge(decoded(parts[0]), value, (first, next) -> first + "\n" + next);
        }
        return pairs;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }
}
