package proa.node.message;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What changes in one request and in its response on the way, besides what always does.
 *
 * @param request changes to the request's field lines, in order
 * @param response changes to the final response's field lines, in order
 * @param target the request target in origin form instead of the client's, or null
 */
public record Edits(List<FieldEdit> request, List<FieldEdit> response, @Nullable String target) {

    public Edits {
        request = List.copyOf(request);
        response = List.copyOf(response);
    }

    /**
     * These changes around others.
     *
     * @param inner the others, or null for none
     * @param before changes to the request that come before the others'
     * @param behind changes to the response that come behind the others'
     */
    public static Edits around(
            @Nullable Edits inner, List<FieldEdit> before, List<FieldEdit> behind) {
        return inner == null
                ? new Edits(before, behind, null)
                : new Edits(
                        both(before, inner.request()),
                        both(inner.response(), behind),
                        inner.target());
    }

    private static List<FieldEdit> both(List<FieldEdit> first, List<FieldEdit> second) {
        if (first.isEmpty() || second.isEmpty()) {
            return first.isEmpty() ? second : first;
        }
        List<FieldEdit> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }
}
