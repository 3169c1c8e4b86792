package proa.node.health.dialogue;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Keys and indexes into a JSON document: {@code checks[0].status}, {@code [2].name}.
 *
 * @param steps in order; those in brackets are indexes
 */
record JsonPath(List<String> steps) {

    private static final Pattern STEP = Pattern.compile("[^.\\[\\]]+|\\[\\d+]");

    static JsonPath of(String text) {
        return new JsonPath(STEP.matcher(text).results().map(MatchResult::group).toList());
    }

    /** The value there, or null. */
    @Nullable Json in(Json document) {
        Json at = document;
        for (String step : steps) {
            at = at == null ? null : step(at, step);
        }
        return at;
    }

    private static @Nullable Json step(Json at, String step) {
        return switch (at) {
            case Json.Fields(var values) -> values.get(step);
            case Json.Items(var values) -> {
                int index = index(step);
                yield index >= 0 && index < values.size() ? values.get(index) : null;
            }
            case Json.Text _, Json.Numeral _, Json.Word _ -> null;
        };
    }

    private static int index(String step) {
        return step.startsWith("[") ? Integer.parseInt(step.substring(1, step.length() - 1)) : -1;
    }
}
